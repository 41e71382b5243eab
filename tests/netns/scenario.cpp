#include "netns/scenario.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <unistd.h>

#include "lab/measure.h"

namespace weir::scenario {
namespace {

constexpr int attempts = 3;
constexpr const char* window = "3s";
constexpr Nanoseconds window_length = seconds(3);

bool is_alarm(const nlohmann::json& finding) { return finding.value("severity", "") != "notice"; }

bool has_severity(const nlohmann::json& finding, const std::string& wanted) {
  return wanted == "any" ||
         (wanted == "alarm" ? is_alarm(finding) : finding.value("severity", "") == wanted);
}

/// Prints what weir says, for readers of the test's output and for docs/reference/diagnosis.md
/// (tools/write_diagnosis.py): every alarm and the expected finding, or that there is no alarm.
void print_said(const nlohmann::json& report, const std::string& expected = {}) {
  for (const auto& finding : report.value("findings", nlohmann::json::array())) {
    const std::string id = finding.value("id", "?");
    if (!is_alarm(finding) && id != expected) continue;
    std::cout << "weir says: | " << id << " | " << finding.value("severity", "?") << " | "
              << finding.at("resource").value("name", "?") << " | " << finding.value("meaning", "")
              << "\n";
  }
  if (alarms(report).empty()) std::cout << "weir says: no alarm\n";
}

/// Severity, evidence and resource of one finding.
void expect_finding(const nlohmann::json& finding, const Expected& expected,
                    const nlohmann::json& report) {
  const auto& resource = finding.at("resource");
  EXPECT_TRUE(has_severity(finding, expected.severity)) << "not " << expected.severity << ":\n"
                                                        << list_findings(report);
  EXPECT_FALSE(finding.at("evidence").empty());
  if (expected.port != 0) {
    EXPECT_EQ(resource.value("port", nlohmann::json()), expected.port) << resource.dump();
  }
  if (!expected.command.empty()) {
    EXPECT_EQ(resource.value("command", ""), expected.command) << resource.dump();
  }
  if (expected.pid != 0) {
    const auto pids = resource.value("pids", std::vector<std::int64_t>{});
    EXPECT_NE(std::find(pids.begin(), pids.end(), expected.pid), pids.end()) << resource.dump();
  }
}

}  // namespace

std::string weir_binary() {
  if (const char* named = std::getenv("WEIR_BIN"); named != nullptr && *named != '\0') return named;
  const std::string release = WEIR_SOURCE_DIR "/build/release/bin/weir";
  return access(release.c_str(), X_OK) == 0 ? release : WEIR_OWN_BIN;
}

lab::CommandResult run_weir(const std::vector<std::string>& arguments,
                            const lab::CommandOptions& options) {
  std::vector<std::string> all{weir_binary()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  auto done = lab::run_command(all, options);
  if (!done.ok()) {
    ADD_FAILURE() << done.error().message;
    lab::CommandResult nothing;
    nothing.use.exit_code = -1;
    return nothing;
  }
  return std::move(done).value();
}

Check check(const lab::Namespace& place, const std::string& for_how_long,
            const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"check",  "--netns", place.name(),
                                     "--json", "--for",   for_how_long};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const bool saves = std::find(more.begin(), more.end(), "--save") != more.end();
  if (const char* folder = std::getenv("WEIR_KEEP_RECORDINGS"); folder != nullptr && !saves) {
    std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    std::replace(name.begin(), name.end(), '/', '.');
    arguments.insert(arguments.end(), {"--save", std::string(folder) + "/" + name + ".json"});
  }
  const auto done = run_weir(arguments);
  Check made{done.use.exit_code, nlohmann::json::parse(done.out, nullptr, false), done.out};
  EXPECT_FALSE(made.report.is_discarded()) << "not JSON: " << done.out.substr(0, 400)
                                           << "\nstandard error: " << done.err.substr(0, 2000);
  if (made.report.is_discarded()) made.report = nlohmann::json::object();
  return made;
}

bool eventually(const std::function<bool()>& condition, Nanoseconds patience) {
  constexpr Nanoseconds pause = milliseconds(20);
  const Nanoseconds end = lab::monotonic_now() + patience;
  while (!condition()) {
    if (lab::monotonic_now() > end) return false;
    lab::sleep_for(pause);
  }
  return true;
}

std::string list_findings(const nlohmann::json& report) {
  std::string text;
  for (const auto& finding : report.value("findings", nlohmann::json::array())) {
    text += "  " + finding.value("id", "?") + " (" + finding.value("severity", "?") + ") " +
            finding.at("resource").value("name", "?") + ": " + finding.value("meaning", "") + "\n";
  }
  return text.empty() ? "  no findings" : text;
}

std::vector<nlohmann::json> alarms(const nlohmann::json& report) {
  std::vector<nlohmann::json> found;
  for (const auto& finding : report.value("findings", nlohmann::json::array())) {
    if (is_alarm(finding)) found.push_back(finding);
  }
  return found;
}

TemporaryFolder::TemporaryFolder() {
  path_ = (std::filesystem::temp_directory_path() / "weir-test-XXXXXX").string();
  if (mkdtemp(path_.data()) == nullptr) ADD_FAILURE() << "no temporary folder";
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void FamilyTest::SetUp() {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, for network namespaces";
}

void FamilyTest::connect_directly() {
  auto made = lab::create_network();
  ASSERT_TRUE(made.ok()) << made.error().message;
  network_.emplace(std::move(made).value());
}

void FamilyTest::connect_by(const lab::PathOptions& options) {
  auto made = lab::create_path(options);
  ASSERT_TRUE(made.ok()) << made.error().message;
  network_.emplace(std::move(made->network));
  path_.emplace(std::move(made->path));
}

std::string FamilyTest::url(int port) const {
  const std::string host =
      GetParam() == Family::ipv4 ? server_address() : "[" + server_address() + "]";
  return "http://" + host + ":" + std::to_string(port) + "/";
}

lab::ServerOptions FamilyTest::server_options(lab::Behaviour behaviour,
                                              const std::string& command) const {
  lab::ServerOptions options;
  options.netns = network_->server.name();
  options.family = GetParam();
  options.behaviour = behaviour;
  options.command = command;
  return options;
}

lab::LoadOptions FamilyTest::bursts(int port, int burst, Nanoseconds interval) const {
  lab::LoadOptions options;
  options.netns = network_->client.name();
  options.family = GetParam();
  options.address = server_address();
  options.port = port;
  options.burst = burst;
  options.interval = interval;
  options.patience = milliseconds(2500);
  return options;
}

lab::TransferOptions FamilyTest::flows_to(int port, int flows) const {
  lab::TransferOptions options;
  options.netns = network_->client.name();
  options.family = GetParam();
  options.address = server_address();
  options.port = port;
  options.flows = flows;
  return options;
}

std::int64_t Look::moved(const std::string& name) const {
  const auto value_in = [&](const auto& counters) {
    const auto found = counters.find(name);
    return found == counters.end() ? 0 : found->second;
  };
  return value_in(after) - value_in(before);
}

Look FamilyTest::look() {
  Look seen;
  auto before = lab::read_counters(network_->server);
  seen.check = check(network_->server, window);
  auto after = lab::read_counters(network_->server);
  EXPECT_TRUE(before.ok() && after.ok());
  if (before.ok() && after.ok()) {
    seen.before = std::move(*before);
    seen.after = std::move(*after);
  }
  return seen;
}

Look FamilyTest::look_until(const std::function<bool(const Look&)>& as_wanted) {
  Look seen;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    seen = look();
    if (as_wanted(seen)) break;
  }
  return seen;
}

void NetworkTest::SetUp() {
  FamilyTest::SetUp();
  if (!IsSkipped()) connect_directly();
}

Observation NetworkTest::observe(lab::LoadOptions options, bool wants_overflow,
                                 Nanoseconds warm_up) {
  Observation seen;
  options.duration = warm_up + window_length + seconds(1);
  for (int attempt = 0; attempt < attempts; ++attempt) {
    auto load = lab::Load::start(options);
    EXPECT_TRUE(load.ok()) << load.error().message;
    if (!load.ok()) return seen;
    lab::sleep_for(warm_up);
    const std::int64_t before = counter("TcpExt.ListenOverflows");
    seen.check = check(network().server, window);
    seen.overflows = counter("TcpExt.ListenOverflows") - before;
    load->stop();
    if ((seen.overflows > 0) == wants_overflow) return seen;
  }
  ADD_FAILURE() << "the load " << (wants_overflow ? "did not make" : "made")
                << " the accept queue overflow";
  return seen;
}

std::string family_name(const testing::TestParamInfo<Family>& info) {
  return info.param == Family::ipv4 ? "ipv4" : "ipv6";
}

void expect_first(const nlohmann::json& report, const Expected& expected) {
  print_said(report, expected.id);
  const auto findings = report.value("findings", nlohmann::json::array());
  ASSERT_FALSE(findings.empty()) << "no findings; expected " << expected.id;
  EXPECT_EQ(findings.front().at("id"), expected.id) << list_findings(report);
  expect_finding(findings.front(), expected, report);
}

void expect_among(const nlohmann::json& report, const Expected& expected) {
  print_said(report, expected.id);
  const auto findings = report.value("findings", nlohmann::json::array());
  const auto found = std::find_if(findings.begin(), findings.end(), [&](const auto& finding) {
    return finding.value("id", "") == expected.id;
  });
  ASSERT_NE(found, findings.end()) << "no " << expected.id << " in:\n" << list_findings(report);
  expect_finding(*found, expected, report);
}

void expect_no_alarm(const Check& seen) {
  print_said(seen.report);
  EXPECT_EQ(seen.exit_code, 0);
  EXPECT_TRUE(alarms(seen.report).empty()) << list_findings(seen.report);
}

}  // namespace weir::scenario
