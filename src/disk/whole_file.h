// Files that are always either the old or the new one, and always whole, despite a full disk, a
// signal, a power cut or another user. Not the way to them: place.h.
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
  /// nothing: the kernel's default. If it cannot be set, the mode lacks the group's rights
  std::optional<std::uint32_t> group = {};
  /// Name of the temporary file, which gets the final name once it is whole. A fixed name is reused
  /// after a writer was killed; use it only in folders where only trusted users can add names.
  /// Empty: a name that nobody can predict.
  std::string temporary = {};
};

/// The rights that a new file may take over from the file that it replaces. Only a file that surely
/// belongs to the caller hands down its mode, without setuid, setgid, sticky and others' right to
/// write. "Surely": the caller owns it, and no other user can have put it in this place. Every
/// other file gives 0600.
[[nodiscard]] NewFile inherit_rights(const Place& place);

/// Puts a new file with this text in the place. The old file stays until the new one is whole. When
/// this returns, the file is on disk, and so is the folder's entry if the folder can be opened.
/// Other names (hard links) of the old file keep the old content. `place` is nothing, a regular
/// file or a link that was not followed. After an error the old file is unchanged. Errors:
/// not_permitted, io (a full disk), conflict (another user put something else in the new file's
/// place).
Status replace_file(const Place& place, std::string_view text, const NewFile& file);

/// Removes the file at the place. The removal is on disk when this returns. Errors: not_found,
/// others.
Status remove_file(const Place& place);

/// Makes the folder at the place with these permissions. It is on disk when this returns.
Status make_folder(const Place& place, std::uint32_t mode);

/// Writes all of the text at the descriptor's position. Returns 0 or errno.
[[nodiscard]] int write_all(int file, std::string_view text);

}  // namespace weir::disk
