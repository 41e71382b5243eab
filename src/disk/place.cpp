#include "disk/place.h"

#include <cerrno>
#include <climits>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/text.h"
#include "disk/disk_error.h"

namespace weir::disk {
namespace {

/// The kernel follows the same number of links (include/linux/namei.h, MAXSYMLINKS).
constexpr int most_links = 40;
constexpr std::uint32_t permission_bits = 07777;
constexpr std::uint32_t write_of_others = S_IWGRP | S_IWOTH;

/// The result of fstat(2) for a descriptor.
struct Look {
  Ownership owned;
  Found found = Found::nothing;
  dev_t device = 0;
  ino_t inode = 0;
};

Found kind_of(mode_t mode) {
  if (S_ISREG(mode)) return Found::regular;
  if (S_ISDIR(mode)) return Found::folder;
  return S_ISLNK(mode) ? Found::link : Found::other;
}

Result<Look> look_at(const UniqueFd& file) {
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return disk_error(errno);
  return Look{{status.st_uid, status.st_gid, status.st_mode & permission_bits, status.st_nlink},
              kind_of(status.st_mode),
              status.st_dev,
              status.st_ino};
}

/// A link in the kernel's own file system: only the kernel knows its target.
bool is_of_proc(const UniqueFd& file) {
  struct statfs system {};
  return fstatfs(file.get(), &system) == 0 && system.f_type == PROC_SUPER_MAGIC;
}

Result<std::string> read_target(const UniqueFd& link) {
  std::string target(PATH_MAX, '\0');
  const ssize_t length = readlinkat(link.get(), "", target.data(), target.size());
  if (length < 0) return disk_error(errno);
  target.resize(static_cast<std::size_t>(length));
  if (target.empty()) return disk_error(ENOENT);
  return target;
}

/// The walk from "/" or the working folder along the components of a path.
class Walk {
 public:
  Walk(const std::string& path, LastLink last) : last_(last) { push(path); }

  Result<Place> run() {
    WEIR_CHECK(go_to_start());
    while (!rest_.empty()) {
      const std::string name = std::move(rest_.back());
      rest_.pop_back();
      WEIR_CHECK(step(name));
      if (arrived_) return std::move(place_);
    }
    // For "/", "." and the target of a link of /proc: the folder itself, which has no name here.
    place_.object = std::move(folder_);
    place_.owned = place_.folder_owned;
    place_.found = Found::folder;
    return std::move(place_);
  }

 private:
  void push(const std::string& path) {
    from_root_ = path.front() == '/';
    std::vector<std::string> components;
    for (const std::string_view part : split(path, '/'))
      if (!part.empty() && part != ".") components.emplace_back(part);
    // "a/" and "a/." ask for a folder, even if nothing has the name.
    if (rest_.empty() && !components.empty() && (path.ends_with('/') || path.ends_with("/.")))
      wants_folder_ = true;
    rest_.insert(rest_.end(), std::make_move_iterator(components.rbegin()),
                 std::make_move_iterator(components.rend()));
  }

  Status go_to_start() {
    if (!from_root_ && folder_.valid()) return {};
    return enter(UniqueFd(open(from_root_ ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC)));
  }

  Status enter(UniqueFd folder) {
    if (!folder.valid()) return disk_error(errno);
    WEIR_TRY(const Look status, look_at(folder));
    if (status.found != Found::folder) return disk_error(ENOTDIR);
    folder_ = std::move(folder);
    place_.folder_owned = status.owned;
    place_.replaceable_above = place_.replaceable_above || can_others_replace(status.owned);
    return {};
  }

