#include "app/order.h"

#include <iterator>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "act/obstacles.h"
#include "app/change.h"
#include "app/observe.h"
#include "app/output.h"
#include "base/text.h"
#include "disk/place.h"
#include "plan/scope.h"
#include "plan/screen.h"
#include "sense/record.h"

namespace weir::app {
namespace {

constexpr std::uint32_t write_of_others = S_IWGRP | S_IWOTH;

Error untrusted(const std::string& why) { return make_error(ErrorCode::conflict, why); }

/// Checks that only the caller, root or the invoker can have written the file and put it there.
Status check_writers(const disk::Place& place, std::optional<std::uint32_t> invoker) {
  const auto may_order = [&](std::uint32_t user) {
    return disk::is_trusted(user) || invoker == user;
  };
  if (place.found == disk::Found::regular) {
    if (!may_order(place.owned.user))
      return untrusted("it belongs to user " + std::to_string(place.owned.user) +
                       ", who can change it; check its content, and copy it to a file of your own");
    if ((place.owned.mode & write_of_others) != 0)
      return untrusted(
          "users other than its owner can write to it; check its content, and then run `chmod go-w` on it");
  }
  if (!place.folder.valid()) return {};
  const disk::Ownership& folder = place.folder_owned;
  const bool is_private = may_order(folder.user) && (folder.mode & write_of_others) == 0;
  const bool is_sticky = may_order(folder.user) && (folder.mode & S_ISVTX) != 0 &&
                         may_order(place.owned.user) && place.owned.links == 1;
  if (is_private || is_sticky) return {};
  return untrusted(
      "other users can replace it with another file; check its content, and move it to a folder of your own");
}

/// The error for an unfinished run with the same targets.
Error describe_unfinished(const StateOption& state, const HistoryEntry& entry, bool has_all,
                          kernel::Clock& clock) {
  // The entry belongs to this boot: find_unfinished() returns no other.
  if (const auto lost = describe_lost_watchdog(entry, {entry.place.boot_id, clock.boot_time()}))
    return make_error(ErrorCode::conflict, *lost);
  const std::string id = std::to_string(entry.id);
  std::string sentence =
      "entry " + id + (has_all ? " has these values" : " changes the same target");
  if (entry.state == EntryState::unconfirmed && entry.deadline) {
    sentence += " and waits for its confirmation until " + deadline_time(*entry.deadline, clock) +
                "; run `weir confirm " + id + state_words(state) + "`, or weir undoes it";
  } else {
    sentence +=
        " and is " + std::string(entry_state_id(entry.state)) + "; confirm or undo it first";
  }
  return make_error(ErrorCode::conflict, sentence);
}

/// Asks the catalog about each step. It is asked here again because the plan may come from
/// elsewhere or may have been edited.
Result<std::vector<Error>> screen_order(const std::vector<std::string>& allowed, Order& order,
                                        kernel::Kernel& kernel) {
  WEIR_TRY(const Catalog catalog, load_catalog());
  WEIR_CHECK(check_allowed(allowed, sysctl_names(order.whole), catalog));
  const Snapshot now = sense::read_settings(kernel);
  for (Step& step : order.rest.steps) {
    if (const auto* sysctl = std::get_if<SysctlTarget>(&step.target))
      step.scope = plan::describe_scope(sysctl->name, catalog, now);
  }
  Plan screened = order.rest;
  std::vector<Error> refusals;
  plan::Screening screening =
      plan::screen(now, catalog, {allowed.begin(), allowed.end()}, screened);
  for (auto& refusal : screening.refusals)
    refusals.push_back(make_error(refusal.kind == plan::Objection::Kind::impossible
                                      ? ErrorCode::wrong_use
                                      : ErrorCode::conflict,
                                  std::move(refusal.sentence)));
  if (!refusals.empty()) return refusals;
  // A step with an allowed value now says what speaks against the value.
  order.rest = std::move(screened);
  order.allowed = std::move(screening.allowed);
  return refusals;
}

}  // namespace

Result<std::string> read_order(const std::string& path, std::optional<std::uint32_t> invoker) {
  const std::string what = "cannot read " + escape_bytes(path);
  WEIR_TRY(const disk::Place place,
           disk::find_place(path == "-" ? "/proc/self/fd/0" : path).with_context(what));
  if (place.found == disk::Found::folder)
    return make_error(ErrorCode::wrong_use, what + ": it is a folder");
  WEIR_CHECK(check_writers(place, invoker)
                 .with_context(escape_bytes(path) + " is not accepted as a plan"));
  WEIR_TRY(const UniqueFd file, disk::open_found(place, O_RDONLY | O_NOCTTY).with_context(what));
  return read_to_end(file).with_context(what);
}

Result<std::vector<Error>> find_all_obstacles(Order& order, const OrderOptions& options,
                                              kernel::Kernel& kernel, store::Journal* journal,
                                              const act::ApplyOptions& how) {
  if (journal != nullptr) {
    WEIR_TRY(const auto unfinished, act::find_unfinished(*journal, order.whole));
    if (unfinished)
      return std::vector{
          describe_unfinished(options.state, *unfinished, order.rest.steps.empty(), kernel.clock)};
  }
  if (order.rest.steps.empty()) {
    std::vector<Error> elsewhere;
    WEIR_TRY(const auto differences, act::read_other_world(order.whole.binding, kernel));
    elsewhere.reserve(differences.size());
    for (const auto& sentence : differences)
      elsewhere.push_back(make_error(ErrorCode::conflict, sentence));
    return elsewhere;
  }
  WEIR_TRY(auto obstacles, screen_order(options.allowed, order, kernel));
  WEIR_TRY(auto in_the_way,
           act::find_obstacles(order.rest, kernel, journal, act::obstacle_options(how)));
  obstacles.insert(obstacles.end(), std::make_move_iterator(in_the_way.begin()),
                   std::make_move_iterator(in_the_way.end()));
  return obstacles;
}

}  // namespace weir::app
