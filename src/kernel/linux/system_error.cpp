#include "kernel/linux/system_error.h"

#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "base/fd.h"

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

constexpr const char* status_path = "/proc/thread-self/status";
constexpr const char* user_namespace_path = "/proc/thread-self/ns/user";

}  // namespace

Error system_error(int error_number, const std::string& context) {
  return make_error(code_of(error_number),
                    context + ": " + std::generic_category().message(error_number));
}

std::optional<wire::Privileges> read_own_privileges() {
  std::array<char, 4096> status{};
  const UniqueFd file(open(status_path, O_RDONLY | O_CLOEXEC));
  const ssize_t size = file.valid() ? ::read(file.get(), status.data(), status.size()) : -1;
  if (size <= 0) return std::nullopt;
  std::array<char, 64> target{};
  const ssize_t length = readlink(user_namespace_path, target.data(), target.size());
  return wire::parse_privileges({status.data(), static_cast<std::size_t>(size)},
                                {target.data(), static_cast<std::size_t>(length < 0 ? 0 : length)});
}

std::string explain_hidden_process() {
  std::ifstream file("/proc/self/mountinfo");
  const std::string mountinfo{std::istreambuf_iterator<char>(file), {}};
  return wire::explain_hiding(wire::find_hiding(mountinfo, read_own_privileges()),
                              wire::HiddenFor::descriptors);
}

Error make_refusal(std::string_view what, const wire::Requirement& required) {
  return make_error(ErrorCode::not_permitted,
                    wire::explain_refusal(what, required, read_own_privileges()));
}

}  // namespace weir::kernel
