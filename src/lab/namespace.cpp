#include "lab/namespace.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>
#include <tuple>

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

namespace weir::lab {
namespace {

constexpr const char* netns_folder = "/run/netns/";

std::string scratch_folder(const std::string& name) {
  return (std::filesystem::temp_directory_path() / name).string();
}

/// Kills the processes in a namespace that the lab made, by process id, and removes it and its
/// folder.
void remove_namespace(const std::string& name) {
  for (int round = 0; round < 3; ++round) {
    const auto pids = run_command({"ip", "netns", "pids", name});
    if (!pids.ok() || trim(pids->out).empty()) break;
    for (const auto word : split_words(pids->out)) {
      if (const auto pid = parse_integer(word); pid && *pid > 1 && *pid != getpid())
        kill(static_cast<pid_t>(*pid), SIGKILL);
    }
    sleep_for(milliseconds(20));
  }
  (void)run_ip({"netns", "del", name});
  std::error_code ignored;
  std::filesystem::remove_all(scratch_folder(name), ignored);
}

/// The guardian: waits until the maker's end of the lifeline closes, then removes the namespace if
/// it still exists.
void guard(const std::string& name) {
  prctl(PR_SET_PDEATHSIG, 0);
  prctl(PR_SET_NAME, "weir-lab-guard");
  setsid();
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) (void)signal(number, SIG_IGN);
  char byte = 0;
  while (read(kept_fd, &byte, 1) < 0 && errno == EINTR) {
  }
  if (access((netns_folder + name).c_str(), F_OK) != 0 &&
      access(scratch_folder(name).c_str(), F_OK) != 0)
    return;
  remove_namespace(name);
}

/// The pid in "weir-PID-N".
std::optional<pid_t> maker_of(const std::string& name) {
  const auto parts = split(name, '-');
  if (parts.size() != 3 || parts[0] != "weir" || !parse_unsigned(parts[2])) return std::nullopt;
  const auto pid = parse_integer(parts[1]);
  if (!pid || *pid <= 1) return std::nullopt;
  return static_cast<pid_t>(*pid);
}

/// The first free name of this process.
std::string next_name() {
  const std::string stem = "weir-" + std::to_string(getpid()) + "-";
  int number = 0;
  const auto taken = [&] {
    const std::string name = stem + std::to_string(number);
    return access((netns_folder + name).c_str(), F_OK) == 0 ||
           access(scratch_folder(name).c_str(), F_OK) == 0;
  };
  while (taken()) ++number;
  return stem + std::to_string(number);
}

Result<UniqueFd> open_namespace(const std::string& name) {
  UniqueFd fd(open((netns_folder + name).c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid())
    return make_error(ErrorCode::not_found, "network namespace " + name + ": " + last_error());
  return fd;
}

}  // namespace

Namespace::Namespace(std::string name, UniqueFd lifeline, ChildProcess guardian)
    : name_(std::move(name)), lifeline_(std::move(lifeline)), guardian_(std::move(guardian)) {}

Result<Namespace> Namespace::create() {
  sweep_namespaces();
  const std::string name = next_name();
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return make_error(ErrorCode::io, "no pipe: " + last_error());
  UniqueFd reader(ends[0]);
  UniqueFd lifeline(ends[1]);
  const auto body = [&](int report) {
    write_all(report, "ready\n");
    guard(name);
    return 0;
  };
  auto guardian = fork_child(body, reader.get());
  const bool ready = guardian.ok() && guardian->read_report_line(seconds(5)).ok();
  if (!ready)
    return make_error(ErrorCode::io,
                      "the guardian of network namespace " + name + " did not start");
  if (mkdir(scratch_folder(name).c_str(), S_IRWXU) != 0)
    return make_error(ErrorCode::io, scratch_folder(name) + ": " + last_error());
  if (const auto added = run_ip({"netns", "add", name}); !added.ok()) {
    rmdir(scratch_folder(name).c_str());
    return added.error();
  }
  Namespace made(name, std::move(lifeline), std::move(*guardian));
  WEIR_CHECK(run_ip({"link", "set", "lo", "up"}, name));
  return made;
}

Namespace::~Namespace() {
  if (name_.empty() || !lifeline_.valid()) return;
  remove_namespace(name_);
  lifeline_ = UniqueFd();
  guardian_.stop(0, seconds(5));
}

std::string Namespace::folder() const { return scratch_folder(name_); }

Status Namespace::set_sysctl(const std::string& name, const std::string& value) const {
  std::string path = "/proc/sys/" + name;
  std::replace(path.begin(), path.end(), '.', '/');
  Status done;
  WEIR_CHECK(run_inside(name_, [&] {
    const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd.valid() || write(fd.get(), value.data(), value.size()) < 0)
      done = make_error(ErrorCode::io, path + ": " + last_error());
  }));
  return done;
}

