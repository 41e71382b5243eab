#include "vm/guest.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/text.h"
#include "lab/measure.h"

namespace weir::vm {
namespace {

// On the guest's own /run, where only tools/vm/guest/session writes this file.
constexpr const char* engine_file = "/run/weir-vm/engine";
constexpr const char* veth = "weir0";
constexpr int monitor_patience_ms = 10000;

std::string read_quietly(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(trim(std::string(std::istreambuf_iterator<char>(file), {})));
}

void write_setting(const std::string& path, const std::string& value) {
  ASSERT_FALSE(engine().empty()) << path << " is changed in guests only";
  std::ofstream file(path);
  file << value << std::flush;
  ASSERT_TRUE(file.good()) << path << ": could not write " << value;
}

std::int64_t parse_hexadecimal(std::string_view word) {
  return std::stoll(std::string(word), nullptr, 16);
}

/// The virtio port that tools/vm/guest.py connects to QEMU's monitor; empty without such a port.
std::string monitor_device() {
  const Nanoseconds deadline = lab::monotonic_now() + milliseconds(monitor_patience_ms);
  while (lab::monotonic_now() < deadline) {
    std::error_code none;
    for (const auto& port : std::filesystem::directory_iterator("/sys/class/virtio-ports", none)) {
      if (read_quietly(port.path() / "name") == "monitor")
        return "/dev/" + port.path().filename().string();
    }
    lab::sleep_for(milliseconds(100));
  }
  return "";
}

}  // namespace

std::string engine() { return read_quietly(engine_file); }

lab::CommandResult run(const std::vector<std::string>& arguments) {
  std::string words;
  for (const auto& argument : arguments) words += argument + " ";
  auto done = lab::run_command(arguments);
  if (!done.ok()) {
    ADD_FAILURE() << words << ": " << done.error().message;
    return {};
  }
  EXPECT_EQ(done->use.exit_code, 0) << words << ": " << done->out << done->err;
  return std::move(done).value();
}

void set_up_interface(const std::vector<std::string>& ip, const std::string& name,
                      const std::string& ipv4, const std::string& ipv6) {
  const auto on_side = [&](const std::vector<std::string>& words) {
    std::vector<std::string> all = ip;
    all.insert(all.end(), words.begin(), words.end());
    run(all);
  };
  on_side({"address", "add", ipv4 + "/16", "dev", name});
  on_side({"address", "add", ipv6 + "/64", "dev", name, "nodad"});
  on_side({"link", "set", name, "up"});
}

std::string read_file(const std::string& path) {
  EXPECT_EQ(access(path.c_str(), R_OK), 0) << path << ": " << lab::last_error();
  return read_quietly(path);
}

std::int64_t read_counter(const std::string& name) {
  const auto counters =
      lab::parse_counters(read_file("/proc/net/netstat") + "\n" + read_file("/proc/net/snmp"));
  const auto found = counters.find(name);
  EXPECT_NE(found, counters.end()) << name;
  return found == counters.end() ? 0 : found->second;
}

std::int64_t read_stat(const std::string& path, const std::string& column) {
  const std::string text = read_file(path);
  const auto lines = split(text, '\n');
  const auto names = split_words(lines.front());
  const auto place = std::find(names.begin(), names.end(), column);
  EXPECT_NE(place, names.end()) << path << " has no column " << column;
  const auto index = static_cast<std::size_t>(place - names.begin());
  std::int64_t sum = 0;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto values = split_words(lines[i]);
    if (index < values.size()) sum += parse_hexadecimal(values[index]);
  }
  return sum;
}

std::int64_t read_backlog_drops() {
  const std::string text = read_file("/proc/net/softnet_stat");
  std::int64_t sum = 0;
  for (const auto line : split(text, '\n')) sum += parse_hexadecimal(split_words(line).at(1));
  return sum;
}

void set_cable(int nic, Cable state) {
  run({"modprobe", "virtio_console"});
  const std::string device = monitor_device();
  const UniqueFd monitor(open(device.c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_TRUE(monitor.valid()) << device << ": " << lab::last_error();
  const std::string order =
      "set_link nic" + std::to_string(nic) + (state == Cable::plugged ? " on" : " off");
  ASSERT_TRUE(lab::write_all(monitor.get(), order + "\n"));
  // The monitor echoes the command while it reads it; its next prompt means that the command is
  // done.
  std::string said;
  char byte = 0;
  while (said.find(order) == std::string::npos ||
         said.substr(said.find(order)).find("\n(qemu) ") == std::string::npos) {
    pollfd ready{monitor.get(), POLLIN, 0};
    ASSERT_EQ(poll(&ready, 1, monitor_patience_ms), 1) << "the monitor said: " << said;
    ASSERT_EQ(read(monitor.get(), &byte, 1), 1);
    said += byte;
  }
}

Setting::Setting(const std::string& name, const std::string& value) : path_("/proc/sys/" + name) {
  std::replace(path_.begin(), path_.end(), '.', '/');
  before_ = read_file(path_);
  write_setting(path_, value);
}

Setting::~Setting() { write_setting(path_, before_); }

Tracking::Tracking() {
  run({"nft", "add", "table", "inet", "weir_vm"});
  run({"nft", "add", "chain", "inet", "weir_vm", "input",
       "{ type filter hook input priority 0; }"});
  run({"nft", "add", "rule", "inet", "weir_vm", "input", "ct", "state", "established", "accept"});
}

Tracking::~Tracking() { run({"nft", "delete", "table", "inet", "weir_vm"}); }

void GuestTest::SetUp() {
  ASSERT_FALSE(engine().empty())
      << "runs in a guest only: tools/vm/vm qemu build/release/bin/vm_test";
}

void GuestServerTest::SetUp() {
  ASSERT_FALSE(engine().empty())
      << "runs in a guest only: tools/vm/vm qemu build/release/bin/vm_test";
  auto made = lab::Namespace::create();
  ASSERT_TRUE(made.ok()) << made.error().message;
  clients_.emplace(std::move(made).value());
  run({"ip", "link", "add", veth, "type", "veth", "peer", "name", veth, "netns", clients().name()});
  set_up_interface({"ip"}, veth, lab::server_ipv4, lab::server_ipv6);
  set_up_interface({"ip", "-n", clients().name()}, veth, lab::client_ipv4, lab::client_ipv6);
}

void GuestServerTest::TearDown() {
  if (!clients_) return;
  run({"ip", "link", "delete", veth});
  clients_.reset();
}

void GuestServerTest::shape_clients(const std::string& discipline) const {
  std::vector<std::string> words{"tc", "-n", clients().name(), "qdisc", "add", "dev", veth, "root"};
  for (const auto word : split_words(discipline)) words.emplace_back(word);
  run(words);
}

scenario::Check check(const std::string& window) {
  const auto done = scenario::run_weir({"check", "--json", "--for", window});
  scenario::Check made{done.use.exit_code, nlohmann::json::parse(done.out, nullptr, false),
                       done.out};
  EXPECT_FALSE(made.report.is_discarded()) << "not JSON: " << done.out.substr(0, 400)
                                           << "\nstandard error: " << done.err.substr(0, 2000);
  if (made.report.is_discarded()) made.report = nlohmann::json::object();
  return made;
}

}  // namespace weir::vm
