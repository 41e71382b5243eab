#include "act/restore.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "act/side_values.h"
#include "act/steps/steps.h"
#include "base/text.h"
#include "store/verdict.h"

namespace weir::act {
namespace {

/// Whether the kernel may have rounded `written` to `now`. It keeps times in ticks of 1/100 s or
/// less (proc_dointvec_ms_jiffies(), kernel/sysctl.c), and rounds values near the end of their
/// range.
bool may_be_rounded(const std::string& written, const std::string& now) {
  constexpr std::int64_t tick = 10;
  constexpr std::int64_t thousandth = 1000;
  const auto wanted = split_words(written);
  const auto found = split_words(now);
  if (wanted.empty() || wanted.size() != found.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto a = parse_integer(wanted[i]);
    const auto b = parse_integer(found[i]);
    if (!a || !b || *a < 0 || *b < 0 ||
        std::max(*a, *b) - std::min(*a, *b) > std::max(tick, *a / thousandth))
      return false;
  }
  return true;
}

/// One restoration in progress.
class Restoration {
 public:
  Restoration(HistoryEntry entry, const Plan& plan, kernel::Kernel& kernel, store::Journal& journal,
              const RestoreOptions& options)
      : plan_(plan), kernel_(kernel), journal_(journal), options_(options) {
    outcome_.entry = std::move(entry);
    recorded_ = outcome_.entry.state;
  }

  Result<Outcome> run(ConfirmEvent event) {
    const Transition begin = next(event);
    if (!begin.effect) return refuse(begin);
    // The journal does not announce a deadline; its verdict does. An earlier run may have restored
    // a part already.
    resumed_ = event == ConfirmEvent::resume || (event == ConfirmEvent::tick && read_verdict());
    if (event == ConfirmEvent::tick && is_kept()) return keep();
    verdict_ = read_verdict();
    WEIR_CHECK(begin_restore(begin.next, event));
    const bool force = *begin.effect == ConfirmEffect::restore_steps_by_force;
    for (std::size_t i = entry().steps.size(); i-- > 0 && !taken_over_;) restore_step(i, force);
    return taken_over_ ? leave_to_the_other() : finish(event);
  }

 private:
  [[nodiscard]] HistoryEntry& entry() { return outcome_.entry; }

  [[nodiscard]] Transition next(ConfirmEvent event) {
    return step({entry().state, entry().deadline}, event, kernel_.clock.boot_time());
  }

  Result<Outcome> refuse(const Transition& transition) {
    if (!transition.refusal.empty())
      return make_error(ErrorCode::conflict, "entry " + std::to_string(entry().id) +
                                                 " stays as it is: " + transition.refusal);
    if (transition.next != entry().state) WEIR_CHECK(record(transition.next, options_.note));
    outcome_.succeeded = true;
    return std::move(outcome_);
  }

  /// Whether a confirmation came before the deadline. If no verdict is possible (no folder, no
  /// disk), the old values are restored: weir promised this to the user.
  bool is_kept() {
    const auto verdict =
        store::decide(journal_.state_folder(), entry().id, store::Verdict::put_back);
    return verdict.ok() && *verdict == store::Verdict::keep;
  }

  /// The confirmation may still be between its verdict and its transaction, or may have died there.
  Result<Outcome> keep() {
    record_or_note(EntryState::confirmed, "confirmed by the user");
    outcome_.succeeded = true;
    return std::move(outcome_);
  }

  /// A deadline needs no record in advance: it must be fast, and it has passed even if this process
  /// dies.
  Status begin_restore(EntryState to, ConfirmEvent event) {
    if (event != ConfirmEvent::tick) return record(to, options_.note);
    entry().state = to;
    return {};
  }

  Status record(EntryState to, const std::string& note) {
    Status status = journal_.move_entry(entry().id, recorded_, to, note);
    // If another process moved the entry on (a confirmation at the last moment), that process
    // always has priority.
    if (!status.ok() && status.error().code == ErrorCode::conflict) return status;
    if (status.ok()) {
      recorded_ = to;
    } else {
      outcome_.notices.push_back("weir could not write the journal: " + status.error().message);
    }
    entry().state = to;
    if (!note.empty()) entry().note = note;
    return {};
  }

  /// Collects the changes for one transaction at the end.
  void change_step(std::size_t i, StepState state, const std::string& note) {
    entry().steps[i].state = state;
    if (!note.empty()) entry().steps[i].note = note;
    changes_.push_back({i, state, note});
  }

  void restore_step(std::size_t i, bool force) {
    const HistoryStep& step = entry().steps[i];
    switch (step.state) {
      case StepState::undone:
      case StepState::ended: return;
      case StepState::pending:
        if (!options_.from_memory) return;
        break;
      case StepState::left_alone:
        if (!force) return;
        break;
      case StepState::intended:
      case StepState::done: break;
    }
    if (const Status status = put_back(i, force || options_.just_written == i); !status.ok()) {
      failures_.push_back(status.error().message);
      change_step(i, entry().steps[i].state,
                  "weir could not restore it: " + status.error().message);
    }
  }

