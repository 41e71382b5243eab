#include "act/entry_place.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "act/world.h"
#include "base/text.h"
#include "kernel/wire/process.h"

namespace weir::act {
namespace {

constexpr std::string_view id_prefix = "nsid:";
constexpr const char* named_folder = "/run/netns";
/// A process may start another one and end between two looks at /proc. So /proc is read until a
/// pass finds no new process, but at most this number of times.
constexpr int most_passes = 20;
/// PROC_PID_INIT_INO (include/linux/proc_ns.h): the number of the host's first PID namespace.
constexpr std::uint64_t first_pid_namespace = 0xEFFFFFFC;
constexpr std::uint64_t cap_sys_ptrace = 19;  // include/uapi/linux/capability.h

/// The file or the process ended before it was read, so it leads to no namespace.
bool is_absence(ErrorCode code) { return code == ErrorCode::not_found || code == ErrorCode::gone; }

/// One search for one namespace: where it looked, and what it could not look at.
class Search {
 public:
  Search(const HistoryEntry& entry, const PlanBinding& binding, kernel::Kernel& own,
         const WithKernel& with_kernel, const std::function<Status(kernel::Kernel&)>& function)
      : entry_(entry),
        binding_(binding),
        own_(own),
        with_kernel_(with_kernel),
        function_(function) {}

  Status run() {
    if (!entry_.netns_path.empty()) try_named(entry_.netns_path);
    if (!is_over()) try_at("", "this process's own network namespace");
    if (!is_over()) ask_kernel();
    if (!is_over()) try_named_folder();
    if (!is_over()) try_processes();
    if (found_) return std::move(*found_);
    return ended_ || missed_.empty() ? gone() : unknown();
  }

 private:
  [[nodiscard]] bool is_over() const { return found_ || ended_; }

  /// Opens the path and calls the function if the path leads to the entry's namespace.
  Status look(const std::string& path) {
    return with_kernel_(path, [&](kernel::Kernel& kernel) -> Status {
      WEIR_TRY(const PlanBinding here, read_binding(kernel));
      const auto difference = find_difference(without_machine(binding_.place), here.place);
      if (!difference) found_ = function_(kernel);
      if (difference == PlaceDifference::successor) ended_ = true;
      return {};
    });
  }

  /// If nothing exists at the path, the search misses nothing.
  void try_at(const std::string& path, const std::string& place) {
    const Status looked = look(path);
    if (!is_over() && !looked.ok() && !is_absence(looked.error().code)) miss(place, looked.error());
  }

  /// A name that is a plain file has lost its mount, or the mount is in another mount namespace.
  /// The search finds it in the list of mounts.
  void try_named(const std::string& path) {
    const Status looked = look(path);
    const bool is_file = !looked.ok() && looked.error().code == ErrorCode::wrong_use;
    if (!is_over() && !looked.ok() && !is_file && !is_absence(looked.error().code))
      miss(path, looked.error());
  }

  /// The kernel's answer covers every place, even those without a path.
  void ask_kernel() {
    if (!binding_.place.netns_cookie) return;
    const Status asked =
        look(namespace_id_path({*binding_.place.netns_cookie, binding_.place.netns}));
    if (!is_over() && !asked.ok() && asked.error().code == ErrorCode::gone) ended_ = true;
  }

  void try_named_folder() {
    const auto names = own_.files.list(named_folder);
    if (!names.ok() && !is_absence(names.error().code)) miss(named_folder, names.error());
    if (!names.ok()) return;
    for (const std::string& name : *names) {
      if (is_over()) return;
      try_named(std::string(named_folder) + "/" + name);
    }
  }

  /// Searches everything that leads to a namespace through a process: the process's own namespace,
  /// its threads', its descriptors, and the mounts that it sees.
  void try_processes() {
    check_view();
    try_mounts("/proc/self", "");
    std::set<std::string> seen;
    for (int pass = 0; pass < most_passes && !is_over(); ++pass) {
      const auto names = own_.files.list("/proc");
      if (!names.ok()) return miss("/proc", names.error());
      bool is_new = false;
      for (const std::string& name : *names) {
        if (is_over()) return;
        if (!parse_integer(name) || !seen.insert(name).second) continue;
        is_new = true;
        try_process("/proc/" + name);
      }
      if (!is_new) return check_mount_namespaces();
    }
    if (!is_over())
      miss("/proc", make_error(ErrorCode::io, "new processes start faster than weir reads"));
  }

