// Scenarios: real load on real servers in namespaces, and the weir program's report about it. Not
// unit tests: these tests do not look inside weir.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lab/load.h"
#include "lab/measure.h"
#include "lab/namespace.h"
#include "lab/path.h"
#include "lab/process.h"
#include "lab/server.h"
#include "lab/transfer.h"

namespace weir::scenario {

/// The weir to test: $WEIR_BIN, else the release build's program if it exists (`make test` makes
/// it), else this build's program.
std::string weir_binary();

/// Runs weir; a failure to run it fails the test.
lab::CommandResult run_weir(const std::vector<std::string>& arguments,
                            const lab::CommandOptions& options = {});

struct Check {
  int exit_code = -1;
  nlohmann::json report;
  std::string text;  ///< the report's bytes
};
/// `weir check --netns PLACE --json --for WINDOW`, and more arguments. $WEIR_KEEP_RECORDINGS names
/// a folder that keeps the recordings, by the test's name.
Check check(const lab::Namespace& place, const std::string& window,
            const std::vector<std::string>& more = {});

/// Waits until the condition holds, for as long as a busy machine may need. Returns whether it
/// held. Only the event matters here: `make bench` measures the speed.
bool eventually(const std::function<bool()>& condition, Nanoseconds patience = seconds(30));

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

/// The observations while a load ran.
struct Observation {
  Check check;
  std::int64_t overflows = 0;  ///< ListenOverflows of the server's namespace during the check
};

/// The report of weir and the kernel's counters for the same seconds.
struct Look {
  Check check;
  std::map<std::string, std::int64_t> before;
  std::map<std::string, std::int64_t> after;

  /// The growth of a counter of the server's namespace.
  [[nodiscard]] std::int64_t moved(const std::string& name) const;
};

/// A client's and a server's namespace, for one address family. Each test says what connects them.
class FamilyTest : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override;

  /// Connects them with a veth pair.
  void connect_directly();
  /// Connects them with a long path.
  void connect_by(const lab::PathOptions& options);

  lab::Network& network() { return *network_; }
  lab::Path& path() { return *path_; }
  [[nodiscard]] std::string server_address() const {
    return GetParam() == Family::ipv4 ? lab::server_ipv4 : lab::server_ipv6;
  }
  [[nodiscard]] std::string client_address() const {
    return GetParam() == Family::ipv4 ? lab::client_ipv4 : lab::client_ipv6;
  }
  [[nodiscard]] std::string url(int port) const;
  /// A server in the server's namespace.
  [[nodiscard]] lab::ServerOptions server_options(
      lab::Behaviour behaviour, const std::string& command = "weir-lab-server") const;
  /// Bursts of clients that connect to the server's port.
  [[nodiscard]] lab::LoadOptions bursts(int port, int burst, Nanoseconds interval) const;
  /// `flows` connections from the client to the server that send or receive without end.
  [[nodiscard]] lab::TransferOptions flows_to(int port, int flows) const;
  /// Checks the server's namespace for three seconds.
  Look look();
  /// Looks again, three times at most, until the kernel's counters show the state that the test
  /// wants: other work on the machine may have disturbed it.
  Look look_until(const std::function<bool(const Look&)>& as_wanted);
  /// A counter of the server's namespace; see lab::read_counter().
  [[nodiscard]] std::int64_t counter(const std::string& name) const {
    return lab::read_counter(network_->server, name);
  }
  /// The number of TCP sockets of the server's namespace in a state; see lab::count_sockets().
  [[nodiscard]] std::int64_t sockets(const std::string& state) const {
    return lab::count_sockets(network_->server, state);
  }

 private:
  std::optional<lab::Network> network_;
  std::optional<lab::Path> path_;
};

/// The two namespaces with a veth pair.
class NetworkTest : public FamilyTest {
 protected:
  void SetUp() override;

  /// Starts the load, waits for `warm_up` and checks. Repeats, three times at most, when the
  /// kernel's counter of accept queue overflows is not as expected.
  Observation observe(lab::LoadOptions load, bool wants_overflow,
                      Nanoseconds warm_up = milliseconds(300));
};

/// "ipv4", "ipv6": the last part of a test's name.
std::string family_name(const testing::TestParamInfo<Family>& info);

struct Expected {
  std::string id;
  int port = 0;                       ///< 0: not compared
  std::int64_t pid = 0;               ///< 0: not compared
  std::string command = {};           ///< empty: not compared
  std::string severity = "critical";  ///< "alarm": critical or warning; "any"
};
/// Expects that the first finding is the expected one, with that severity, and names the resource.
void expect_first(const nlohmann::json& report, const Expected& expected);
/// Expects the finding among the others.
void expect_among(const nlohmann::json& report, const Expected& expected);
/// Expects no finding above a notice, and exit code 0.
void expect_no_alarm(const Check& seen);

}  // namespace weir::scenario
