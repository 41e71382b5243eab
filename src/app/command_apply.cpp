#include <algorithm>
#include <array>
#include <ctime>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <unistd.h>

#include "act/obstacles.h"
#include "act/steps/process_identity.h"
#include "act/transaction.h"
#include "app/allowed.h"
#include "app/change.h"
#include "app/commands.h"
#include "app/observe.h"
#include "app/order.h"
#include "app/output.h"
#include "app/probe_command.h"
#include "codec/plan_json.h"
#include "kernel/linux/spawn.h"
#include "plan/scope.h"
#include "plan/screen.h"
#include "sense/configuration.h"
#include "sense/record.h"
#include "ui/view/numbers.h"
#include "ui/view/plan.h"

namespace weir::app {
namespace {

/// How long what can cut traffic stays when the user says nothing: time to see that one can still
/// log in.
constexpr Nanoseconds standard_confirmation = seconds(120);
constexpr Nanoseconds longest_probe = seconds(30);
/// Of the time until the deadline, what a probe may take: at the deadline itself the watchdog ends
/// an applier that has not come to its end.
constexpr std::int64_t probe_numerator = 3, probe_denominator = 4;

ExitCode changed_code(const Arguments& arguments) {
  return arguments.detailed_exit_code ? ExitCode::changed : ExitCode::ok;
}

Result<ExitCode> say_unchanged(const Context& context) {
  ui::View view;
  view.blocks.emplace_back(ui::Paragraph{
      {{"Nothing to do: this host already has what the plan wants; nothing was changed",
        ui::Tone::strong}},
      ui::Mark::good,
      0});
  WEIR_CHECK(show(context, view));
  return ExitCode::ok;
}

/// As the program's main() has it for an Error.
ExitCode refusal_code(const Error& error) {
  if (error.code == ErrorCode::wrong_use) return ExitCode::wrong_use;
  return error.code == ErrorCode::conflict ? ExitCode::refused : ExitCode::failed;
}

Result<ExitCode> show_dry_run(const Context& context, const Plan& plan,
                              const std::vector<Error>& obstacles, const std::string& hidden) {
  ui::View view;
  if (!plan.steps.empty()) {
    view = ui::steps_view(plan);
    view.blocks.emplace_back(ui::Gap{});
  }
  const bool fits = obstacles.empty();
  const std::string sentence = fits ? "It can be applied here; nothing was changed"
                                    : "It would be refused; nothing was changed";
  view.blocks.emplace_back(
      ui::Paragraph{{{sentence, ui::Tone::strong}}, fits ? ui::Mark::good : ui::Mark::critical, 0});
  for (const auto& obstacle : obstacles)
    view.blocks.emplace_back(ui::Paragraph{{{obstacle.message}}, ui::Mark::none, 2});
  if (!hidden.empty()) view.blocks.emplace_back(ui::Paragraph{{{hidden}}, ui::Mark::unknown, 0});
  WEIR_CHECK(show(context, view));
  return fits ? changed_code(context.arguments) : refusal_code(obstacles.front());
}

/// The journal: open for changes, after what a dead weir left was healed; or for looking only.
struct Books {
  std::optional<Changer> changer;
  /// nothing: there is none yet, or this user may not read it
  std::optional<store::Journal> read_only;
  std::string hidden;  ///< why it was not read