  /// This process may have been stopped (Ctrl-Z, a slow machine) while another weir undid the
  /// entry, and the administrator may have set new values since. The verdict of a deadline is
  /// visible even while the journal is locked. A journal that does not answer is asked only once:
  /// each question may cost the patience of a deadline.
  bool is_taken_over() {
    // A verdict that disappears, or a verdict to keep, ends the watchdog's work; it does not mean a
    // takeover.
    if (verdict_ != store::Verdict::put_back && read_verdict() == store::Verdict::put_back)
      taken_over_ = true;
    if (taken_over_ || !journal_answers_) return taken_over_;
    const auto now = journal_.state(entry().id);
    journal_answers_ = now.ok();
    taken_over_ = now.ok() && *now != recorded_;
    return taken_over_;
  }

  [[nodiscard]] std::optional<store::Verdict> read_verdict() const {
    return store::read_verdict(journal_.state_folder(), outcome_.entry.id);
  }

  Result<Outcome> leave_to_the_other() {
    if (auto now = journal_.entry(entry().id); now.ok()) outcome_.entry = std::move(now).value();
    outcome_.failure = "another weir undid entry " + std::to_string(entry().id) +
                       " meanwhile, so this weir wrote nothing more";
    return std::move(outcome_);
  }

  void end_step(std::size_t i) {
    const std::string note = "it is gone, and the change with it";
    outcome_.notices.push_back(entry().steps[i].target + ": " + note);
    change_step(i, StepState::ended, note);
  }

  Status put_back(std::size_t i, bool force) {
    const std::string old_value = entry().steps[i].old_value.value_or(plan_.steps.at(i).expected);
    WEIR_TRY(const std::unique_ptr<LiveTarget> target, find_target(plan_.steps.at(i), kernel_));
    auto now = target->read();
    if (!now.ok() && now.error().code == ErrorCode::not_found) {
      end_step(i);
      return {};
    }
    if (!now.ok()) return std::move(now).error();
    const bool is_back = target->matches(*now, old_value);
    // weir was killed between the write and the check: a value that the kernel rounded is weir's
    // own, too.
    const bool is_own = target->matches(*now, entry().steps[i].wanted) ||
                        (entry().steps[i].state != StepState::done &&
                         may_be_rounded(entry().steps[i].wanted, *now));
    if (!is_back && !is_own && !force) {
      leave_alone(i, *now);
      return {};
    }
    WEIR_TRY(const SideRestoration sides,
             SideRestoration::look(plan_.steps.at(i), entry().steps[i], {force, is_back, resumed_},
                                   kernel_));
    if (!is_back) return write_back(i, *target, old_value, sides);
    if (is_taken_over()) return {};
    WEIR_CHECK(sides.settle(kernel_));
    record_restored(i, sides, {});
    return {};
  }

  /// The step's own value is restored. The step counts as left alone while a side value of it is
  /// left alone.
  void record_restored(std::size_t i, const SideRestoration& sides, const std::string& note) {
    if (sides.left_alone().empty()) return change_step(i, StepState::undone, note);
    const std::string left = "is back, but " + join_texts(sides.left_alone(), ", and ") +
                             ": another program or user changed it, so weir left it alone";
    outcome_.notices.push_back(entry().steps[i].target + " " + left);
    change_step(i, StepState::left_alone, left);
  }

  void leave_alone(std::size_t i, const std::string& now) {
    const HistoryStep& step = entry().steps[i];
    const std::string note =
        "is now " + now + ", not the " + step.wanted +
        " that weir wrote: another program or user changed it, so weir left it alone (it was " +
        step.old_value.value_or("") + " before)";
    outcome_.notices.push_back(step.target + " " + note);
    change_step(i, StepState::left_alone, note);
  }

  Status write_back(std::size_t i, LiveTarget& target, const std::string& old_value,
                    const SideRestoration& sides) {
    if (is_taken_over()) return {};
    Status written = target.write(old_value);
    // Settle the side values last: the kernel changes them with this write. They may also restore a
    // value that the kernel did not accept (vm.dirty_bytes cannot be set to 0).
    Status settled = sides.settle(kernel_);
    const auto now = target.read();
    if (!now.ok() && now.error().code == ErrorCode::not_found) {
      end_step(i);
      return {};
    }
    if (!now.ok()) return written.ok() ? now.error() : written.error();
    const bool is_back = target.matches(*now, old_value);
    if (!is_back) WEIR_CHECK(std::move(written));
    if (!is_back)
      return make_error(ErrorCode::io, entry().steps[i].target + ": weir wrote " + old_value +
                                           ", but the kernel has " + *now);
    const bool left_before = entry().steps[i].state == StepState::left_alone;
    WEIR_CHECK(std::move(settled));
    record_restored(
        i, sides,
        left_before ? "restored at last, over the change by another program or user" : "");
    return {};
  }

