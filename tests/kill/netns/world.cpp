#include "kill/netns/world.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "kernel/wire/sock_diag.h"

namespace weir::kill_test {
namespace {

/// The server: enters the namespace, listens, reports that it listens, and sleeps until it is
/// killed or the test ends.
[[noreturn]] void serve(const std::string& netns, int ready) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int file = ::open(netns.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 || ::setns(file, CLONE_NEWNET) != 0) ::_exit(1);
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(server_port));
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, 16) != 0)
    ::_exit(1);
  if (::write(ready, "r", 1) != 1) ::_exit(1);
  while (true) ::pause();
}

std::string make_name() {
  static int count = 0;
  return "weir-kill-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

/// Settings of the namespace that take any small number and change no other setting.
const std::vector<std::string>& further_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> made;
    for (const char* const conf : {"accept_local",
                                   "accept_source_route",
                                   "arp_accept",
                                   "arp_announce",
                                   "arp_filter",
                                   "arp_ignore",
                                   "arp_notify",
                                   "bootp_relay",
                                   "disable_policy",
                                   "disable_xfrm",
                                   "drop_gratuitous_arp",
                                   "drop_unicast_in_l2_multicast",
                                   "ignore_routes_with_linkdown",
                                   "log_martians",
                                   "medium_id",
                                   "promote_secondaries",
                                   "proxy_arp",
                                   "proxy_arp_pvlan",
                                   "secure_redirects",
                                   "send_redirects",
                                   "shared_media",
                                   "src_valid_mark",
                                   "tag"})
      for (const char* const interface : {"lo", "default"})
        made.push_back("net.ipv4.conf." + std::string(interface) + "." + conf);
    for (const char* const tcp :
         {"tcp_keepalive_time", "tcp_keepalive_probes", "tcp_keepalive_intvl", "tcp_syn_retries",
          "tcp_synack_retries", "tcp_retries2", "tcp_orphan_retries", "tcp_fin_timeout",
          "tcp_reordering", "tcp_max_reordering", "tcp_limit_output_bytes",
          "tcp_challenge_ack_limit", "tcp_probe_threshold", "tcp_probe_interval",
          "tcp_min_rtt_wlen", "tcp_pacing_ss_ratio"})
      made.push_back("net.ipv4." + std::string(tcp));
    return made;
  }();
  return names;
}

std::string sysctl_path(std::string name) {
  std::replace(name.begin(), name.end(), '.', '/');
  return "/proc/sys/" + name;
}

int run(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()); }

}  // namespace

std::string program(const std::string& name) { return std::string(WEIR_BIN_DIR) + "/" + name; }

Child Child::start(const std::vector<std::string>& command) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  std::vector<std::string> strings = command;
  std::vector<char*> argv;
  for (std::string& string : strings) argv.push_back(string.data());
  argv.push_back(nullptr);
  const int pid = ::fork();
  if (pid < 0) std::abort();
  if (pid == 0) {
    ::setsid();
    ::dup2(ends[1], 1);
    ::dup2(ends[1], 2);
    // Under strace the leak check cannot work, because it traces as well.
    ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    ::setenv("COLUMNS", "250", 1);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  return Child(pid, UniqueFd(ends[0]));
}

Child::~Child() {
  if (pid_ < 0) return;
  kill_group();
  wait();
}

void Child::kill_group() const {
  if (pid_ > 1) ::kill(-pid_, SIGKILL);
}

int Child::wait() {
  int status = 0;
  if (pid_ < 0 || ::waitpid(pid_, &status, 0) != pid_) return -1;
  pid_ = -1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::string Child::read_output() {
  std::string text;
  std::array<char, 4096> bytes{};
  for (ssize_t size = 0; (size = ::read(output_.get(), bytes.data(), bytes.size())) > 0;)
    text.append(bytes.data(), static_cast<std::size_t>(size));
  return text;
}

std::unique_ptr<World> World::make(std::string& why) {
  if (::geteuid() != 0) {
    why = "needs root for a network namespace";
    return nullptr;
  }
  std::unique_ptr<World> world(new World());
  world->name_ = make_name();
  // Other tests add namespaces at the same time, and ip prepares /run/netns itself.
  for (int attempt = 0; attempt < 10 && !world->named_; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    world->named_ = run("ip netns add " + world->name_) == 0;
  }
  if (!world->named_) {
    why = "ip netns add does not work here";
    return nullptr;
  }
  // In memory where the host has such a folder; the tests that want a slow disk make one.
  const bool memory = std::filesystem::is_directory("/dev/shm");
  std::string folder =
      ((memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) /
       "weir-kill-XXXXXX")
          .string();
  if (::mkdtemp(folder.data()) == nullptr) std::abort();
  world->state_folder_ = folder;
  auto kernel = kernel::LinuxKernel::open_netns(world->netns_path());
  if (!kernel.ok() || !world->start_server()) {
    why = "no server in the namespace";
    return nullptr;
  }
  world->kernel_ = std::move(kernel).value();
  world->old_values_ = world->values();
  return world;
}

bool World::start_server() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  server_ = ::fork();
  if (server_ == 0) serve(netns_path(), ends[1]);
  ::close(ends[1]);
  const UniqueFd ready(ends[0]);
  char byte = 0;
  return ::read(ready.get(), &byte, 1) == 1;
}

