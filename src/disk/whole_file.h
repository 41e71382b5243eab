// Files that are the old one or the new one, whole, whatever happens meanwhile: a full disk, a
// signal, a power cut, another user. Not the way to them: place.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "disk/place.h"

namespace weir::disk {

struct NewFile {
  std::uint32_t mode = 0600;  ///< permissions, whatever the umask is
  /// nothing: as the kernel gives it. Where it cannot be given, the mode lacks the group's rights
  std::optional<std::uint32_t> group = {};
  /// Of the file beside it that gets the name once it is whole. A name of its own is used again
  /// after a writer was killed, and is for folders to which only trusted users can add. Empty: a
  /// name that nobody can foresee.
  std::string temporary = {};
};

/// What a file that replaces the one at the place may have of its rights. Only a file that is
/// surely the caller's own hands down its mode, and that without setuid, setgid, sticky and others'
/// right to write. "Surely": the caller owns it, and no other user can have put it in this place.
/// Everything else gets 0600.
[[nodiscard]] NewFile inherit_rights(const Place& place);

/// Puts a new file with this text in the place, beside the old one until it is whole; it is on disk
/// when this returns, and the folder's entry as well where the folder can be opened. Other names
/// (hard links) of the old file keep it. `place` is nothing, a regular file or a link taken itself.
/// After an error the old file is there as before. Errors: not_permitted, io (a full disk),
/// conflict (another user put something else in the new file's place).
Status replace_file(const Place& place, std::string_view text, const NewFile& file);

/// Removes the file at the place, on disk when it returns. Errors: not_found, others.
Status remove_file(const Place& place);

/// Makes the folder at the place, with these permissions, on disk when it returns.
Status make_folder(const Place& place, std::uint32_t mode);

/// All of the text, at the descriptor's position. 0, or errno.
[[nodiscard]] int write_all(int file, std::string_view text);

}  // namespace weir::disk