  Status step(const std::string& name) {
    const bool is_last = rest_.empty();
    UniqueFd object(openat(folder_.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!object.valid()) {
      if (errno != ENOENT || !is_last || wants_folder_) return disk_error(errno);
      arrive(name, Look{}, {});
      return {};
    }
    WEIR_TRY(const Look status, look_at(object));
    if (status.found == Found::link &&
        !(is_last && !wants_folder_ && last_ == LastLink::taken_itself))
      return follow(name, object, status);
    // O_DIRECTORY triggers an automount; O_PATH alone does not (fs/namei.c, follow_automount()).
    if (!is_last)
      return enter(UniqueFd(
          openat(folder_.get(), name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)));
    if (wants_folder_ && status.found != Found::folder) return disk_error(ENOTDIR);
    arrive(name, status, std::move(object));
    return {};
  }

  Status follow(const std::string& name, const UniqueFd& link, const Look& status) {
    if (++links_ > most_links) return disk_error(ELOOP);
    if (can_others_add(place_.folder_owned) &&
        (!is_trusted(status.owned.user) || status.owned.links > 1))
      return make_error(
          ErrorCode::not_permitted,
          "\"" + escape_bytes(name) + "\" is a link of user " + std::to_string(status.owned.user) +
              " in a folder where other users can make links; weir does not follow it");
    if (is_of_proc(link)) return follow_in_proc(name);
    WEIR_TRY(const std::string target, read_target(link));
    push(target);
    return go_to_start();
  }

  Status follow_in_proc(const std::string& name) {
    UniqueFd object(openat(folder_.get(), name.c_str(), O_PATH | O_CLOEXEC));
    if (!object.valid()) return disk_error(errno);
    WEIR_TRY(const Look status, look_at(object));
    if (!rest_.empty() || wants_folder_) return enter(std::move(object));
    UniqueFd own = copy_own(name, status);
    place_.is_open = own.valid();
    arrive(name, status, own.valid() ? std::move(own) : std::move(object));
    // A file that a process has open may have no name any more.
    place_.folder = UniqueFd();
    return {};
  }

  /// For a link of /proc/self/fd, duplicates the descriptor: opening the path again would start at
  /// the file's first byte.
  UniqueFd copy_own(const std::string& name, const Look& status) {
    const auto number = parse_unsigned(name);
    const UniqueFd own(open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!number || *number > INT_MAX || !own.valid()) return {};
    const auto here = look_at(folder_);
    const auto there = look_at(own);
    if (!here.ok() || !there.ok() || here->inode != there->inode || here->device != there->device)
      return {};
    UniqueFd copy(fcntl(static_cast<int>(*number), F_DUPFD_CLOEXEC, 0));
    if (!copy.valid()) return {};
    const auto copied = look_at(copy);
    return copied.ok() && copied->inode == status.inode && copied->device == status.device
               ? std::move(copy)
               : UniqueFd();
  }

  void arrive(const std::string& name, const Look& status, UniqueFd object) {
    place_.folder = std::move(folder_);
    place_.name = name;
    place_.object = std::move(object);
    place_.found = status.found;
    place_.owned = status.owned;
    arrived_ = true;
  }

  LastLink last_;
  bool from_root_ = false;
  bool wants_folder_ = false;
  std::vector<std::string> rest_;  ///< the next one is last
  UniqueFd folder_;
  int links_ = 0;
  bool arrived_ = false;
  Place place_;
};

}  // namespace

bool is_trusted(std::uint32_t user) {
  struct stat root {};
  return user == 0 || user == geteuid() || (stat("/", &root) == 0 && root.st_uid == user);
}

bool can_others_add(const Ownership& folder) {
  return !is_trusted(folder.user) || (folder.mode & write_of_others) != 0;
}

bool can_others_replace(const Ownership& folder) {
  return can_others_add(folder) && (!is_trusted(folder.user) || (folder.mode & S_ISVTX) == 0);
}

bool is_surely_trusted(const Place& place) {
  if (place.is_open || !can_others_add(place.folder_owned)) return true;
  return is_trusted(place.owned.user) && place.owned.links == 1 &&
         !can_others_replace(place.folder_owned);
}

Result<Place> find_place(const std::string& path, LastLink last) {
  if (path.empty()) return make_error(ErrorCode::wrong_use, "the name is empty");
  return Walk(path, last).run();
}

Result<UniqueFd> open_found(const Place& place, int flags) {
  if (!place.object.valid()) return disk_error(ENOENT);
  UniqueFd file(place.is_open
                    ? fcntl(place.object.get(), F_DUPFD_CLOEXEC, 0)
                    : open(("/proc/self/fd/" + std::to_string(place.object.get())).c_str(),
                           flags | O_CLOEXEC));
  if (!file.valid()) return disk_error(errno);
  return file;
}

}  // namespace weir::disk
