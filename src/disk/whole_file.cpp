#include "disk/whole_file.h"

#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/disk_error.h"

namespace weir::disk {
namespace {

constexpr std::uint32_t private_mode = 0600;
/// The rights that a new file may inherit: no setuid, setgid or sticky, and no writing for group
/// and others.
constexpr std::uint32_t inheritable_mode = 0755;
constexpr std::uint32_t group_mode = 070;
/// A random name of 12 letters out of 32 is practically never taken. A user who guesses cannot hit
/// this number of names.
constexpr int most_names = 16;

Result<std::string> make_name() {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz234567";
  std::array<unsigned char, 12> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return disk_error(EIO);
  std::string name = ".weir-new-";
  for (const unsigned char byte : bytes) name += letters[byte % letters.size()];
  return name;
}

/// A name is on disk only after its folder is synced. A folder that may be written but not read
/// cannot be synced.
Status sync_entries(const UniqueFd& folder) {
  const UniqueFd open_folder(openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!open_folder.valid()) return errno == EACCES ? Status() : Status(disk_error(errno));
  // EINVAL: the file system does not support it (fsync(2)).
  if (fsync(open_folder.get()) != 0 && errno != EINVAL) return disk_error(errno);
  return {};
}

/// The new file beside the place. The destructor removes it unless it got its final name.
class FileBeside {
 public:
  explicit FileBeside(const Place& place) : place_(place) {}
  FileBeside(const FileBeside&) = delete;
  FileBeside& operator=(const FileBeside&) = delete;
  FileBeside(FileBeside&&) = delete;
  FileBeside& operator=(FileBeside&&) = delete;
  ~FileBeside() {
    if (file_.valid() && !named_) unlinkat(place_.folder.get(), name_.c_str(), 0);
  }

  Status make(const std::string& wanted_name) {
    for (int i = 0; i < most_names; ++i) {
      name_ = wanted_name;
      if (wanted_name.empty()) {
        WEIR_TRY(name_, make_name());
      } else {
        // A killed writer left it. A link is removed, not followed.
        unlinkat(place_.folder.get(), name_.c_str(), 0);
      }
      file_ = UniqueFd(openat(place_.folder.get(), name_.c_str(),
                              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, private_mode));
      if (file_.valid() || errno != EEXIST) break;
    }
    return file_.valid() ? Status() : Status(disk_error(errno));
  }

  Status fill(std::string_view text, const NewFile& file) {
    if (const int error = write_all(file_.get(), text); error != 0) return disk_error(error);
    const std::uint32_t mode =
        !file.group || give_to_group(*file.group) ? file.mode : file.mode & ~group_mode;
    if (fchmod(file_.get(), mode) != 0 || fsync(file_.get()) != 0) return disk_error(errno);
    return {};
  }

  Status take_place() {
    if (renameat(place_.folder.get(), name_.c_str(), place_.folder.get(), place_.name.c_str()) != 0)
      return disk_error(errno);
    named_ = true;
    struct stat mine {};
    struct stat there {};
    const bool is_mine =
        fstat(file_.get(), &mine) == 0 &&
        fstatat(place_.folder.get(), place_.name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 &&
        mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
    // Only a user who can write to the folder can do this. It does not make that user's file the
    // caller's.
    if (!is_mine)
      return make_error(
          ErrorCode::conflict,
          "another user replaced it meanwhile; choose a folder that only you can write");
    return sync_entries(place_.folder);
  }

 private:
  bool give_to_group(std::uint32_t group) {
    struct stat status {};
    if (fstat(file_.get(), &status) == 0 && status.st_gid == group) return true;
    return fchown(file_.get(), static_cast<uid_t>(-1), group) == 0;
  }

  const Place& place_;
  std::string name_;
  UniqueFd file_;
  bool named_ = false;
};

}  // namespace

int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const auto written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

NewFile inherit_rights(const Place& place) {
  NewFile file;
  if (place.found != Found::regular || place.owned.user != geteuid() || !is_surely_trusted(place))
    return file;
  file.mode = place.owned.mode & inheritable_mode;
  file.group = place.owned.group;
  return file;
}

Status replace_file(const Place& place, std::string_view text, const NewFile& file) {
  FileBeside beside(place);
  WEIR_CHECK(beside.make(file.temporary));
  WEIR_CHECK(beside.fill(text, file));
  return beside.take_place();
}

Status remove_file(const Place& place) {
  if (unlinkat(place.folder.get(), place.name.c_str(), 0) != 0) return disk_error(errno);
  return sync_entries(place.folder);
}

Status make_folder(const Place& place, std::uint32_t mode) {
  if (mkdirat(place.folder.get(), place.name.c_str(), mode) != 0) return disk_error(errno);
  return sync_entries(place.folder);
}

}  // namespace weir::disk
