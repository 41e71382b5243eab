#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/text.h"
#include "store/folder.h"
#include "store/journal.h"

namespace weir::store {
namespace {

/// Whether the process is stopped, by Ctrl-Z, SIGSTOP or a debugger: the state of /proc/PID/stat
/// (proc(5)).
bool is_stopped(std::int64_t pid) {
  const UniqueFd file(
      ::open(("/proc/" + std::to_string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 256> text{};
  const ssize_t size = file.valid() ? ::read(file.get(), text.data(), text.size()) : 0;
  const std::string_view stat(text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  const std::size_t bracket = stat.rfind(')');
  return bracket != std::string_view::npos &&
         (stat.substr(bracket).starts_with(") T") || stat.substr(bracket).starts_with(") t"));
}

/// The pid that the holder wrote; nothing if the holder has not written it yet.
std::string read_holder(int file) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  if (size <= 0) return {};
  const auto pid =
      parse_integer(trim(std::string_view(text.data(), static_cast<std::size_t>(size))));
  if (!pid) return {};
  const std::string number = std::to_string(*pid);
  if (!is_stopped(*pid)) return " (pid " + number + ")";
  return " (pid " + number + ", which is stopped; run `kill -CONT " + number + "` to continue it)";
}

/// Used only for the other weir's message: a full disk must not prevent an undo.
void write_holder(int file) {
  const std::string text = std::to_string(::getpid()) + "\n";
  if (::ftruncate(file, 0) == 0)
    static_cast<void>(::pwrite(file, text.data(), text.size(), 0) == 0);
}

Status take_lock(const UniqueFd& file, const std::string& path) {
  if (!file.valid()) return folder_error(errno, path);
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return folder_error(errno, path);
    return make_error(ErrorCode::busy, "another weir" + read_holder(file.get()) +
                                           " is changing this host; try again after it has ended");
  }
  return {};
}

}  // namespace

Result<WriterLock> WriterLock::acquire(const std::string& state_folder) {
  WEIR_CHECK(make_state_folder(state_folder));
  const std::string path = state_folder + "/lock";
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  WEIR_CHECK(take_lock(file, path));
  write_holder(file.get());
  return WriterLock(std::move(file));
}

Result<WriterLock> WriterLock::acquire_existing(const std::string& state_folder) {
  const std::string path = state_folder + "/lock";
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!file.valid() && errno == EROFS)
    file = UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  WEIR_CHECK(take_lock(file, path));
  write_holder(file.get());
  return WriterLock(std::move(file));
}

}  // namespace weir::store