  [[nodiscard]] bool has_step(StepState state) const {
    const auto& steps = outcome_.entry.steps;
    return std::any_of(steps.begin(), steps.end(),
                       [state](const HistoryStep& step) { return step.state == state; });
  }

  /// The result of the kernel's part, as an event for the machine.
  [[nodiscard]] ConfirmEvent end_event() const {
    if (!failures_.empty()) return ConfirmEvent::restore_failed;
    if (has_step(StepState::left_alone)) return ConfirmEvent::restored_in_part;
    if (has_step(StepState::ended) && !has_step(StepState::undone)) return ConfirmEvent::world_gone;
    return ConfirmEvent::restored;
  }

  /// Why an undo that left values alone is incomplete.
  [[nodiscard]] std::string left_alone_sentence() const {
    std::vector<std::string> names;
    for (const HistoryStep& step : outcome_.entry.steps)
      if (step.state == StepState::left_alone) names.push_back(step.target);
    return "another program or user changed " + join_texts(names, ", ") +
           " since, so weir left it alone; `weir undo " + std::to_string(outcome_.entry.id) +
           " --force` restores it as well";
  }

  Result<Outcome> finish(ConfirmEvent cause) {
    const ConfirmEvent event = end_event();
    const bool is_users = cause == ConfirmEvent::undo || cause == ConfirmEvent::undo_force;
    std::string note = options_.note;
    outcome_.succeeded =
        failures_.empty() && !(is_users && event == ConfirmEvent::restored_in_part);
    if (!failures_.empty()) {
      outcome_.failure = join_texts(failures_, "; ");
      note +=
          (note.empty() ? "" : "; ") + ("weir could not restore everything: " + outcome_.failure);
    } else if (event == ConfirmEvent::restored_in_part) {
      outcome_.failure = left_alone_sentence();
    }
    record_or_note(next(event).next, note);
    return std::move(outcome_);
  }

  /// The kernel's values are already correct here, so a journal that cannot be written is only a
  /// notice.
  void record_or_note(EntryState to, const std::string& note) {
    Unrecorded end{recorded_, to, note, changes_};
    if (const Status status = record_end(entry().id, end, journal_); !status.ok()) {
      outcome_.notices.push_back("weir could not write the journal: " + status.error().message);
      outcome_.unrecorded = std::move(end);
    }
    entry().state = to;
    if (!note.empty()) entry().note = note;
  }

  Outcome outcome_;
  std::vector<std::string> failures_;
  bool resumed_ = false;  ///< continues an undo that stopped half-way
  const Plan& plan_;
  kernel::Kernel& kernel_;
  store::Journal& journal_;
  const RestoreOptions& options_;
  EntryState recorded_;  ///< the state in the journal
  std::vector<store::StepChange> changes_;
  std::optional<store::Verdict> verdict_;  ///< at the start of this restoration
  bool journal_answers_ = true;
  bool taken_over_ = false;  ///< by another weir that moved the entry on
};

}  // namespace

Result<Outcome> restore(HistoryEntry entry, const Plan& plan, ConfirmEvent event,
                        kernel::Kernel& kernel, store::Journal& journal,
                        const RestoreOptions& options) {
  if (entry.steps.size() != plan.steps.size())
    return make_error(ErrorCode::malformed,
                      "entry " + std::to_string(entry.id) + " does not fit its plan");
  return Restoration(std::move(entry), plan, kernel, journal, options).run(event);
}

void remember_old_values(HistoryEntry& entry, const Plan& plan, kernel::Kernel& kernel) {
  for (std::size_t i = 0; i < entry.steps.size() && i < plan.steps.size(); ++i) {
    const auto target = find_target(plan.steps[i], kernel);
    if (!target.ok()) continue;
    auto now = (*target)->read();
    auto sides = read_side_values(plan.steps[i], kernel);
    if (!now.ok() || !sides.ok()) continue;
    entry.steps[i].old_value = std::move(now).value();
    entry.steps[i].sides = std::move(sides).value();
  }
}

bool has_wanted_values(const Plan& plan, kernel::Kernel& kernel) {
  return std::all_of(plan.steps.begin(), plan.steps.end(), [&kernel](const Step& step) {
    const auto live = read_live(step, kernel);
    return live.ok() && live->now.value_or(live->wanted) == live->wanted;
  });
}

Status record_end(std::int64_t id, const Unrecorded& end, store::Journal& journal) {
  Status status = journal.move_entry(id, end.from, end.to, end.note, end.steps);
  if (status.ok() || status.error().code != ErrorCode::conflict) return status;
  const auto now = journal.state(id);
  if (now.ok() && *now == end.to) return {};
  // A weir that was stopped inside its undo announces the undo now: the values are already
  // restored.
  if (now.ok() && *now == EntryState::undoing && end.from != EntryState::undoing)
    return journal.move_entry(id, EntryState::undoing, end.to, end.note, end.steps);
  return status;
}

}  // namespace weir::act
