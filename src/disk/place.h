// Place: where a path leads: the folder, the name in it, and what has that name. It is found
// component by component, from descriptor to descriptor, so that no other user can lead it
// elsewhere between the look and the use. Not the reading or writing: whole_file.h.
#pragma once

#include <cstdint>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace weir::disk {

/// Whether a link that has the last name is followed. Links before it always are.
enum class LastLink { followed, taken_itself };

enum class Found { nothing, regular, folder, link, other };

/// Users and rights of a file or a folder, as fstat(2) says.
struct Ownership {
  std::uint32_t user = 0;
  std::uint32_t group = 0;
  std::uint32_t mode = 0;   ///< permissions, with setuid, setgid and sticky
  std::uint64_t links = 0;  ///< hard links
};

struct Place {
  /// O_PATH; not valid where the path names what a process has open (/dev/stdout)
  UniqueFd folder;
  std::string name;  ///< in the folder, one component
  /// O_PATH, what has the name; not valid: nothing has. Where `is_open`, a copy of this process's
  /// own descriptor.
  UniqueFd object;
  /// the path was /dev/stdout, /dev/fd/N or the like of this process
  bool is_open = false;
  Found found = Found::nothing;  ///< what `object` is
  Ownership owned;               ///< of `object`
  Ownership folder_owned;        ///< of `folder`
  /// another user can replace a folder on the way, or this folder itself
  bool replaceable_above = false;
};

/// Whether the user is root, the caller, or the owner of "/", who can do everything anyway (in a
/// user namespace root is shown as another number).
[[nodiscard]] bool is_trusted(std::uint32_t user);

/// Whether other users can give a name in a folder with these rights to a file of theirs.
[[nodiscard]] bool can_others_add(const Ownership& folder);
/// Whether other users can also take a name away from a file of a trusted user: they cannot where
/// the sticky bit is set.
[[nodiscard]] bool can_others_replace(const Ownership& folder);

/// Whether what was found is a trusted user's and no other user can have put it in this place, or
/// is this process's own descriptor.
[[nodiscard]] bool is_surely_trusted(const Place& place);

/// Where the path leads. In a folder to which other users can add names, only a link of root's or
/// the caller's own is followed, as protected_symlinks of proc(5) has it, and only one that has no
/// second name, since anybody may have given it that. Errors: not_permitted (such a link, or a
/// right is missing), not_found (a folder on the way), wrong_use (no name), io (too many links).
[[nodiscard]] Result<Place> find_place(const std::string& path, LastLink last = LastLink::followed);

/// Opens what was found, and nothing else, also where the name has gone to something else
/// meanwhile. Errors: not_found (nothing was found), others.
[[nodiscard]] Result<UniqueFd> open_found(const Place& place, int flags);

}  // namespace weir::disk
