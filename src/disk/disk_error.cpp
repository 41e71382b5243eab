#include "disk/disk_error.h"

#include <cerrno>
#include <system_error>

namespace weir::disk {
namespace {

ErrorCode disk_error_code(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR: return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case EROFS: return ErrorCode::not_permitted;
    case EISDIR: return ErrorCode::wrong_use;
    default: return ErrorCode::io;
  }
}

}  // namespace

Error disk_error(int error_number) {
  return make_error(disk_error_code(error_number), std::generic_category().message(error_number));
}

}  // namespace weir::disk
