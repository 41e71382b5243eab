#include "act/obstacles.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <utility>

#include "act/losses.h"
#include "act/persist.h"
#include "act/steps/identity.h"
#include "act/steps/steps.h"
#include "act/world.h"
#include "base/text.h"

namespace weir::act {
namespace {

void add(std::vector<Error>& obstacles, ErrorCode code, std::string sentence) {
  obstacles.push_back(make_error(code, std::move(sentence)));
}

/// Errors in the plan and the wish themselves, independent of the host.
void check_order(const Plan& plan, const ObstacleOptions& options, std::vector<Error>& obstacles) {
  if (plan.steps.empty())
    add(obstacles, ErrorCode::wrong_use, "the plan has no steps: there is nothing to apply");
  std::set<std::string> keys;
  for (const Step& step : plan.steps) {
    const std::string name = step_target_name(step);
    if (!keys.insert(step_target_key(step)).second)
      add(obstacles, ErrorCode::wrong_use, "the plan changes " + name + " twice");
    if (can_cut_traffic(step.target) && !options.confirm_within && !options.unconfirmed_cut)
      add(obstacles, ErrorCode::wrong_use,
          "the step on " + name + " can cut traffic: add --confirm-within TIME");
  }
  if (options.confirm_within && options.confirm_within->count <= 0)
    add(obstacles, ErrorCode::wrong_use, "the time of --confirm-within must be longer than 0");
}

void compare_fact(std::vector<std::string>& differences, const std::string& what,
                  const std::string& planned, const std::string& now) {
  if (planned != now)
    differences.push_back("the plan was made for " + what + " " +
                          (planned.empty() ? "(unknown)" : planned) + "; this is " +
                          (now.empty() ? "(unknown)" : now));
}

/// The problem with the step's old value; nothing: the value is as the plan expects.
Result<std::optional<std::string>> read_difference(const Step& step, kernel::Kernel& kernel) {
  WEIR_TRY(const std::unique_ptr<LiveTarget> target, find_target(step, kernel));
  const auto value = target->read();
  if (!value.ok()) return std::optional(value.error().message);
  if (target->matches(*value, step.expected)) return std::optional<std::string>();
  return std::optional(step_target_name(step) + " is " + *value + ", the plan expects " +
                       step.expected);
}

Status check_value(const Step& step, kernel::Kernel& kernel) {
  WEIR_TRY(const std::unique_ptr<LiveTarget> target, find_target(step, kernel));
  return target->check(step.wanted);
}

/// The files as they will be once the steps so far are written: a later step's check must see what
/// an earlier one brings. It only reads.
class PlannedFiles final : public kernel::Files {
 public:
  explicit PlannedFiles(kernel::Files& real) : real_(real) {}

  /// From now on the file shows the step's value. Only a sysctl has a file.
  void take(const Step& step);

  Status read(const std::string& path, std::size_t limit,
              const kernel::ByteVisitor& visitor) override;
  Result<std::vector<std::string>> list(const std::string& path) override {
    return real_.list(path);
  }
  Result<std::vector<std::string>> list_first(const std::string& path, std::size_t limit) override {
    return real_.list_first(path, limit);
  }
  Result<std::int64_t> count(const std::string& path) override { return real_.count(path); }
  Result<std::string> read_link(const std::string& path) override { return real_.read_link(path); }
  Status write(const std::string& path, std::string_view bytes) override;
  Status write_atomically(const std::string& path, std::string_view bytes) override;
  Status remove(const std::string& path) override;

