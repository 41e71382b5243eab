#include "act/restore.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "act/side_values.h"
#include "act/target.h"
#include "base/text.h"

namespace weir::act {
namespace {

/// Whether the kernel may have made `now` of what was written: it keeps times in ticks of 1/100 s or less (proc_dointvec_ms_jiffies(), kernel/sysctl.c), and
/// rounds what is near the end of its range.
bool may_be_rounded(const std::string& written, const std::string& now) {
  constexpr std::int64_t tick = 10;
  constexpr std::int64_t thousandth = 1000;
  const auto wanted = split_words(written);
  const auto found = split_words(now);
  if (wanted.empty() || wanted.size() != found.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto a = parse_integer(wanted[i]);
    const auto b = parse_integer(found[i]);
    if (!a || !b || *a < 0 || *b < 0 || std::max(*a, *b) - std::min(*a, *b) > std::max(tick, *a / thousandth)) return false;
  }
  return true;
}

/// One restoration under way.
class Restoration {
 public:
  Restoration(HistoryEntry entry, const Plan& plan, kernel::Kernel& kernel, store::Journal& journal, const RestoreOptions& options)
      : plan_(plan), kernel_(kernel), journal_(journal), options_(options) {
    outcome_.entry = std::move(entry);
  }

  Result<Outcome> run(ConfirmEvent event) {
    resumed_ = event == ConfirmEvent::resume;
    const Transition begin = next(event);
    if (!begin.effect) return refuse(begin);
    WEIR_CHECK(record(begin.next, options_.note));
    const bool force = *begin.effect == ConfirmEffect::restore_steps_by_force;
    for (std::size_t i = outcome_.entry.steps.size(); i-- > 0;) restore_step(i, force);
    finish();
    return std::move(outcome_);
  }

 private:
  [[nodiscard]] HistoryEntry& entry() { return outcome_.entry; }

  [[nodiscard]] Transition next(ConfirmEvent event) { return step({entry().state, entry().deadline}, event, kernel_.clock.boot_time()); }

  Result<Outcome> refuse(const Transition& transition) {
    if (!transition.refusal.empty()) return make_error(ErrorCode::conflict, "entry " + std::to_string(entry().id) + " stays as it is: " + transition.refusal);
    if (transition.next != entry().state) WEIR_CHECK(record(transition.next, options_.note));
    outcome_.succeeded = true;
    return std::move(outcome_);
  }

  Status record(EntryState to, const std::string& note) {
    Status status = journal_.move_entry(entry().id, entry().state, to, note);
    // Whoever moved the entry on (a confirmation at the last moment) goes first, always.
    if (!status.ok() && (!options_.without_journal || status.error().code == ErrorCode::conflict)) return status;
    if (!status.ok()) outcome_.notices.push_back("the journal could not be written: " + status.error().message);
    entry().state = to;
    if (!note.empty()) entry().note = note;
    return {};
  }

  /// The kernel is right already when this runs: a journal that cannot follow is a notice, and the next start finds nothing to do.
  void record_step(std::size_t i, StepState state, const std::string& note) {
    entry().steps[i].state = state;
    if (!note.empty()) entry().steps[i].note = note;
    if (const Status status = journal_.move_step(entry().id, i, state, note); !status.ok())
      outcome_.notices.push_back("the journal could not be written: " + status.error().message);
  }

  void restore_step(std::size_t i, bool force) {
    const HistoryStep& step = entry().steps[i];
    switch (step.state) {
      case StepState::pending:
      case StepState::undone:
      case StepState::ended: return;
      case StepState::left_alone:
        if (!force) return;
        break;
      case StepState::intended:
      case StepState::done: break;
    }
    if (const Status status = put_back(i, force || options_.just_written == i); !status.ok()) {
      failures_.push_back(status.error().message);
      record_step(i, entry().steps[i].state, "could not be put back: " + status.error().message);
    }
  }

  void end_step(std::size_t i) {
    const std::string note = "it is gone, and the change with it";
    outcome_.notices.push_back(entry().steps[i].target + ": " + note);
    record_step(i, StepState::ended, note);
  }