  [[nodiscard]] store::Journal* journal() {
    return changer ? &changer->journal : read_only ? &*read_only : nullptr;
  }
};

Result<Books> open_books(const Context& context) {
  Books books;
  if (!context.arguments.dry_run) {
    WEIR_TRY(books.changer, open_changer(context));
    return books;
  }
  auto journal =
      store::Journal::open(state_folder(context.arguments), store::Journal::Access::read);
  if (journal.ok()) {
    books.read_only = std::move(journal).value();
  } else if (journal.error().code == ErrorCode::not_permitted && !context.arguments.persist) {
    books.hidden =
        "Not looked for: a change that still waits for its end, because " + journal.error().message;
  } else if (journal.error().code != ErrorCode::not_found) {
    return std::move(journal).error();
  }
  return books;
}

/// What is kept over reboots already, for a plan that is to be.
Result<std::optional<act::StandingLines>> read_standing(const Arguments& arguments,
                                                        store::Journal* journal) {
  if (!arguments.persist) return std::optional<act::StandingLines>();
  if (journal == nullptr) return std::optional(act::StandingLines());
  WEIR_TRY(act::StandingLines lines, act::read_standing_lines(*journal));
  return std::optional(std::move(lines));
}

bool can_cut(const Plan& plan) {
  return std::any_of(plan.steps.begin(), plan.steps.end(),
                     [](const Step& step) { return can_cut_traffic(step.target); });
}

/// "21:14:05" on this host's clock.
std::string local_time(Nanoseconds wall) {
  const std::time_t second = wall.count / nanoseconds_per_second;
  std::tm parts{};
  if (localtime_r(&second, &parts) == nullptr) return "the deadline";
  std::array<char, 16> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%H:%M:%S", &parts)};
}

/// A deadline of the journal on this host's clock.
std::string deadline_time(Nanoseconds boot_time, kernel::Clock& clock) {
  return local_time(clock.wall_time() + boot_time - clock.boot_time());
}

std::string success_sentence(const Arguments& arguments, const HistoryEntry& entry,
                             const std::optional<Nanoseconds>& confirm_within,
                             kernel::Clock& clock) {
  const std::string id = std::to_string(entry.id);
  const std::string over = has_lines(entry, PersistState::wanted) ? ", also over a reboot" : "";
  const std::string state =
      arguments.state_folder.empty() ? "" : " --state " + arguments.state_folder;
  if (!confirm_within || !entry.deadline)
    return "Applied as " + id + over + "; `weir undo " + id + state + "` takes it back";
  return "Applied as " + id + "; keep it with `weir confirm " + id + state + "` within " +
         ui::show_duration(*confirm_within) + ", before " + deadline_time(*entry.deadline, clock) +
         ", or it undoes itself";
}

act::ApplyOptions apply_options(const Arguments& arguments, const Plan& plan,
                                const std::string& netns_path) {
  act::ApplyOptions options;
  options.confirm_within = arguments.confirm_within;
  if (!options.confirm_within && !arguments.no_confirm && can_cut(plan))
    options.confirm_within = standard_confirmation;
  options.unconfirmed_cut = arguments.no_confirm;
  options.allowed = {arguments.allowed.begin(), arguments.allowed.end()};
  options.netns_path = netns_path;
  if (!arguments.probe.empty()) {
    Nanoseconds limit = longest_probe;
    if (options.confirm_within)
      limit = std::min(
          limit, Nanoseconds{options.confirm_within->count / probe_denominator * probe_numerator});
    options.probe = [command = arguments.probe, limit] { return run_probe(command, limit); };
  }
  return options;
}

/// What another run has begun with the same targets and not ended.
Error describe_unfinished(const Arguments& arguments, const HistoryEntry& entry, bool has_all,
                          kernel::Clock& clock) {
  // It is of this boot: find_unfinished() looks for no other.
  if (const auto lost = describe_lost_watchdog(entry, {entry.boot_id, clock.boot_time()}))
    return make_error(ErrorCode::conflict, *lost);
  const std::string id = std::to_string(entry.id);
  const std::string state =
      arguments.state_folder.empty() ? "" : " --state " + arguments.state_folder;
  std::string sentence = "entry " + id + (has_all ? " has this" : " changes the same");
  if (entry.state == EntryState::unconfirmed && entry.deadline) {
    sentence += " and waits for its confirmation until " + deadline_time(*entry.deadline, clock) +
                "; keep it with `weir confirm " + id + state + "`, or it undoes itself";
  } else {
    sentence +=
        " and is " + std::string(entry_state_id(entry.state)) + "; confirm or undo it first";
  }
  return make_error(ErrorCode::conflict, sentence);
}

/// A plan on its way, and what it becomes here.
struct Order {
  const Plan& whole;
  /// the steps that are not so already; in weir's own words, whatever the file says, where they
  /// tell what a step does
  Plan rest;
  /// settings that --allow takes → what speaks against it
  std::map<std::string, std::string> allowed = {};
};

/// The catalog's word on each step. It is asked here again: the plan may come from elsewhere, or
/// was edited.
Result<std::vector<Error>> screen_order(const Arguments& arguments, Order& order,
                                        kernel::Kernel& kernel) {
  WEIR_TRY(const Catalog catalog, load_catalog());
  WEIR_CHECK(check_allowed(arguments.allowed, sysctl_names(order.whole), catalog));
  const Snapshot now = sense::read_settings(kernel);
  for (Step& step : order.rest.steps) {
    if (const auto* sysctl = std::get_if<SysctlTarget>(&step.target))
      step.scope = plan::describe_scope(sysctl->name, catalog, now);
  }
  Plan screened = order.rest;
  const std::set<std::string> allowed(arguments.allowed.begin(), arguments.allowed.end());
  std::vector<Error> refusals;
  plan::Screening screening = plan::screen(now, catalog, allowed, screened);
  for (auto& refusal : screening.refusals)
    refusals.push_back(make_error(refusal.kind == plan::Objection::Kind::impossible
                                      ? ErrorCode::wrong_use
                                      : ErrorCode::conflict,
                                  std::move(refusal.sentence)));
  if (!refusals.empty()) return refusals;
  // Where a value was allowed, its step now says against what.
  order.rest = std::move(screened);
  order.allowed = std::move(screening.allowed);
  return refusals;
}

/// Every check that stands before the first change, for --check as well.
Result<std::vector<Error>> find_all_obstacles(const Arguments& arguments, Order& order,
                                              kernel::Kernel& kernel, store::Journal* journal,
                                              const act::ApplyOptions& options) {
  if (journal != nullptr) {
    WEIR_TRY(const auto unfinished, act::find_unfinished(*journal, order.whole));
    if (unfinished)
      return std::vector{
          describe_unfinished(arguments, *unfinished, order.rest.steps.empty(), kernel.clock)};
  }
  if (order.rest.steps.empty()) {
    std::vector<Error> elsewhere;
    WEIR_TRY(const auto differences, act::read_other_world(order.whole.binding, kernel));
    for (const auto& sentence : differences)
      elsewhere.push_back(make_error(ErrorCode::conflict, sentence));
    return elsewhere;
  }
  WEIR_TRY(auto obstacles, screen_order(arguments, order, kernel));
  WEIR_TRY(auto in_the_way,
           act::find_obstacles(order.rest, kernel, journal, act::obstacle_options(options)));
  obstacles.insert(obstacles.end(), std::make_move_iterator(in_the_way.begin()),
                   std::make_move_iterator(in_the_way.end()));
  return obstacles;
}

}  // namespace

Result<ExitCode> run_apply(const Context& context) {
  const Arguments& arguments = context.arguments;
  WEIR_TRY(const std::string text, read_order(arguments.plan_file, context.environment.invoker));
  WEIR_TRY(const Plan whole, codec::parse_plan(text).with_context(arguments.plan_file));
  WEIR_TRY(const OpenedPlace place, open_place_of(whole, arguments.place));
  auto kernel = place.kernel->kernel();
  WEIR_TRY(const auto watchdog, kernel::DeadmanSpawner::open(kernel::find_deadman_program()));
  WEIR_TRY(Books books, open_books(context));
  WEIR_TRY(const auto standing, read_standing(arguments, books.journal()));
  WEIR_TRY(Plan rest, act::remaining_steps(whole, kernel, standing));
  Order order{whole, std::move(rest)};
  act::ApplyOptions options = apply_options(arguments, order.rest, place.path);
  if (arguments.persist) options.persist = sense::read_boot_configuration(kernel.files);
  WEIR_TRY(const auto obstacles,
           find_all_obstacles(arguments, order, kernel, books.journal(), options));
  if (order.rest.steps.empty() && obstacles.empty()) return say_unchanged(context);
  if (arguments.dry_run) return show_dry_run(context, order.rest, obstacles, books.hidden);
  if (!obstacles.empty()) return act::join_obstacles(obstacles);
  // Where nobody can read it, the outcome's exit code still tells what became of the host.
  static_cast<void>(show(context, ui::order_view(order.rest, order.allowed)).ok());
  WEIR_TRY(options.applier, act::read_process_identity(kernel.files, getpid()));
  WEIR_TRY(const act::Outcome outcome,
           act::apply(order.rest, kernel, books.changer->journal, *watchdog, options));
  WEIR_TRY(const ExitCode code,
           show_outcome(
               context, outcome,
               success_sentence(arguments, outcome.entry, options.confirm_within, kernel.clock)));
  return code == ExitCode::ok ? changed_code(arguments) : code;
}

}  // namespace weir::app
