#include "netns/scenario.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include "lab/measure.h"

namespace weir::scenario {
namespace {

constexpr int attempts = 3;
constexpr const char* window = "3s";
constexpr Nanoseconds window_length = seconds(3);

bool is_alarm(const nlohmann::json& finding) { return finding.value("severity", "") != "notice"; }

}  // namespace

std::string weir_binary() {
  if (const char* named = std::getenv("WEIR_BIN"); named != nullptr && *named != '\0') return named;
  const std::string release = WEIR_SOURCE_DIR "/build/release/bin/weir";
  return access(release.c_str(), X_OK) == 0 ? release : WEIR_OWN_BIN;
}

lab::CommandResult run_weir(const std::vector<std::string>& arguments, const lab::CommandOptions& options) {
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

Check check(const lab::Namespace& place, const std::string& for_how_long, const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"check", "--netns", place.name(), "--json", "--for", for_how_long};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const auto done = run_weir(arguments);
  Check made{done.use.exit_code, nlohmann::json::parse(done.out, nullptr, false), done.out};
  EXPECT_FALSE(made.report.is_discarded()) << "not JSON: " << done.out.substr(0, 400) << "\nstandard error: " << done.err.substr(0, 2000);
  if (made.report.is_discarded()) made.report = nlohmann::json::object();
  return made;
}

std::string list_findings(const nlohmann::json& report) {
  std::string text;
  for (const auto& finding : report.value("findings", nlohmann::json::array())) {
    text += "  " + finding.value("id", "?") + " (" + finding.value("severity", "?") + ") " + finding.at("resource").value("name", "?") + ": " +
            finding.value("meaning", "") + "\n";
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
  const std::string host = GetParam() == Family::ipv4 ? server_address() : "[" + server_address() + "]";
  return "http://" + host + ":" + std::to_string(port) + "/";
}

lab::ServerOptions FamilyTest::server_options(lab::Behaviour behaviour, const std::string& command) const {
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

void NetworkTest::SetUp() {
  FamilyTest::SetUp();
  if (!IsSkipped()) connect_directly();
}

Observation NetworkTest::observe(lab::LoadOptions options, bool wants_overflow, Nanoseconds warm_up) {
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
  ADD_FAILURE() << "the load " << (wants_overflow ? "did not make" : "made") << " the accept queue overflow";
  return seen;
}

std::string family_name(const testing::TestParamInfo<Family>& info) { return info.param == Family::ipv4 ? "ipv4" : "ipv6"; }

void expect_first(const nlohmann::json& report, const Expected& expected) {
  const auto findings = report.value("findings", nlohmann::json::array());
  ASSERT_FALSE(findings.empty()) << "no findings; expected " << expected.id;
  const auto& first = findings.front();
  const auto& resource = first.at("resource");
  EXPECT_EQ(first.at("id"), expected.id) << list_findings(report);
  EXPECT_EQ(first.at("severity"), "critical") << list_findings(report);
  EXPECT_FALSE(first.at("evidence").empty());
  if (expected.port != 0) {
    EXPECT_EQ(resource.value("port", nlohmann::json()), expected.port) << resource.dump();
  }
  EXPECT_EQ(resource.value("command", ""), expected.command) << resource.dump();
  if (expected.pid != 0) {
    const auto pids = resource.value("pids", std::vector<std::int64_t>{});
    EXPECT_NE(std::find(pids.begin(), pids.end(), expected.pid), pids.end()) << resource.dump();
  }
}

}  // namespace weir::scenario