  /// Whether /proc shows every process.
  void check_view() {
    const auto pids = own_.files.read_link("/proc/self/ns/pid");
    const auto number = pids.ok() ? wire::parse_inode_link(*pids, "pid") : std::nullopt;
    if (number && *number != first_pid_namespace)
      miss("the processes outside this PID namespace",
           make_error(ErrorCode::not_permitted, "a container sees only its own processes"));
    if (is_hiding() && !may_see_all())
      miss("the processes of other users",
           make_error(ErrorCode::not_permitted,
                      "/proc hides them (hidepid) from a process without CAP_SYS_PTRACE"));
  }

  bool is_hiding() {
    bool hiding = false;
    const auto text = kernel::read_text(own_.files, "/proc/self/mountinfo");
    if (!text.ok()) return false;
    wire::parse_mountinfo(*text, [&](const wire::Mount& mount) {
      if (mount.type != "proc" || mount.point != "/proc") return;
      const auto at = mount.super_options.find("hidepid=");
      const std::string_view value = at == std::string::npos
                                         ? "0"
                                         : std::string_view(mount.super_options)
                                               .substr(at + std::string_view("hidepid=").size());
      hiding = !value.starts_with("0") && !value.starts_with("off");
    });
    return hiding;
  }

  bool may_see_all() {
    const auto text = kernel::read_text(own_.files, "/proc/self/status");
    if (!text.ok()) return false;
    constexpr std::string_view label = "CapEff:";
    for (const auto line : split(*text, '\n')) {
      if (!line.starts_with(label)) continue;
      const auto mask = parse_hex(trim(line.substr(label.size())));
      return mask && (*mask >> cap_sys_ptrace & 1U) != 0;
    }
    return false;
  }

  void try_process(const std::string& folder) {
    const std::size_t missed = missed_.size();
    try_link(folder + "/ns/net");
    // One right decides about all of the following (ptrace_may_access(), kernel/ptrace.c), so one
    // sentence for each process is enough.
    if (missed_.size() != missed) return;
    try_new_mounts(folder);
    for_each_name(folder + "/task", [&](const std::string& path) { try_link(path + "/ns/net"); });
    for_each_name(folder + "/fd", [&](const std::string& path) { try_descriptor(path); });
  }

  template <class Visitor>
  void for_each_name(const std::string& folder, const Visitor& visitor) {
    if (is_over()) return;
    const auto names = own_.files.list(folder);
    if (!names.ok() && !is_absence(names.error().code)) miss(folder, names.error());
    if (!names.ok()) return;
    for (const std::string& name : *names) {
      if (is_over()) return;
      visitor(std::string(folder).append("/").append(name));
    }
  }

  /// The link's text. Nothing if the link does not exist, or cannot be read; the search notes the
  /// latter.
  std::optional<std::string> read_link(const std::string& path) {
    auto link = own_.files.read_link(path);
    if (link.ok()) return std::move(link).value();
    if (!is_absence(link.error().code)) miss(path, link.error());
    return std::nullopt;
  }

  void try_link(const std::string& path) {
    const auto link = read_link(path);
    if (link && wire::parse_inode_link(*link, "net") == binding_.place.netns) try_at(path, path);
  }

  void try_descriptor(const std::string& path) {
    const auto link = read_link(path);
    if (!link) return;
    if (wire::parse_inode_link(*link, "net") == binding_.place.netns) try_at(path, path);
    if (const auto mounts = wire::parse_inode_link(*link, "mnt"))
      held_mounts_.insert({*mounts, path});
  }

  /// Searches the mounts that the process sees, unless an earlier process had the same mounts. A
  /// process in a chroot sees only the mounts below its root.
  void try_new_mounts(const std::string& folder) {
    if (is_over()) return;
    const auto link = read_link(folder + "/ns/mnt");
    const auto root = read_link(folder + "/root");
    const auto number = link ? wire::parse_inode_link(*link, "mnt") : std::nullopt;
    if (!number || !root) return;
    const bool is_new = seen_roots_[*number].insert(*root).second;
    if (is_new) try_mounts(folder, folder + "/root");
  }

  void try_mounts(const std::string& folder, const std::string& root) {
    const auto text = kernel::read_text(own_.files, folder + "/mountinfo");
    if (!text.ok() && !is_absence(text.error().code)) miss(folder + "/mountinfo", text.error());
    if (!text.ok()) return;
    wire::parse_mountinfo(*text, [&](const wire::Mount& mount) {
      if (const auto held = wire::parse_inode_link(mount.root, "mnt"))
        held_mounts_.insert({*held, root + mount.point});
      if (is_over() || wire::parse_inode_link(mount.root, "net") != binding_.place.netns) return;
      try_mount(root + mount.point);
    });
  }

