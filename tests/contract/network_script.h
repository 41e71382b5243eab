// NetworkScript: shell scripts inside a network namespace that ends with them, with weir and
// helpers that make plans. Not the lab: no load, no links.
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

  /// Runs a script inside a new namespace, in the scratch folder, and returns its output of both
  /// streams. The namespace uses reno, which every kernel has, whatever algorithm the host uses.
  /// The script has $weir, $ipv4 (the folder of its settings), `step NAME OLD NEW`, which prints a
  /// step, and `plan STEP > FILE`, which prints a plan of that one step.
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
