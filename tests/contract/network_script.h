// NetworkScript: shell scripts inside a network namespace that ends with them, with weir and the
// makers of plans at hand. Not the lab: no load, no links.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "contract/weir_binary.h"

namespace weir::contract {

class NetworkScript : public testing::Test {
 protected:
  void SetUp() override {
    if (run_shell("unshare -n true 2>/dev/null").exit_code != 0)
      GTEST_SKIP() << "needs the right to make a network namespace";
  }

  /// A script inside of a new namespace (with reno, which every kernel has, whatever the host
  /// uses), in the scratch folder, with $weir, $ipv4 (the folder of its settings), and `step NAME
  /// OLD NEW`, which prints a step, and `plan STEP > FILE`, which prints a plan of that step alone.
  /// What it prints on both ways comes back.
  Outcome run(const std::string& script) {
    const std::string prepare =
        "cd " + quote(scratch_.file("")) + "; weir=" + quote(weir_binary()) +
        "; ipv4=/proc/sys/net/ipv4; core=/proc/sys/net/core; export COLUMNS=250; echo reno > $ipv4/tcp_congestion_control; " +
        R"(step() { printf '{"kind":"sysctl","target":{"name":"%s"},"expected":"%s","wanted":"%s",)"
        R"("finding":"","reason":"","formula":"","risk":"","scope":"","durable":"",)"
        R"("can_cut_traffic":false}' "$1" "$2" "$3"; }; )"
        R"(plan() { $weir plan --for 100ms --json | sed "s|\"steps\": \[\]|\"steps\": [$1]|"; }; )";
    return run_shell("unshare -n sh -c " + quote(prepare + script) + " 2>&1");
  }

  [[nodiscard]] std::string file(const std::string& name) const { return scratch_.file(name); }

 private:
  Scratch scratch_;
};

}  // namespace weir::contract
