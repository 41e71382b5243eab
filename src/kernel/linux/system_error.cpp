#include "kernel/linux/system_error.h"

#include <cerrno>
#include <system_error>

namespace weir::kernel {
namespace {

ErrorCode code_of(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR: return ErrorCode::not_found;
    case EACCES:
    case EPERM: return ErrorCode::not_permitted;
    case ESRCH: return ErrorCode::gone;
    case EISDIR:
    case ENOSYS:
    case EOPNOTSUPP:
    case EPROTONOSUPPORT:
    case EAFNOSUPPORT: return ErrorCode::unsupported;
    default: return ErrorCode::io;
  }
}

}  // namespace

Error system_error(int error_number, const std::string& context) {
  return make_error(code_of(error_number),
                    context + ": " + std::generic_category().message(error_number));
}

}  // namespace weir::kernel
