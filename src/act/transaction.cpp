#include "act/transaction.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "act/obstacles.h"
#include "act/side_values.h"
#include "act/steps/steps.h"
#include "store/verdict.h"

namespace weir::act {
namespace {

/// One plan while it is being applied.
class Application {
 public:
  Application(const Plan& plan, kernel::Kernel& kernel, store::Journal& journal,
              const ApplyOptions& options)
      : plan_(plan), kernel_(kernel), journal_(journal), options_(options) {}

  /// Everything before the first write: if it fails, the kernel is unchanged.
  Status prepare(kernel::Watchdog& watchdog) {
    store::NewEntry entry;
    entry.created = kernel_.clock.wall_time();
    entry.netns_path = options_.netns_path;
    entry.applier = options_.applier;
    entry.persist = options_.persist.has_value();
    if (options_.confirm_within)
      entry.deadline = kernel_.clock.boot_time() + *options_.confirm_within;
    WEIR_TRY(id_, journal_.create(plan_, entry));
    // A verdict may be left from an entry with the same number in a journal that was moved away.
    if (store::read_verdict(journal_.state_folder(), id_))
      WEIR_CHECK(
          store::forget_verdict(journal_.state_folder(), id_).with_context("nothing was changed"));
    Status started =
        watchdog.arm({journal_.state_folder(), id_, options_.netns_path, options_.applier});
    if (started.ok()) started = move(ConfirmEvent::start, {});
    if (started.ok()) return {};
    // If the journal fails as well, the entry stays planned, and healing ends it.
    static_cast<void>(
        move(ConfirmEvent::step_failed, "not begun: " + started.error().message).ok());
    return std::move(started).with_context("nothing was changed");
  }

  Result<Outcome> run() {
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      if (const Status status = write_step(i); !status.ok()) return roll_back(status.error(), i);
    }
    if (options_.probe) {
      if (const Status status = options_.probe(); !status.ok())
        return roll_back(status.error(), std::nullopt);
    }
    if (const Status status = move(ConfirmEvent::steps_done, {}); !status.ok())
      return roll_back(status.error(), std::nullopt);
    std::vector<std::string> notices;
    if (options_.persist) {
      if (const Status status = persist(notices); !status.ok())
        return roll_back(status.error(), std::nullopt);
    }
    WEIR_TRY(HistoryEntry entry, journal_.entry(id_));
    return Outcome{std::move(entry), true, {}, std::move(notices)};
  }

 private:
  Status move(ConfirmEvent event, const std::string& note) {
    const Transition transition = step({state_, deadline()}, event, kernel_.clock.boot_time());
    WEIR_CHECK(journal_.move_entry(id_, state_, transition.next, note));
    state_ = transition.next;
    return {};
  }

  /// Writes the lines at once if nothing waits for a confirmation.
  Status persist(std::vector<std::string>& notices) {
    if (state_ == EntryState::confirmed) {
      WEIR_TRY(notices, persist_entry(id_, *options_.persist, kernel_, journal_));
    }
    for (std::string& sentence : list_not_persisted(plan_)) notices.push_back(std::move(sentence));
    return {};
  }

  [[nodiscard]] std::optional<Nanoseconds> deadline() const { return options_.confirm_within; }

  Status write_step(std::size_t i) {
    const Step& step = plan_.steps[i];
    written_ = false;
    WEIR_TRY(const std::unique_ptr<LiveTarget> target, find_target(step, kernel_));
    WEIR_TRY(const std::string old_value, target->read());
    if (!target->matches(old_value, step.expected))
      return make_error(ErrorCode::conflict, step_target_name(step) + " became " + old_value +
                                                 " meanwhile; the plan expects " + step.expected);
    WEIR_CHECK(target->check(step.wanted));
    OldValue old{old_value, {}};
    WEIR_TRY(old.sides, read_side_values(step, kernel_));
    WEIR_CHECK(journal_.intend_step(id_, i, format_old_value(old)));
    if (Status foreign = check_unchanged(step, *target, old); !foreign.ok()) {
      // Nothing of this step was written: its target belongs to the program that changed it.
      static_cast<void>(journal_.release_step(id_, i).ok());
      return foreign;
    }
    old_values_.push_back(old);
    written_ = true;
    WEIR_CHECK(target->write(step.wanted));
    WEIR_TRY(const std::string now, target->read());
    if (!target->matches(now, step.wanted))
      return make_error(ErrorCode::io, step_target_name(step) + ": weir wrote " + step.wanted +
                                           ", but the kernel has " + now);
    std::optional<std::string> completed;
    if (!old.sides.empty()) {
      WEIR_CHECK(complete_side_values(old.sides, kernel_));
      old_values_.back() = old;
      completed = format_old_value(old);
    }
    WEIR_CHECK(journal_.complete_step(id_, i, completed));
    written_ = false;
    return {};
  }

