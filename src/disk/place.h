// Place: the folder that a path leads to, the name in it, and the object with that name. The walk
// goes component by component, from descriptor to descriptor. So no other user can redirect the
// path between the check and the use. Not the reading or writing: whole_file.h.
#pragma once

#include <cstdint>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace weir::disk {

/// Whether the walk follows a link that has the last name. It always follows earlier links.
enum class LastLink { followed, taken_itself };

enum class Found { nothing, regular, folder, link, other };

/// Owner, group and rights of a file or a folder, from fstat(2).
struct Ownership {
  std::uint32_t user = 0;
  std::uint32_t group = 0;
  std::uint32_t mode = 0;   ///< permissions, with setuid, setgid and sticky
  std::uint64_t links = 0;  ///< hard links
};

struct Place {
  /// O_PATH; not valid if the path names a file that a process has open (/dev/stdout)
  UniqueFd folder;
  std::string name;  ///< in the folder, one component
  /// O_PATH, the object with the name; not valid: nothing has the name. If `is_open`, a copy of
  /// this process's own descriptor.
  UniqueFd object;
  /// the path was /dev/stdout, /dev/fd/N or a similar path of this process
  bool is_open = false;
  Found found = Found::nothing;  ///< the type of `object`
  Ownership owned;               ///< of `object`
  Ownership folder_owned;        ///< of `folder`
  /// another user can replace a folder on the way, or this folder itself
  bool replaceable_above = false;
};

/// Whether the user is root, the caller, or the owner of "/". These can do everything anyway. (In a
/// user namespace, root has another number.)
[[nodiscard]] bool is_trusted(std::uint32_t user);

/// Whether other users can add names in a folder with these rights.
[[nodiscard]] bool can_others_add(const Ownership& folder);
/// Whether other users can also replace a trusted user's file in the folder. The sticky bit
/// prevents this.
[[nodiscard]] bool can_others_replace(const Ownership& folder);

/// Whether a trusted user owns the object and no other user can have put it in this place, or it is
/// this process's own descriptor.
[[nodiscard]] bool is_surely_trusted(const Place& place);

/// Walks to the end of the path. In a folder where other users can add names, the walk follows only
/// links of root or the caller, as protected_symlinks of proc(5) does. Such a link must also have
/// only one name, because any user could have added a second one. Errors: not_permitted (another
/// user's link, or a missing right), not_found (a folder on the way), wrong_use (no name), io (too
/// many links).
[[nodiscard]] Result<Place> find_place(const std::string& path, LastLink last = LastLink::followed);

/// Opens exactly the object that was found, even if the name now belongs to another object. Errors:
/// not_found (nothing was found), others.
[[nodiscard]] Result<UniqueFd> open_found(const Place& place, int flags);

}  // namespace weir::disk
