#include <algorithm>

#include "kernel/fake/fake_kernel.h"

namespace weir::kernel {
namespace {

/// The fields of /proc/PID/stat up to starttime, the 22nd (fs/proc/array.c).
std::string make_stat(std::int64_t id, const std::string& command, char thread_state,
                      std::int64_t parent, ClockTicks cpu, std::int64_t start_time) {
  std::string text =
      std::to_string(id) + " (" + command + ") " + thread_state + " " + std::to_string(parent);
  for (int field = 5; field <= 13; ++field) text += " 0";
  text += " " + std::to_string(cpu.count) + " 0 0 0 20 0 1 0 " + std::to_string(start_time);
  for (int field = 23; field <= 52; ++field) text += " 0";
  return text + "\n";
}

std::string limit_text(const std::optional<std::int64_t>& limit) {
  return limit ? std::to_string(*limit) : "unlimited";
}

std::optional<std::uint64_t> to_limit(const std::optional<std::int64_t>& limit) {
  return limit ? std::optional<std::uint64_t>(static_cast<std::uint64_t>(*limit)) : std::nullopt;
}

}  // namespace

void FakeKernel::add_process(const Process& process,
                             const std::map<std::int64_t, std::string>& descriptors) {
  FakeState& kernel = state();
  const std::string folder = "/proc/" + std::to_string(process.pid);
  const char process_state = process.threads.empty() ? 'S' : process.threads.front().state;
  kernel.files[folder + "/stat"] = make_stat(process.pid, process.command, process_state,
                                             process.parent, process.cpu, process.start_time);
  kernel.files[folder + "/limits"] =
      "Limit                     Soft Limit           Hard Limit           Units     \n"
      "Max open files            " +
      limit_text(process.file_limit) + "                " + limit_text(process.file_limit_hard) +
      "                files     \n";
  kernel.file_limits[process.pid] = {to_limit(process.file_limit),
                                     to_limit(process.file_limit_hard)};
  kernel.files[folder + "/cgroup"] = "0::" + (process.cgroup.empty() ? "/" : process.cgroup) + "\n";
  kernel.folders.insert(folder + "/fd");
  for (const auto& [number, target] : descriptors)
    kernel.links[folder + "/fd/" + std::to_string(number)] = target;
  const auto wanted = process.files.value_or(0) - static_cast<std::int64_t>(descriptors.size());
  for (std::int64_t number = 0, added = 0; added < wanted; ++number) {
    if (kernel.links.emplace(folder + "/fd/" + std::to_string(number), "/dev/null").second) ++added;
  }
  auto threads = process.threads;
  if (threads.empty()) threads.push_back(Thread{process.pid, process_state, process.cpu, {}});
  for (const auto& thread : threads) {
    const std::string task = folder + "/task/" + std::to_string(thread.tid);
    kernel.files[task + "/stat"] = make_stat(thread.tid, process.command, thread.state,
                                             process.parent, thread.cpu, process.start_time);
    kernel.files[task + "/wchan"] = thread.wait.empty() ? "0" : thread.wait;
  }
}

void FakeKernel::add_listener(const Listener& listener) {
  state().listeners.push_back(listener);
  for (const auto& owner : listener.owners) {
    state().links["/proc/" + std::to_string(owner.pid) + "/fd/" + std::to_string(owner.fd)] =
        "socket:[" + std::to_string(listener.inode) + "]";
  }
}

}  // namespace weir::kernel