World::~World() {
  if (server_ > 1) {
    ::kill(server_, SIGKILL);
    ::waitpid(server_, nullptr, 0);
  }
  remove_name();
  std::error_code ignored;
  if (!state_folder_.empty()) std::filesystem::remove_all(state_folder_, ignored);
}

void World::remove_name() {
  if (named_) run("ip netns del " + name_);
  named_ = false;
}

std::vector<std::string> World::applier(const std::string& deadman, Nanoseconds within,
                                        std::size_t further) const {
  std::vector<std::string> command{program("kill_applier"),
                                   state_folder_,
                                   netns_path(),
                                   deadman,
                                   std::to_string(server_port),
                                   "8192",
                                   "5000",
                                   std::to_string(within.count / nanoseconds_per_millisecond)};
  for (std::size_t i = 0; i < further; ++i) command.push_back(further_names().at(i) + "=3");
  return command;
}

std::string World::further_values(std::size_t count) {
  kernel::Kernel kernel = kernel_->kernel();
  std::string values;
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = kernel::read_text(kernel.files, sysctl_path(further_names().at(i)));
    values += (value.ok() ? std::string(trim(*value)) : "none") + " ";
  }
  return values;
}

void World::set_somaxconn(const std::string& value) {
  kernel::Kernel kernel = kernel_->kernel();
  if (!kernel.files.write("/proc/sys/net/core/somaxconn", value + "\n").ok()) std::abort();
}

std::string World::run_shell(const std::string& command) const {
  const std::string set = "export weir=" + program("weir") + " state=" + state_folder_ +
                          " ASAN_OPTIONS=detect_leaks=0; ";
  const std::string script = set + command + "\necho exit $?";
  return Child::start({"ip", "netns", "exec", name_, "sh", "-c", script}).read_output();
}

std::string World::values() {
  kernel::Kernel kernel = kernel_->kernel();
  const auto somaxconn = kernel::read_text(kernel.files, "/proc/sys/net/core/somaxconn");
  std::string backlog = "none";
  wire::DiagRequest request;
  request.family = Family::ipv4;
  request.states = wire::state_bit(wire::TcpState::listen);
  static_cast<void>(
      kernel.netlink
          .dump(wire::protocol_sock_diag, wire::build_diag_request(request),
                [&](std::span<const std::byte> datagram) {
                  static_cast<void>(
                      wire::parse_diag_datagram(datagram, [&](const wire::DiagSocket& socket) {
                        if (socket.source_port == server_port)
                          backlog = std::to_string(socket.send_queue);
                      }).ok());
                })
          .ok());
  return (somaxconn.ok() ? std::string(trim(*somaxconn)) : "none") + " " + backlog;
}

store::Journal World::journal() const {
  auto journal = store::Journal::open(state_folder_, store::Journal::Access::write);
  if (!journal.ok()) {
    std::fprintf(stderr, "%s\n", journal.error().message.c_str());
    std::abort();
  }
  return std::move(journal).value();
}

std::optional<HistoryEntry> World::entry() const {
  const auto entries = journal().entries();
  if (!entries.ok() || entries->empty()) return std::nullopt;
  return entries->front();
}

std::vector<int> World::deadmen() const {
  std::vector<int> pids;
  std::error_code ignored;
  for (const auto& process : std::filesystem::directory_iterator("/proc", ignored)) {
    const auto pid = parse_integer(process.path().filename().string());
    if (!pid) continue;
    std::ifstream file(process.path() / "cmdline", std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    const std::string words = text.str();
    const bool guards =
        words.find(std::string("--state\0", 8) + state_folder_) != std::string::npos &&
        words.find("--entry") != std::string::npos;
    std::ifstream name(process.path() / "comm");
    std::string comm;
    if (guards && std::getline(name, comm) && comm == "weir-deadman")
      pids.push_back(static_cast<int>(*pid));
  }
  return pids;
}

std::optional<Nanoseconds> World::wait_for_deadmen(Nanoseconds limit) {
  const Nanoseconds begin = now();
  while (!deadmen().empty()) {
    if (now() - begin > limit) return std::nullopt;
    sleep(milliseconds(10));
  }
  return now() - begin;
}

}  // namespace weir::kill_test
