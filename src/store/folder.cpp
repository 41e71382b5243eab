#include "store/folder.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"

namespace weir::store {

Status make_state_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  if (errno != EEXIST && errno != EROFS) return folder_error(errno, path);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return folder_error(errno, path);
  if (!S_ISDIR(status.st_mode)) return make_error(ErrorCode::wrong_use, "the state folder " + path + " is not a folder");
  // Whoever can write the journal tells the next weir which settings to "restore".
  const bool foreign = status.st_uid != ::geteuid() && status.st_uid != 0;
  if (foreign || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return make_error(ErrorCode::not_permitted, "the state folder " + path + " can be written by other users; make it root's alone (chmod 700)");
  // Told now, because SQLite would open what is there for reading only and fail at the first write. Knows read-only file systems, also as root.
  if (::access(path.c_str(), W_OK) != 0) return folder_error(errno, path);
  return {};
}

Status make_private_file(const std::string& path) {
  // Only ever a new file: to open and close SQLite's own a second time would drop its locks (sqlite.org/howtocorrupt.html, section 2.2).
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid() && errno != EEXIST) return folder_error(errno, path);
  return {};
}

Status check_readable(const std::string& path) {
  if (::access(path.c_str(), R_OK) == 0) return {};
  if (errno == ENOENT || errno == ENOTDIR) return make_error(ErrorCode::not_found, "nothing was changed yet: there is no " + path);
  if (errno == EACCES) return make_error(ErrorCode::not_permitted, path + " may not be read by this user");
  return folder_error(errno, path);
}

Error folder_error(int system_errno, const std::string& path) {
  switch (system_errno) {
    case EROFS: return make_error(ErrorCode::not_permitted, path + " cannot be written: its file system is read-only");
    case EACCES:
    case EPERM: return make_error(ErrorCode::not_permitted, path + " may not be written by this user");
    case ENOSPC:
    case EDQUOT: return make_error(ErrorCode::io, "the disk that holds " + path + " is full");
    case ENOENT: return make_error(ErrorCode::not_found, path + " cannot be made: its parent folder is not there");
    default: return make_error(ErrorCode::io, path + ": " + std::strerror(system_errno));
  }
}

}  // namespace weir::store
