// Scenarios: real load on real servers in namespaces, and what the weir program says about it.
// Not unit tests: nothing here looks inside weir.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lab/load.h"
#include "lab/namespace.h"
#include "lab/process.h"

namespace weir::scenario {

/// The weir to test: $WEIR_BIN, else the release build's where there is one, as `make test` makes it, else this build's.
std::string weir_binary();

/// Runs weir; a failure to run it fails the test.
lab::CommandResult run_weir(const std::vector<std::string>& arguments, const lab::CommandOptions& options = {});

struct Check {
  int exit_code = -1;
  nlohmann::json report;
  std::string text;  ///< the report's bytes
};
/// `weir check --netns PLACE --json --for WINDOW`, and more arguments.
Check check(const lab::Namespace& place, const std::string& window, const std::vector<std::string>& more = {});

/// "id (severity) name" of every finding, for messages.
std::string list_findings(const nlohmann::json& report);
/// The findings with a severity of at least "warning".
std::vector<nlohmann::json> alarms(const nlohmann::json& report);

/// A folder that is removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// What was seen while a load ran.
struct Observation {
  Check check;
  std::int64_t overflows = 0;  ///< ListenOverflows of the server's namespace during the check
};

/// A client's and a server's namespace, for one address family.
class NetworkTest : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override;

  lab::Network& network() { return *network_; }
  [[nodiscard]] std::string server_address() const { return GetParam() == Family::ipv4 ? lab::server_ipv4 : lab::server_ipv6; }
  [[nodiscard]] std::string url(int port) const;
  /// Bursts of clients at the server's port.
  [[nodiscard]] lab::LoadOptions bursts(int port, int burst, Nanoseconds interval) const;
  /// Starts the load, waits for `warm_up` and checks. Repeats (three times at most) while the kernel's counter says that the accept queue
  /// overflowed when it should not have, or did not when it should.
  Observation observe(lab::LoadOptions load, bool wants_overflow, Nanoseconds warm_up = milliseconds(300));

 private:
  std::optional<lab::Network> network_;
};

/// "ipv4", "ipv6": the last part of a test's name.
std::string family_name(const testing::TestParamInfo<Family>& info);

struct Expected {
  std::string id;
  int port = 0;
  std::int64_t pid = 0;  ///< 0: any
  std::string command;
};
/// The first finding is the expected one, is critical and names the resource.
void expect_first(const nlohmann::json& report, const Expected& expected);

}  // namespace weir::scenario