  /// The journal's sync may have taken long. Another tool may have written meanwhile, and its value
  /// would be lost without a trace.
  Status check_unchanged(const Step& step, LiveTarget& target, const OldValue& old) {
    WEIR_TRY(const std::string now, target.read());
    if (now != old.value)
      return make_error(ErrorCode::conflict,
                        step_target_name(step) + " became " + now +
                            " while weir wrote its journal: another program changes it too");
    WEIR_TRY(const auto sides, read_side_values(step, kernel_));
    const SideValue* changed = find_changed(old.sides, sides);
    if (changed == nullptr) return {};
    return make_error(
        ErrorCode::conflict,
        target_name(changed->target) + " became " + changed->before +
            " while weir wrote its journal: another program changes it too, and the kernel changes it with " +
            step_target_name(step));
  }

  /// The entry from the journal; if the journal cannot be read, the entry in this process's memory.
  HistoryEntry known_entry() {
    auto entry = journal_.entry(id_);
    if (entry.ok()) return std::move(entry).value();
    HistoryEntry known;
    known.id = id_;
    known.state = state_;
    known.steps.resize(plan_.steps.size());
    for (std::size_t i = 0; i < known.steps.size(); ++i) {
      known.steps[i].kind = step_kind(plan_.steps[i]);
      known.steps[i].target = step_target_name(plan_.steps[i]);
      known.steps[i].wanted = plan_.steps[i].wanted;
      if (i >= old_values_.size()) continue;
      known.steps[i].old_value = old_values_[i].value;
      known.steps[i].sides = old_values_[i].sides;
      known.steps[i].state = StepState::intended;
    }
    return known;
  }

  /// Another weir undid the entry while this process was stopped. This process restores only the
  /// step that it has written since.
  Result<Outcome> yield(HistoryEntry entry, std::optional<std::size_t> last_step) {
    Outcome outcome{std::move(entry), false, {}, {}};
    outcome.failure = "another weir undid entry " + std::to_string(id_) +
                      " meanwhile, so this weir wrote nothing more";
    if (!written_ || !last_step) return outcome;
    const std::string name = step_target_name(plan_.steps[*last_step]);
    const Status back = put_last_back(*last_step);
    outcome.failure += back.ok() ? "; weir restored " + name + ", which it had written since"
                                 : "; weir could not restore " + name + ": " + back.error().message;
    return outcome;
  }

  Status put_last_back(std::size_t i) {
    const Step& step = plan_.steps[i];
    WEIR_TRY(const std::unique_ptr<LiveTarget> target, find_target(step, kernel_));
    WEIR_TRY(const std::string now, target->read());
    if (!target->matches(now, step.wanted)) return {};
    const OldValue& old = old_values_.back();
    HistoryStep recorded;
    recorded.sides = old.sides;
    WEIR_TRY(const SideRestoration sides, SideRestoration::look(step, recorded, {}, kernel_));
    WEIR_CHECK(target->write(old.value));
    WEIR_CHECK(sides.settle(kernel_));
    WEIR_TRY(const std::string after, target->read());
    if (target->matches(after, old.value)) return {};
    return make_error(ErrorCode::io, "weir wrote " + old.value + ", but the kernel has " + after);
  }

  Result<Outcome> roll_back(const Error& cause, std::optional<std::size_t> failed_step) {
    RestoreOptions options;
    if (written_) options.just_written = failed_step;
    options.note = "not applied: " + cause.message;
    HistoryEntry entry = known_entry();
    if (is_over(entry.state)) return yield(std::move(entry), failed_step);
    // A commit that reported an error may have succeeded all the same: then this is the user's
    // undo.
    const ConfirmEvent event =
        entry.state == EntryState::applying ? ConfirmEvent::step_failed : ConfirmEvent::undo;
    WEIR_TRY(Outcome outcome, restore(std::move(entry), plan_, event, kernel_, journal_, options));
    if (has_lines(outcome.entry, PersistState::wanted))
      static_cast<void>(take_out_lines(id_, kernel_, journal_, {}).ok());
    outcome.failure = cause.message + (outcome.succeeded ? std::string()
                                                         : "; weir could not restore everything: " +
                                                               outcome.failure);
    outcome.succeeded = false;
    return outcome;
  }