 private:
  kernel::Files& real_;
  std::map<std::string, std::string> planned_;  ///< path → text
};

Error only_read(const std::string& path) {
  return make_error(ErrorCode::unsupported, path + " can only be read here");
}

void PlannedFiles::take(const Step& step) {
  const auto* sysctl = std::get_if<SysctlTarget>(&step.target);
  const auto path =
      sysctl == nullptr ? Result<std::string>(std::string()) : compute_sysctl_path(sysctl->name);
  if (path.ok() && !path->empty()) planned_[*path] = step.wanted + "\n";
}

Status PlannedFiles::read(const std::string& path, std::size_t limit,
                          const kernel::ByteVisitor& visitor) {
  const auto planned = planned_.find(path);
  if (planned == planned_.end()) return real_.read(path, limit, visitor);
  if (planned->second.size() > limit)
    return make_error(ErrorCode::malformed,
                      path + " is longer than " + std::to_string(limit) + " bytes");
  visitor(std::as_bytes(std::span(planned->second)));
  return {};
}

Status PlannedFiles::write(const std::string& path, std::string_view /*bytes*/) {
  return only_read(path);
}

Status PlannedFiles::write_atomically(const std::string& path, std::string_view /*bytes*/) {
  return only_read(path);
}

Status PlannedFiles::remove(const std::string& path) { return only_read(path); }

/// Checks each step's old value, and whether its new value is possible.
void check_steps(const Plan& plan, kernel::Kernel& kernel, std::vector<Error>& obstacles) {
  PlannedFiles files(kernel.files);
  kernel::Kernel planned{files,         kernel.netlink, kernel.sockets, kernel.clock,
                         kernel.probes, kernel.ethtool, kernel.limits};
  std::set<std::int64_t> interfaces;
  for (const Step& step : plan.steps) {
    const auto* link = std::get_if<LinkTarget>(&step.target);
    const bool is_first = link == nullptr || interfaces.insert(link->index).second;
    const auto difference = read_difference(step, kernel);
    Status status = difference.ok() ? Status() : Status(difference.error());
    if (difference.ok() && *difference) status = make_error(ErrorCode::conflict, **difference);
    if (status.ok() && is_first) status = check_value(step, planned);
    if (!status.ok()) obstacles.push_back(status.error());
    files.take(step);
  }
}

/// An interface may have another name now than in the plan of the journal's entry.
Status check_journal(const Plan& plan, const PlanBinding& now, kernel::Kernel& kernel,
                     store::Journal& journal, std::vector<Error>& obstacles) {
  Plan bound = plan;
  bound.binding = now;
  WEIR_CHECK(bind_sysctls(bound, kernel));
  WEIR_TRY(const auto other, find_unfinished(journal, bound));
  if (!other) return {};
  add(obstacles, ErrorCode::conflict,
      "entry " + std::to_string(other->id) + " changes the same target and is " +
          std::string(entry_state_id(other->state)) + ": confirm or undo that entry first");
  return {};
}

/// The differences between the world that the plan was made for and this one.
Result<std::vector<std::string>> compare_worlds(const PlanBinding& planned, const PlanBinding& now,
                                                kernel::Kernel& kernel) {
  std::vector<std::string> differences;
  if (const auto difference = find_difference(planned.place, now.place))
    differences.push_back("the plan was made for " +
                          describe_difference(*difference, planned.place, now.place));
  compare_fact(differences, "the kernel", planned.kernel, now.kernel);
  if (!is_same_memory(planned.memory, now.memory))
    compare_fact(differences, "a memory in bytes of", std::to_string(planned.memory.count),
                 std::to_string(now.memory.count));
  // In another namespace the cards differ anyway.
  if (differences.empty() && !planned.nics.empty()) {
    WEIR_TRY(const std::vector<BoundNic> nics, read_nics(kernel));
    differences = missing_nics(planned.nics, nics);
  }
  return differences;
}

}  // namespace

std::set<std::string> target_keys(const Plan& plan) {
  std::set<std::string> keys;
  for (const Step& step : plan.steps) keys.insert(step_target_key(step));
  return keys;
}

Result<std::optional<HistoryEntry>> find_overlap(store::Journal& journal, const Plan& plan,
                                                 std::int64_t after,
                                                 const std::set<EntryState>& states) {
  WEIR_TRY(const auto entries, journal.entries());
  for (const HistoryEntry& entry : entries) {
    if (entry.id <= after || !is_same_namespace(entry.place, plan.binding.place) ||
        states.count(entry.state) == 0)
      continue;
    WEIR_TRY(const Plan other, journal.plan(entry.id));
    for (const Step& step : other.steps) {
      const auto is_same = [&](const Step& own) { return is_same_target(own, step); };
      if (std::any_of(plan.steps.begin(), plan.steps.end(), is_same)) return std::optional(entry);
    }
  }
  return std::optional<HistoryEntry>();
}

Result<std::vector<std::string>> read_other_world(const PlanBinding& planned,
                                                  kernel::Kernel& kernel) {
  WEIR_TRY(const PlanBinding now, read_binding(kernel));
  return compare_worlds(planned, now, kernel);
}

Result<std::optional<HistoryEntry>> find_unfinished(store::Journal& journal, const Plan& plan) {
  const std::set unfinished{EntryState::planned, EntryState::applying, EntryState::unconfirmed,
                            EntryState::undoing, EntryState::failed};
  return find_overlap(journal, plan, 0, unfinished);
}

Result<std::vector<Error>> find_obstacles(const Plan& plan, kernel::Kernel& kernel,
                                          store::Journal* journal, const ObstacleOptions& options) {
  std::vector<Error> obstacles;
  check_order(plan, options, obstacles);
  WEIR_TRY(const PlanBinding now, read_binding(kernel));
  WEIR_TRY(const auto elsewhere, compare_worlds(plan.binding, now, kernel));
  for (const std::string& sentence : elsewhere) add(obstacles, ErrorCode::conflict, sentence);
  // In another namespace the same names are other settings, and other entries changed them.
  if (!elsewhere.empty()) return obstacles;
  check_steps(plan, kernel, obstacles);
  if (const Status lossless = check_losses(plan, options.allowed, kernel); !lossless.ok())
    obstacles.push_back(lossless.error());
  if (journal != nullptr) WEIR_CHECK(check_journal(plan, now, kernel, *journal, obstacles));
  if (options.persist != nullptr && !plan.steps.empty()) {
    WEIR_TRY(const auto in_files, find_persist_obstacles(plan, *options.persist, kernel, journal));
    for (const std::string& sentence : in_files) add(obstacles, ErrorCode::conflict, sentence);
  }
  return obstacles;
}

Error join_obstacles(const std::vector<Error>& obstacles) {
  std::vector<std::string> sentences;
  sentences.reserve(obstacles.size());
  for (const Error& obstacle : obstacles) sentences.push_back(obstacle.message);
  return make_error(obstacles.front().code, "nothing was changed: " + join_texts(sentences, "; "));
}

}  // namespace weir::act