  /// The mount exists, so its namespace lives. If the path leads elsewhere, another mount covers
  /// this mount.
  void try_mount(const std::string& path) {
    const Status looked = look(path);
    if (is_over()) return;
    miss(path, looked.ok() || is_absence(looked.error().code)
                   ? make_error(ErrorCode::io, "another mount covers it")
                   : looked.error());
  }

  /// A descriptor or a mount can keep a mount namespace without a process. It may hold mounts of
  /// its own. So may a mount namespace whose processes are all in a chroot.
  void check_mount_namespaces() {
    for (const auto& [number, path] : held_mounts_) {
      if (seen_roots_.count(number) == 0)
        miss(path, make_error(ErrorCode::unsupported,
                              "weir does not look into a mount namespace without a process"));
    }
    for (const auto& [number, roots] : seen_roots_) {
      if (roots.count("/") == 0)
        miss("the mount namespace " + std::to_string(number),
             make_error(ErrorCode::unsupported,
                        "each of its processes is in a chroot, such as " + *roots.begin()));
    }
  }

  void miss(const std::string& place, const Error& why) {
    // In most cases the error's own sentence already names the place.
    const bool named = why.message.find(place) != std::string::npos;
    missed_.push_back({why.code, named ? why.message : place + ": " + why.message});
  }

  [[nodiscard]] std::string name() const {
    return "the network namespace of entry " + std::to_string(entry_.id) + " (" +
           (entry_.netns_path.empty() ? std::to_string(entry_.place.netns) : entry_.netns_path) +
           ")";
  }

  [[nodiscard]] Status gone() const {
    return make_error(ErrorCode::not_found, name() + " is gone, and the change with it");
  }

  /// The entry must stay undoable, and not_found would end it.
  [[nodiscard]] Status unknown() const {
    constexpr std::size_t shown = 2;
    std::string places;
    for (std::size_t i = 0; i < std::min(shown, missed_.size()); ++i)
      places += (i == 0 ? "" : "; ") + missed_[i].message;
    if (missed_.size() > shown)
      places += "; and " + std::to_string(missed_.size() - shown) + " more";
    const bool refused = std::any_of(missed_.begin(), missed_.end(), [](const Error& one) {
      return one.code == ErrorCode::not_permitted;
    });
    return make_error(
        refused ? ErrorCode::not_permitted : ErrorCode::io,
        name() + " may still exist, because weir could not look everywhere: " + places +
            ". The entry stays as it is: give weir access to these places, then run `weir undo " +
            std::to_string(entry_.id) + "` again");
  }

  const HistoryEntry& entry_;
  const PlanBinding& binding_;
  kernel::Kernel& own_;
  const WithKernel& with_kernel_;
  const std::function<Status(kernel::Kernel&)>& function_;
  std::optional<Status> found_;  ///< what the function returned
  bool ended_ = false;           ///< weir knows for sure that the namespace has ended
  /// the places that could not be searched, and why
  std::vector<Error> missed_;
  /// mount namespace → the root folders of processes whose mounts were read
  std::map<std::uint64_t, std::set<std::string>> seen_roots_;
  /// mount namespaces that something other than a process holds, and its holder
  std::set<std::pair<std::uint64_t, std::string>> held_mounts_;
};

}  // namespace

std::string namespace_id_path(const NamespaceId& id) {
  return std::string(id_prefix) + std::to_string(id.cookie) + ":" + std::to_string(id.inode);
}

std::optional<NamespaceId> parse_namespace_id_path(std::string_view path) {
  if (!path.starts_with(id_prefix)) return std::nullopt;
  const auto numbers = split(path.substr(id_prefix.size()), ':');
  const auto cookie = parse_unsigned(numbers.front());
  const auto inode = parse_unsigned(numbers.back());
  if (numbers.size() != 2 || !cookie || !inode) return std::nullopt;
  return NamespaceId{*cookie, *inode};
}

Status with_entry_kernel(const HistoryEntry& entry, const PlanBinding& binding, kernel::Kernel& own,
                         const WithKernel& with_kernel,
                         const std::function<Status(kernel::Kernel&)>& function) {
  return Search(entry, binding, own, with_kernel, function).run();
}

}  // namespace weir::act
