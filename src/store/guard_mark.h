// GuardMark: the sign that a watchdog lives and guards an entry. The kernel removes the sign when
// the process ends, however it ends. Not the guarding: app/weir_deadman.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "base/fd.h"
#include "base/result.h"

namespace weir::store {

class GuardMark {
 public:
  /// Takes a write lock of this open file description (fcntl(2), F_OFD_SETLK) on a file of the
  /// state folder. Errors: conflict (another watchdog guards the entry), as store/folder.h.
  static Result<GuardMark> take(const std::string& state_folder, std::int64_t entry);

  /// Removes the file; the lock ends with this value.
  void remove() const;

 private:
  GuardMark(UniqueFd file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  UniqueFd file_;
  std::string path_;
};

/// Whether a watchdog guards the entry now. Takes no lock itself (F_OFD_GETLK).
[[nodiscard]] bool is_guarded(const std::string& state_folder, std::int64_t entry);

/// Removes the marks and verdicts that dead watchdogs left in the state folder, for the entries
/// that need none any more.
void sweep_marks(const std::string& state_folder,
                 const std::function<bool(std::int64_t entry)>& is_needed);

}  // namespace weir::store
