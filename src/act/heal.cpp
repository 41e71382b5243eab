#include "act/heal.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "act/steps/identity.h"
#include "store/guard_mark.h"
#include "store/verdict.h"

namespace weir::act {
namespace {

/// The event that happened to the entry while no weir ran; nothing if the entry is in order.
std::optional<ConfirmEvent> compute_event(const HistoryEntry& entry, kernel::Kernel& own) {
  switch (entry.state) {
    case EntryState::planned:
    case EntryState::applying:
      return is_process_alive(own.files, entry.applier) ? std::nullopt
                                                        : std::optional(ConfirmEvent::applier_died);
    case EntryState::unconfirmed: return ConfirmEvent::tick;
    case EntryState::undoing:
    case EntryState::failed: return ConfirmEvent::resume;
    case EntryState::confirmed:
    case EntryState::undone:
    case EntryState::partly_undone:
    case EntryState::ended: return std::nullopt;
  }
  return std::nullopt;
}

std::string describe(ConfirmEvent event) {
  if (event == ConfirmEvent::applier_died)
    return "the weir that applied it ended before it was done";
  if (event == ConfirmEvent::tick) return "it was not confirmed in time";
  return {};
}

Result<std::optional<Outcome>> heal_entry(const HistoryEntry& entry, store::Journal& journal,
                                          const PlanBinding& here, kernel::Kernel& own,
                                          const WithKernel& with_kernel) {
  if (is_over(entry.state)) return std::optional<Outcome>();
  if (entry.place.boot_id != here.place.boot_id) {
    WEIR_TRY(
        Outcome outcome,
        end_entry(entry, journal, "the host has rebooted: the change ended with the earlier boot"));
    return std::optional(std::move(outcome));
  }
  const auto event = compute_event(entry, own);
  if (!event) return std::optional<Outcome>();
  const Transition transition = step({entry.state, entry.deadline}, *event, own.clock.boot_time());
  if (!transition.effect && transition.next == entry.state) return std::optional<Outcome>();
  WEIR_TRY(const Plan plan, journal.plan(entry.id));
  std::optional<Outcome> outcome;
  RestoreOptions options;
  options.note = describe(*event);
  bool found = false;
  Status status = with_entry_kernel(
      entry, plan.binding, own, with_kernel, [&](kernel::Kernel& kernel) -> Status {
        found = true;
        WEIR_TRY(outcome, restore(entry, plan, *event, kernel, journal, options));
        return {};
      });
  if (!status.ok() && !found && status.error().code == ErrorCode::not_found) {
    WEIR_TRY(outcome, end_entry(entry, journal, status.error().message));
    return outcome;
  }
  WEIR_CHECK(std::move(status));
  return outcome;
}

/// Finishes the confirmation of entries that a weir confirmed in time before it died between its
/// verdict and its transaction.
void follow_verdicts(const std::vector<HistoryEntry>& entries, const std::string& boot_id,
                     store::Journal& journal, std::vector<std::string>& failures) {
  for (const HistoryEntry& entry : entries) {
    if (entry.state != EntryState::unconfirmed || entry.place.boot_id != boot_id) continue;
    if (store::read_verdict(journal.state_folder(), entry.id) != store::Verdict::keep) continue;
    const Status status =
        journal.move_entry(entry.id, entry.state, EntryState::confirmed, "confirmed by the user");
    if (!status.ok())
      failures.push_back("entry " + std::to_string(entry.id) + ": " + status.error().message);
  }
}

/// Removes marks and verdicts of entries that need none any more: over, confirmed, or of another
/// boot.
void sweep(const std::vector<HistoryEntry>& entries, const std::string& boot_id,
           const store::Journal& journal) {
  store::sweep_marks(journal.state_folder(), [&](std::int64_t id) {
    return std::any_of(entries.begin(), entries.end(), [&](const HistoryEntry& entry) {
      return entry.id == id && entry.place.boot_id == boot_id && !is_over(entry.state) &&
             entry.state != EntryState::confirmed;
    });
  });
}

/// Whether weir has files that are read at boot, or is about to write some.
Result<bool> has_files(const std::vector<HistoryEntry>& entries, store::Journal& journal) {
  WEIR_TRY(const auto files, journal.written_files());
  return std::any_of(
             files.begin(), files.end(),
             [](const store::WrittenFile& file) { return !file.text.empty() || file.previous; }) ||
         std::any_of(entries.begin(), entries.end(), [](const HistoryEntry& entry) {
           return stands_in_files(entry) || owes_lines(entry);
         });
}

/// Calls the function with the kernel of the host's first namespace. The files below /etc apply to
/// that namespace.
Status with_first_kernel(kernel::Kernel& own, const WithKernel& with_kernel,
                         const std::function<Status(kernel::Kernel&)>& function) {
  if (is_first_namespace(own.files)) return function(own);
  bool found = false;
  Status status = with_kernel("/proc/1/ns/net", [&](kernel::Kernel& kernel) -> Status {
    if (!is_first_namespace(kernel.files)) return {};
    found = true;
    return function(kernel);
  });
  if (found) return status;
  return make_error(
      ErrorCode::conflict,
      "the files for the boot belong to the host's first network namespace, which weir cannot reach from here");
}

}  // namespace

Result<Outcome> undo_entry(std::int64_t id, store::Journal& journal, kernel::Kernel& own,
                           const WithKernel& with_kernel, const UndoOptions& options) {
  WEIR_TRY(HistoryEntry entry, journal.entry(id));
  WEIR_TRY(const PlanBinding here, read_binding(own));
  // The entry belongs to another boot or is already over: undo() says so without a look at the
  // namespace. Its lines belong to the first namespace.
  if (stands_in_files(entry) &&
      (entry.place.boot_id != here.place.boot_id || is_over(entry.state))) {
    std::optional<Outcome> undone;
    WEIR_CHECK(with_first_kernel(own, with_kernel, [&](kernel::Kernel& kernel) -> Status {
      WEIR_TRY(undone, undo(id, kernel, journal, options));
      return {};
    }));
    return std::move(*undone);
  }
  if (entry.place.boot_id != here.place.boot_id || entry.state == EntryState::ended)
    return undo(id, own, journal, options);
  WEIR_TRY(const Plan plan, journal.plan(id));
  bool found = false;
  std::optional<Outcome> outcome;
  Status status = with_entry_kernel(entry, plan.binding, own, with_kernel,
                                    [&](kernel::Kernel& kernel) -> Status {
                                      found = true;
                                      WEIR_TRY(outcome, undo(id, kernel, journal, options));
                                      return {};
                                    });
  if (!status.ok() && !found && status.error().code == ErrorCode::not_found)
    return end_entry(std::move(entry), journal, status.error().message);
  WEIR_CHECK(std::move(status));
  return std::move(*outcome);
}

Result<Outcome> end_entry(HistoryEntry entry, store::Journal& journal, const std::string& why) {
  const Transition transition = step({entry.state, entry.deadline}, ConfirmEvent::world_gone, {});
  if (transition.next != entry.state) {
    WEIR_CHECK(journal.move_entry(entry.id, entry.state, transition.next, why));
    entry.state = transition.next;
    entry.note = why;
  }
  return Outcome{std::move(entry), true, {}, {why}};
}

Result<Healed> heal(store::Journal& journal, kernel::Kernel& own, const WithKernel& with_kernel) {
  WEIR_TRY(const PlanBinding here, read_binding(own));
  Healed healed;
  WEIR_TRY(const auto before, journal.entries());
  follow_verdicts(before, here.place.boot_id, journal, healed.failures);
  WEIR_TRY(const auto entries, journal.entries());
  // A full disk must not prevent an undo.
  if (const Status claimed = claim_lines(entries, journal); !claimed.ok())
    healed.failures.push_back(claimed.error().message);
  // The newest first: entries on the same target are undone in reverse.
  for (const HistoryEntry& entry : entries) {
    auto outcome = heal_entry(entry, journal, here, own, with_kernel);
    if (!outcome.ok()) {
      healed.failures.push_back("entry " + std::to_string(entry.id) + ": " +
                                outcome.error().message);
    } else if (*outcome) {
      healed.outcomes.push_back(std::move(**outcome));
    }
  }
  sweep(before, here.place.boot_id, journal);
  WEIR_TRY(const bool concerned, has_files(entries, journal));
  if (!concerned) return healed;
  const Status status = with_first_kernel(own, with_kernel, [&](kernel::Kernel& kernel) -> Status {
    for (std::string& failure : heal_lines(kernel, journal))
      healed.failures.push_back(std::move(failure));
    return {};
  });
  if (!status.ok()) healed.failures.push_back(status.error().message);
  return healed;
}

}  // namespace weir::act