  Status put_back(std::size_t i, bool force) {
    const std::string old_value = entry().steps[i].old_value.value_or("");
    WEIR_TRY(const std::unique_ptr<LiveTarget> target, find_target(plan_.steps.at(i), kernel_));
    auto now = target->read();
    if (!now.ok() && now.error().code == ErrorCode::not_found) {
      end_step(i);
      return {};
    }
    if (!now.ok()) return std::move(now).error();
    const bool is_back = target->matches(*now, old_value);
    // Killed between the write and the look at it: what the kernel rounded is weir's own as well.
    const bool is_own =
        target->matches(*now, entry().steps[i].wanted) || (entry().steps[i].state == StepState::intended && may_be_rounded(entry().steps[i].wanted, *now));
    if (!is_back && !is_own && !force) {
      leave_alone(i, *now);
      return {};
    }
    WEIR_TRY(const SideRestoration sides, SideRestoration::look(plan_.steps.at(i), entry().steps[i], {force, is_back, resumed_}, kernel_));
    if (!is_back) return write_back(i, *target, old_value, sides);
    WEIR_CHECK(sides.settle(kernel_));
    record_restored(i, sides, {});
    return {};
  }

  /// The step's own value is back; it counts as left alone while something that it changed is.
  void record_restored(std::size_t i, const SideRestoration& sides, const std::string& note) {
    if (sides.left_alone().empty()) return record_step(i, StepState::undone, note);
    const std::string left = "is back, but " + join_texts(sides.left_alone(), ", and ") + ": somebody else changed it, so it was left alone";
    outcome_.notices.push_back(entry().steps[i].target + " " + left);
    record_step(i, StepState::left_alone, left);
  }

  void leave_alone(std::size_t i, const std::string& now) {
    const HistoryStep& step = entry().steps[i];
    const std::string note = "is " + now + " by now, not the " + step.wanted + " that weir wrote: somebody else changed it, so it was left alone (it was " +
                             step.old_value.value_or("") + " before)";
    outcome_.notices.push_back(step.target + " " + note);
    record_step(i, StepState::left_alone, note);
  }

  Status write_back(std::size_t i, LiveTarget& target, const std::string& old_value, const SideRestoration& sides) {
    Status written = target.write(old_value);
    // After it, because the kernel changes the side values with it; they may also bring back what it did not take (vm.dirty_bytes cannot be set to 0).
    Status settled = sides.settle(kernel_);
    const auto now = target.read();
    if (!now.ok() && now.error().code == ErrorCode::not_found) {
      end_step(i);
      return {};
    }
    if (!now.ok()) return written.ok() ? now.error() : written.error();
    const bool is_back = target.matches(*now, old_value);
    if (!is_back) WEIR_CHECK(std::move(written));
    if (!is_back) return make_error(ErrorCode::io, entry().steps[i].target + ": " + old_value + " was written, but the kernel has " + *now);
    const bool left_before = entry().steps[i].state == StepState::left_alone;
    WEIR_CHECK(std::move(settled));
    record_restored(i, sides, left_before ? "put back at last, over what somebody else had changed" : "");
    return {};
  }

  void finish() {
    const auto& steps = entry().steps;
    const bool some_ended = std::any_of(steps.begin(), steps.end(), [](const HistoryStep& s) { return s.state == StepState::ended; });
    const bool some_left =
        std::any_of(steps.begin(), steps.end(), [](const HistoryStep& s) { return s.state == StepState::undone || s.state == StepState::left_alone; });
    ConfirmEvent event = some_ended && !some_left ? ConfirmEvent::world_gone : ConfirmEvent::restored;
    std::string note = options_.note;
    if (!failures_.empty()) {
      event = ConfirmEvent::restore_failed;
      for (const std::string& failure : failures_) outcome_.failure += (outcome_.failure.empty() ? "" : "; ") + failure;
      note += (note.empty() ? "" : "; ") + ("not everything could be put back: " + outcome_.failure);
    }
    outcome_.succeeded = failures_.empty();
    // Another process may have finished the same undo meanwhile, with the same end.
    if (const Status status = journal_.move_entry(entry().id, entry().state, next(event).next, note); !status.ok())
      outcome_.notices.push_back("the journal could not be written: " + status.error().message);
    entry().state = next(event).next;
    if (!note.empty()) entry().note = note;
  }

  Outcome outcome_;
  std::vector<std::string> failures_;
  bool resumed_ = false;  ///< an undo that stopped half-way is taken up again
  const Plan& plan_;
  kernel::Kernel& kernel_;
  store::Journal& journal_;
  const RestoreOptions& options_;
};

}  // namespace

Result<Outcome> restore(HistoryEntry entry, const Plan& plan, ConfirmEvent event, kernel::Kernel& kernel, store::Journal& journal,
                        const RestoreOptions& options) {
  if (entry.steps.size() != plan.steps.size()) return make_error(ErrorCode::malformed, "entry " + std::to_string(entry.id) + " does not fit its plan");
  return Restoration(std::move(entry), plan, kernel, journal, options).run(event);
}

}  // namespace weir::act
