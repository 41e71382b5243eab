#include "store/guard_mark.h"

#include <cerrno>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "store/folder.h"
#include "store/verdict.h"

namespace weir::store {
namespace {

constexpr std::string_view mark_prefix = "watchdog-";
constexpr std::string_view verdict_prefix = "verdict-";

std::string mark_path(const std::string& folder, std::int64_t entry) {
  return folder + "/" + std::string(mark_prefix) + std::to_string(entry);
}

/// A lock of the whole file.
struct flock whole_file_lock() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

/// The entry that a file of the state folder belongs to.
std::optional<std::int64_t> parse_marked_entry(const std::string& file) {
  for (const std::string_view prefix : {mark_prefix, verdict_prefix})
    if (file.starts_with(prefix))
      return parse_integer(std::string_view(file).substr(prefix.size()));
  return std::nullopt;
}

}  // namespace

Result<GuardMark> GuardMark::take(const std::string& state_folder, std::int64_t entry) {
  std::string path = mark_path(state_folder, entry);
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid()) return folder_error(errno, path);
  struct flock lock = whole_file_lock();
  if (::fcntl(file.get(), F_OFD_SETLK, &lock) == 0)
    return GuardMark(std::move(file), std::move(path));
  if (errno != EAGAIN && errno != EACCES) return folder_error(errno, path);
  return make_error(ErrorCode::conflict,
                    "entry " + std::to_string(entry) + " already has a watchdog");
}

void GuardMark::remove() const { ::unlink(path_.c_str()); }

bool is_guarded(const std::string& state_folder, std::int64_t entry) {
  const UniqueFd file(
      ::open(mark_path(state_folder, entry).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  struct flock lock = whole_file_lock();
  return file.valid() && ::fcntl(file.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

void sweep_marks(const std::string& state_folder,
                 const std::function<bool(std::int64_t entry)>& is_needed) {
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(state_folder, ignored)) {
    const auto entry = parse_marked_entry(file.path().filename().string());
    if (!entry || is_needed(*entry) || is_guarded(state_folder, *entry)) continue;
    ::unlink(file.path().c_str());
  }
}

}  // namespace weir::store
