#include "kernel/linux/linux_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "disk/place.h"
#include "disk/whole_file.h"
#include "kernel/linux/system_error.h"

namespace weir::kernel {
namespace {

constexpr std::size_t piece_size = std::size_t{32} << 10U;
constexpr std::string_view net_prefix = "/proc/net/";
constexpr std::string_view sysfs_prefix = "/sys/";

bool depends_on_namespace(std::string_view path) {
  return path.starts_with("/proc/sys/net/") || path == "/proc/sys/net" ||
         path.starts_with("/proc/net") || path.starts_with("/proc/thread-self/");
}

bool shows_mount_namespace(std::string_view path) {
  return path.starts_with("/sys/class/net") || path.starts_with("/sys/devices/virtual/net");
}

/// /proc/net is a link to self/net: the view of the process's first thread, not of the calling
/// thread.
std::string own_view(const std::string& path) {
  if (path.starts_with(net_prefix))
    return "/proc/thread-self/net/" + path.substr(net_prefix.size());
  return path == "/proc/net" ? "/proc/thread-self/net" : path;
}

template <class Call>
auto retry(const Call& call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

struct DirCloser {
  void operator()(DIR* folder) const { closedir(folder); }
};
using Folder = std::unique_ptr<DIR, DirCloser>;

/// Always the same name, so that the file of a killed writer is used again. It lacks the ending
/// that loaders of a folder ask for.
std::string temporary_name(const std::string& name) { return "." + name + ".weir-new"; }

/// Makes the folder of a path if it is missing, but not its parent.
Status make_folder_of(const std::string& path) {
  constexpr std::uint32_t folder_mode = 0755;
  const auto slash = path.rfind('/');
  if (slash == 0 || slash == std::string::npos) return {};
  WEIR_TRY(const disk::Place folder, disk::find_place(path.substr(0, slash)));
  return folder.found == disk::Found::nothing ? disk::make_folder(folder, folder_mode) : Status();
}

/// Calls the visitor with each name except "." and ".." until it returns false.
template <class Visitor>
Status for_each_name(UniqueFd descriptor, const std::string& path, const Visitor& visitor) {
  const Folder folder(fdopendir(descriptor.get()));
  if (!folder) return system_error(errno, "cannot list " + path);
  static_cast<void>(descriptor.release());  // the folder closes it
  while (true) {
    errno = 0;
    const dirent* entry = readdir(folder.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (!visitor(name)) return {};
  }
  if (errno != 0 && errno != ENOENT) return system_error(errno, "cannot list " + path);
  return {};
}

}  // namespace

const UniqueFd& LinuxFiles::own_sysfs() {
  if (sysfs_tried_) return sysfs_;
  sysfs_tried_ = true;
  const auto visit = netns_.enter();
  if (!visit.ok()) return sysfs_;
  // A sysfs shows the network namespace of the thread that makes it (fs/sysfs/mount.c,
  // sysfs_init_fs_context).
  const UniqueFd context(static_cast<int>(syscall(SYS_fsopen, "sysfs", FSOPEN_CLOEXEC)));
  if (!context.valid() ||
      syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0)
    return sysfs_;
  constexpr unsigned harmless = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  sysfs_ =
      UniqueFd(static_cast<int>(syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, harmless)));
  return sysfs_;
}

Result<UniqueFd> LinuxFiles::open_interface_path(const std::string& path, int flags) {
  const UniqueFd& sysfs = own_sysfs();
  if (!sysfs.valid() && !netns_.is_own()) {
    return make_error(
        ErrorCode::unsupported,
        path +
            " shows the network namespace in which sysfs was mounted, not the requested network namespace");
  }
  const bool own = sysfs.valid();
  const std::string name = own ? path.substr(sysfs_prefix.size()) : path;
  UniqueFd file(
      retry([&] { return openat(own ? sysfs.get() : AT_FDCWD, name.c_str(), flags | O_CLOEXEC); }));
  if (!file.valid()) return system_error(errno, "cannot open " + path);
  return file;
}

Result<UniqueFd> LinuxFiles::open_path(const std::string& path, int flags) {
  const auto open_here = [&](const std::string& name) -> Result<UniqueFd> {
    UniqueFd file(retry([&] { return open(name.c_str(), flags | O_CLOEXEC); }));
    if (!file.valid()) return system_error(errno, "cannot open " + path);
    return file;
  };
  if (depends_on_namespace(path)) {
    WEIR_TRY(const auto visit, netns_.enter());
    return open_here(own_view(path));
  }
  if (shows_mount_namespace(path)) return open_interface_path(path, flags);
  return open_here(path);
}

Status LinuxFiles::read(const std::string& path, std::size_t limit, const ByteVisitor& visitor) {
  // O_NONBLOCK: a FIFO in a configuration folder must not block the reader.
  WEIR_TRY(const auto file, open_path(path, O_RDONLY | O_NONBLOCK | O_NOCTTY));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): filled by read()
  std::array<std::byte, piece_size> piece;
  std::size_t total = 0;
  while (true) {
    const ssize_t got = retry([&] { return ::read(file.get(), piece.data(), piece.size()); });
    if (got < 0) return system_error(errno, "cannot read " + path);
    if (got == 0) return {};
    total += static_cast<std::size_t>(got);
    if (total > limit)
      return make_error(ErrorCode::malformed,
                        path + " is longer than " + std::to_string(limit) + " bytes");
    visitor(std::span(piece).first(static_cast<std::size_t>(got)));
  }
}

Result<std::vector<std::string>> LinuxFiles::list(const std::string& path) {
  WEIR_TRY(auto names, list_first(path, SIZE_MAX));
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::vector<std::string>> LinuxFiles::list_first(const std::string& path,
                                                        std::size_t limit) {
  WEIR_TRY(auto descriptor, open_path(path, O_RDONLY | O_DIRECTORY));
  std::vector<std::string> names;
  if (limit == 0) return names;
  WEIR_CHECK(for_each_name(std::move(descriptor), path, [&](std::string_view name) {
    names.emplace_back(name);
    return names.size() < limit;
  }));
  return names;
}

Result<std::int64_t> LinuxFiles::count(const std::string& path) {
  WEIR_TRY(auto descriptor, open_path(path, O_RDONLY | O_DIRECTORY));
  struct stat status {};
  const bool is_descriptor_folder = path.starts_with("/proc/") && path.ends_with("/fd");
  if (is_descriptor_folder && fstat(descriptor.get(), &status) == 0 && status.st_size > 0)
    return std::int64_t{status.st_size};
  std::int64_t names = 0;
  WEIR_CHECK(for_each_name(std::move(descriptor), path, [&](std::string_view) {
    ++names;
    return true;
  }));
  return names;
}

Result<std::string> LinuxFiles::read_link(const std::string& path) {
  std::array<char, 4096> target{};
  const auto read_here = [&](const std::string& name) -> Result<std::string> {
    const ssize_t length = readlink(name.c_str(), target.data(), target.size());
    if (length < 0) return system_error(errno, "cannot read the link " + path);
    return std::string(target.data(), static_cast<std::size_t>(length));
  };
  if (!depends_on_namespace(path)) return read_here(path);
  WEIR_TRY(const auto visit, netns_.enter());
  return read_here(own_view(path));
}

Status LinuxFiles::write(const std::string& path, std::string_view bytes) {
  WEIR_TRY(const auto file, open_path(path, O_WRONLY | O_NOCTTY));
  const ssize_t written = retry([&] { return ::write(file.get(), bytes.data(), bytes.size()); });
  if (written < 0) return system_error(errno, "cannot write " + path);
  // Some handlers of sysctls return 1 although they accepted the whole value
  // (addrconf_sysctl_forward(), net/ipv6/addrconf.c of 6.1). The caller reads the value back.
  if (path.starts_with("/proc/sys/") && written > 0) return {};
  if (static_cast<std::size_t>(written) != bytes.size()) {
    return make_error(ErrorCode::io, "the kernel accepted only " + std::to_string(written) +
                                         " of " + std::to_string(bytes.size()) + " bytes for " +
                                         path);
  }
  return {};
}

Status LinuxFiles::write_atomically(const std::string& path, std::string_view bytes) {
  constexpr std::uint32_t file_mode = 0644;
  const std::string what = "cannot write " + path;
  WEIR_CHECK(make_folder_of(path).with_context(what));
  WEIR_TRY(const disk::Place place,
           disk::find_place(path, disk::LastLink::taken_itself).with_context(what));
  disk::NewFile file;
  file.mode = file_mode;
  file.temporary = temporary_name(place.name);
  return disk::replace_file(place, bytes, file).with_context(what);
}

Status LinuxFiles::remove(const std::string& path) {
  const std::string what = "cannot remove " + path;
  WEIR_TRY(const disk::Place place,
           disk::find_place(path, disk::LastLink::taken_itself).with_context(what));
  return disk::remove_file(place).with_context(what);
}

}  // namespace weir::kernel