  const Plan& plan_;
  kernel::Kernel& kernel_;
  store::Journal& journal_;
  const ApplyOptions& options_;
  std::int64_t id_ = 0;
  EntryState state_ = EntryState::planned;
  std::vector<OldValue> old_values_;
  bool written_ = false;  ///< whether the current step's value may be in the kernel
};

/// Ends an entry of another boot: the kernel that it changed is gone.
Result<Outcome> end_entry_of_other_boot(HistoryEntry entry, store::Journal& journal) {
  const std::string note = "the host has rebooted: the change ended with the earlier boot";
  const Transition transition = step({entry.state, entry.deadline}, ConfirmEvent::world_gone, {});
  if (transition.next != entry.state)
    WEIR_CHECK(journal.move_entry(entry.id, entry.state, transition.next, note));
  entry.state = transition.next;
  entry.note = note;
  return Outcome{std::move(entry), true, {}, {note}};
}

/// Checks for a later entry, of any boot, whose line or value for the same sysctl is still in
/// effect.
Status check_later_lines(store::Journal& journal, const Plan& plan, std::int64_t id,
                         const PlanBinding& now) {
  const std::set<std::string> keys = target_keys(plan);
  const std::set standing{EntryState::applying, EntryState::unconfirmed, EntryState::confirmed,
                          EntryState::undoing, EntryState::failed};
  WEIR_TRY(const auto entries, journal.entries());
  for (const HistoryEntry& entry : entries) {
    const bool stands = stands_in_files(entry) || (is_same_namespace(entry.place, now.place) &&
                                                   standing.count(entry.state) != 0);
    if (entry.id <= id || !stands) continue;
    for (const HistoryStep& step : entry.steps) {
      if (step.kind == StepKind::sysctl && keys.count(sysctl_target_key(step.target)) != 0)
        return make_error(ErrorCode::conflict, "entry " + std::to_string(entry.id) +
                                                   " changed the same target after entry " +
                                                   std::to_string(id) +
                                                   ": undo the later entry first");
    }
  }
  return {};
}

/// After the values: removes the lines, and adds the result to the same Outcome.
void take_out(Outcome& outcome, kernel::Kernel& kernel, store::Journal& journal,
              const TakeOutOptions& options) {
  if (!stands_in_files(outcome.entry)) return;
  auto notices = take_out_lines(outcome.entry.id, kernel, journal, options);
  if (notices.ok()) {
    for (std::string& notice : *notices) outcome.notices.push_back(std::move(notice));
  } else {
    outcome.succeeded = false;
    outcome.failure +=
        (outcome.failure.empty() ? "" : "; ") +
        ("weir could not remove its lines from the files for the boot: " + notices.error().message);
  }
  // The Outcome shows the journal's entry, if it can be read.
  if (auto entry = journal.entry(outcome.entry.id); entry.ok())
    outcome.entry = std::move(entry).value();
}

/// Undoes the lines of an entry whose values are settled: an entry of an earlier boot, or one whose
/// lines an undo could not remove.
Result<Outcome> undo_lines(HistoryEntry entry, const Plan& plan, bool earlier,
                           kernel::Kernel& kernel, store::Journal& journal,
                           const UndoOptions& options) {
  WEIR_TRY(const PlanBinding now, read_binding(kernel));
  if (!options.force) WEIR_CHECK(check_later_lines(journal, plan, entry.id, now));
  if (earlier) {
    WEIR_TRY(Outcome ended, end_entry_of_other_boot(std::move(entry), journal));
    entry = std::move(ended.entry);
  }
  Outcome outcome{std::move(entry), true, {}, {}};
  take_out(outcome, kernel, journal, {options.force, earlier});
  return outcome;
}

Status check_later_entries(store::Journal& journal, const Plan& plan, std::int64_t id) {
  const std::set standing{EntryState::applying, EntryState::unconfirmed, EntryState::confirmed,
                          EntryState::undoing, EntryState::failed};
  WEIR_TRY(const auto later, find_overlap(journal, plan, id, standing));
  if (!later) return {};
  return make_error(ErrorCode::conflict, "entry " + std::to_string(later->id) +
                                             " changed the same target after entry " +
                                             std::to_string(id) + ": undo the later entry first");
}

bool stands(const StandingLines& lines, const Step& step) {
  const auto line = lines.find(step_target_name(step));
  return line != lines.end() && line->second == step.wanted;
}

}  // namespace

ObstacleOptions obstacle_options(const ApplyOptions& options) {
  return {options.confirm_within, options.unconfirmed_cut,
          options.persist ? &*options.persist : nullptr, options.allowed};
}