Result<std::string> Namespace::read_file(const std::string& path) const {
  std::string text;
  bool read_it = false;
  WEIR_CHECK(run_inside(name_, [&] {
    const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 4096> buffer{};
    ssize_t got = fd.valid() ? 1 : -1;
    while (got > 0 && (got = read(fd.get(), buffer.data(), buffer.size())) > 0)
      text.append(buffer.data(), static_cast<std::size_t>(got));
    read_it = got == 0;
  }));
  if (!read_it) return make_error(ErrorCode::io, "could not read " + path);
  return text;
}

Result<Network> create_network() {
  WEIR_TRY(Namespace client, Namespace::create());
  WEIR_TRY(Namespace server, Namespace::create());
  WEIR_CHECK(run_ip({"link", "add", link_name, "netns", client.name(), "type", "veth", "peer",
                     "name", link_name, "netns", server.name()}));
  WEIR_CHECK(address_link(client, server));
  return Network{std::move(client), std::move(server)};
}

Status address_link(const Namespace& client, const Namespace& server) {
  // Without it the link-local address is tentative for its first second, and no packet from a
  // forged source resolves the neighbour: ndisc_solicit().
  const std::string no_dad = std::string("net.ipv6.conf.") + link_name + ".accept_dad";
  for (const auto* end : {&client, &server}) WEIR_CHECK(end->set_sysctl(no_dad, "0"));
  for (const auto& [name, ipv4, ipv6] : {std::tuple{client.name(), client_ipv4, client_ipv6},
                                         std::tuple{server.name(), server_ipv4, server_ipv6}}) {
    WEIR_CHECK(run_ip({"address", "add", std::string(ipv4) + "/24", "dev", link_name}, name));
    WEIR_CHECK(
        run_ip({"address", "add", std::string(ipv6) + "/64", "dev", link_name, "nodad"}, name));
    WEIR_CHECK(run_ip({"link", "set", link_name, "up"}, name));
  }
  // A request for one link makes the kernel react to its carrier at once (rtnl_getlink():
  // linkwatch_sync_dev()). Otherwise it may take a second. Until then IPv6 has not joined its
  // groups there and drops neighbour solicitations.
  for (const auto* end : {&client, &server})
    WEIR_CHECK(run_ip({"link", "show", "dev", link_name}, end->name()));
  return {};
}

// (`ip -n` would also remount "/", which a chroot does not allow.)
Status run_ip(const std::vector<std::string>& arguments, const std::string& netns) {
  std::vector<std::string> all{"ip"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  CommandOptions options;
  options.netns = netns;
  WEIR_TRY(const CommandResult done, run_command(all, options));
  if (done.use.exit_code == 0) return {};
  std::string command;
  for (const auto& word : all) command += word + " ";
  return make_error(geteuid() == 0 ? ErrorCode::io : ErrorCode::not_permitted,
                    command + "failed: " + std::string(trim(done.err)));
}

Status enter_namespace(const std::string& name) {
  WEIR_TRY(const UniqueFd fd, open_namespace(name));
  if (setns(fd.get(), CLONE_NEWNET) != 0)
    return make_error(ErrorCode::not_permitted, "network namespace " + name + ": " + last_error());
  return {};
}

Status run_inside(const std::string& name, const std::function<void()>& function) {
  Status entered;
  std::thread inside([&] {
    entered = enter_namespace(name);
    if (entered.ok()) function();
  });
  inside.join();
  return entered;
}

int sweep_namespaces() {
  int removed = 0;
  const std::unique_ptr<DIR, int (*)(DIR*)> names(opendir(netns_folder), closedir);
  if (!names) return 0;
  while (const dirent* entry = readdir(names.get())) {
    const std::string name = entry->d_name;
    const auto maker = maker_of(name);
    if (!maker || kill(*maker, 0) == 0 || errno != ESRCH) continue;
    remove_namespace(name);
    ++removed;
  }
  return removed;
}

}  // namespace weir::lab
