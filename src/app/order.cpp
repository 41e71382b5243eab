#include "app/order.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "app/output.h"
#include "base/text.h"
#include "disk/place.h"

namespace weir::app {
namespace {

constexpr std::uint32_t write_of_others = S_IWGRP | S_IWOTH;

Error untrusted(const std::string& why) { return make_error(ErrorCode::conflict, why); }

/// Whether only the caller, root or the invoker can have written what is found, and put it there.
Status check_writers(const disk::Place& place, std::optional<std::uint32_t> invoker) {
  const auto may_order = [&](std::uint32_t user) {
    return disk::is_trusted(user) || invoker == user;
  };
  if (place.found == disk::Found::regular) {
    if (!may_order(place.owned.user))
      return untrusted("it belongs to user " + std::to_string(place.owned.user) +
                       ", who can change it; look at it, and copy it to a file of your own");
    if ((place.owned.mode & write_of_others) != 0)
      return untrusted(
          "other users than its owner can write to it; look at it, and then take that right away with `chmod go-w`");
  }
  if (!place.folder.valid()) return {};
  const disk::Ownership& folder = place.folder_owned;
  const bool is_private = may_order(folder.user) && (folder.mode & write_of_others) == 0;
  const bool is_sticky = may_order(folder.user) && (folder.mode & S_ISVTX) != 0 &&
                         may_order(place.owned.user) && place.owned.links == 1;
  if (is_private || is_sticky) return {};
  return untrusted(
      "other users can put another file in its place; look at it, and move it to a folder of your own");
}

}  // namespace

Result<std::string> read_order(const std::string& path, std::optional<std::uint32_t> invoker) {
  const std::string what = "cannot read " + escape_bytes(path);
  WEIR_TRY(const disk::Place place,
           disk::find_place(path == "-" ? "/proc/self/fd/0" : path).with_context(what));
  if (place.found == disk::Found::folder)
    return make_error(ErrorCode::wrong_use, what + ": it is a folder");
  WEIR_CHECK(
      check_writers(place, invoker).with_context(escape_bytes(path) + " is not taken as a plan"));
  WEIR_TRY(const UniqueFd file, disk::open_found(place, O_RDONLY | O_NOCTTY).with_context(what));
  return read_to_end(file).with_context(what);
}

}  // namespace weir::app