Result<Plan> remaining_steps(const Plan& plan, kernel::Kernel& kernel,
                             const std::optional<StandingLines>& standing) {
  Plan rest = plan;
  rest.steps.clear();
  for (const Step& step : plan.steps) {
    WEIR_TRY(const std::unique_ptr<LiveTarget> target, find_target(step, kernel));
    const auto value = target->read();
    // find_obstacles() reports a value that cannot be read.
    if (!value.ok() || *value != target->normalize(step.wanted)) {
      rest.steps.push_back(step);
    } else if (standing && can_persist(step_kind(step)) && !stands(*standing, step)) {
      rest.steps.push_back(step);
      rest.steps.back().expected = *value;
    }
  }
  return rest;
}

Result<Outcome> apply(const Plan& plan, kernel::Kernel& kernel, store::Journal& journal,
                      kernel::Watchdog& watchdog, const ApplyOptions& options) {
  WEIR_TRY(const std::vector<Error> obstacles,
           find_obstacles(plan, kernel, &journal, obstacle_options(options)));
  if (!obstacles.empty()) return join_obstacles(obstacles);
  // Binds the journal's plan as closely as this kernel allows, even if the plan's maker could not.
  Plan bound = plan;
  WEIR_TRY(bound.binding, read_binding(kernel));
  bound.binding.nics = plan.binding.nics;
  WEIR_CHECK(bind_sysctls(bound, kernel).with_context("nothing was changed"));
  Application application(bound, kernel, journal, options);
  WEIR_CHECK(application.prepare(watchdog));
  return application.run();
}

Result<Outcome> confirm(std::int64_t id, store::Journal& journal, kernel::Clock& clock) {
  WEIR_TRY(HistoryEntry entry, journal.entry(id));
  if (owes_lines(entry)) return Outcome{std::move(entry), true, {}, {}};
  const std::string name = "entry " + std::to_string(id);
  const Transition transition =
      step({entry.state, entry.deadline}, ConfirmEvent::confirm, clock.boot_time());
  if (!transition.refusal.empty())
    return make_error(ErrorCode::conflict, name + " cannot be confirmed: " + transition.refusal);
  WEIR_TRY(const store::Verdict verdict,
           store::decide(journal.state_folder(), id, store::Verdict::keep)
               .with_context(name + " was not confirmed"));
  if (verdict == store::Verdict::put_back)
    return make_error(
        ErrorCode::conflict,
        name +
            " cannot be confirmed: its deadline has passed, and weir is restoring the old values");
  const Status recorded =
      journal.move_entry(id, entry.state, transition.next, "confirmed by the user");
  // A commit that reported an error may have succeeded, and another weir may have been faster. The
  // journal's current state decides the answer.
  auto now = journal.entry(id);
  if (now.ok() && now->state == EntryState::confirmed)
    return Outcome{std::move(now).value(), true, {}, {}};
  if (now.ok() && now->state != EntryState::unconfirmed)
    return make_error(ErrorCode::conflict, name + " cannot be confirmed: it is " +
                                               std::string(entry_state_id(now->state)));
  const std::string why = recorded.ok() ? now.error().message : recorded.error().message;
  return Outcome{std::move(entry),
                 false,
                 "the change stays, but weir could not write the journal (" + why +
                     "): run `weir confirm " + std::to_string(id) + "` again",
                 {}};
}

Result<Outcome> undo(std::int64_t id, kernel::Kernel& kernel, store::Journal& journal,
                     const UndoOptions& options) {
  WEIR_TRY(HistoryEntry entry, journal.entry(id));
  WEIR_TRY(const Plan plan, journal.plan(id));
  WEIR_TRY(const PlanBinding now, read_binding(kernel));
  const bool earlier = entry.place.boot_id != now.place.boot_id;
  if (stands_in_files(entry) && (earlier || is_over(entry.state)))
    return undo_lines(std::move(entry), plan, earlier, kernel, journal, options);
  if (earlier) return end_entry_of_other_boot(std::move(entry), journal);
  const auto difference = find_difference(without_machine(entry.place), now.place);
  if (difference && entry.state != EntryState::ended)
    return make_error(ErrorCode::conflict,
                      "entry " + std::to_string(id) + " was made for " +
                          describe_difference(*difference, entry.place, now.place));
  if (!options.force) WEIR_CHECK(check_later_entries(journal, plan, id));
  RestoreOptions restore_options;
  restore_options.note = "undone by the user";
  WEIR_TRY(Outcome outcome, restore(std::move(entry), plan,
                                    options.force ? ConfirmEvent::undo_force : ConfirmEvent::undo,
                                    kernel, journal, restore_options));
  take_out(outcome, kernel, journal, {options.force, false});
  return outcome;
}

}  // namespace weir::act
