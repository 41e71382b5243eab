#include "store/folder.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "disk/place.h"

namespace weir::store {

namespace {

constexpr std::uint32_t state_folder_mode = 0700;
constexpr std::uint32_t write_of_others = S_IWGRP | S_IWOTH;

/// SQLite opens its files by name, so no other user may be able to redirect the name.
Status check_state_folder(const disk::Place& place, const std::string& path) {
  if (place.found != disk::Found::folder)
    return make_error(ErrorCode::wrong_use, "the state folder " + path + " is not a folder");
  // A user who can write the journal decides which settings the next weir "restores".
  if (!disk::is_trusted(place.owned.user) || (place.owned.mode & write_of_others) != 0)
    return make_error(ErrorCode::not_permitted, "other users can write the state folder " + path +
                                                    "; restrict it to root (chmod 700)");
  if (place.replaceable_above)
    return make_error(ErrorCode::not_permitted,
                      "other users can replace the state folder " + path +
                          ", because they can write to a folder above it; choose another folder");
  return {};
}

Result<disk::Place> find_state_folder(const std::string& path) {
  auto place = disk::find_place(path);
  if (!place.ok() && place.error().code == ErrorCode::not_found) return folder_error(ENOENT, path);
  return std::move(place).with_context("the state folder " + path);
}

}  // namespace

Status make_state_folder(const std::string& path) {
  WEIR_TRY(disk::Place place, find_state_folder(path));
  if (place.found == disk::Found::nothing) {
    if (::mkdirat(place.folder.get(), place.name.c_str(), state_folder_mode) != 0 &&
        errno != EEXIST)
      return folder_error(errno, path);
    WEIR_TRY(place, find_state_folder(path));
  }
  WEIR_CHECK(check_state_folder(place, path));
  // Check this now: SQLite would open an existing file only for reading and fail at the first
  // write. access() also detects read-only file systems, even for root.
  if (::access(path.c_str(), W_OK) != 0) return folder_error(errno, path);
  return {};
}

Status make_private_file(const std::string& path) {
  // Opens only a new file: opening and closing SQLite's own file a second time would drop its locks
  // (sqlite.org/howtocorrupt.html, section 2.2).
  const UniqueFd file(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid() && errno != EEXIST) return folder_error(errno, path);
  return {};
}

Status check_readable(const std::string& folder, const std::string& path) {
  if (::access(path.c_str(), R_OK) == 0) {
    WEIR_TRY(const disk::Place place, find_state_folder(folder));
    return check_state_folder(place, folder);
  }
  if (errno == ENOENT || errno == ENOTDIR)
    return make_error(ErrorCode::not_found, "nothing was changed yet: there is no " + path);
  if (errno == EACCES)
    return make_error(ErrorCode::not_permitted, "this user is not allowed to read " + path);
  return folder_error(errno, path);
}

Error folder_error(int system_errno, const std::string& path) {
  switch (system_errno) {
    case EROFS:
      return make_error(ErrorCode::not_permitted,
                        path + " cannot be written: its file system is read-only");
    case EACCES:
    case EPERM:
      return make_error(ErrorCode::not_permitted, "this user is not allowed to write " + path);
    case ENOSPC:
    case EDQUOT: return make_error(ErrorCode::io, "the disk that holds " + path + " is full");
    case ENOENT:
      return make_error(ErrorCode::not_found,
                        "cannot create " + path + ": its parent folder does not exist");
    default: return make_error(ErrorCode::io, path + ": " + std::strerror(system_errno));
  }
}

}  // namespace weir::store
