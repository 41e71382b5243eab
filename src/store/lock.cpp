#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/text.h"
#include "store/folder.h"
#include "store/journal.h"

namespace weir::store {
namespace {

/// The pid that the holder wrote; nothing while it is about to.
std::string read_holder(int file) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  if (size <= 0) return {};
  const auto pid = parse_integer(trim(std::string_view(text.data(), static_cast<std::size_t>(size))));
  return pid ? " (pid " + std::to_string(*pid) + ")" : std::string();
}

/// For the other side's sentence only: a full disk must not keep anyone from undoing.
void write_holder(int file) {
  const std::string text = std::to_string(::getpid()) + "\n";
  if (::ftruncate(file, 0) == 0) static_cast<void>(::pwrite(file, text.data(), text.size(), 0) == 0);
}

}  // namespace

Result<WriterLock> WriterLock::acquire(const std::string& state_folder) {
  WEIR_CHECK(make_state_folder(state_folder));
  const std::string path = state_folder + "/lock";
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid()) return folder_error(errno, path);
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return folder_error(errno, path);
    return make_error(ErrorCode::busy, "another weir" + read_holder(file.get()) + " is changing this host; try again when it has ended");
  }
  write_holder(file.get());
  return WriterLock(std::move(file));
}

}  // namespace weir::store
