// `weir apply`: carries out a plan, all of its steps or none.
#include <algorithm>
#include <csignal>
#include <ctime>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/obstacles.h"
#include "act/steps/identity.h"
#include "act/transaction.h"
#include "app/arguments.h"
#include "app/change.h"
#include "app/command.h"
#include "app/order.h"
#include "app/output.h"
#include "codec/plan_json.h"
#include "kernel/linux/spawn.h"
#include "sense/configuration.h"
#include "ui/view/numbers.h"
#include "ui/view/plan.h"

namespace weir::app {
namespace {

/// The time to confirm a step that can cut traffic, if the user gives none. It is long enough to
/// test that a new login still works.
constexpr Nanoseconds standard_confirmation = seconds(120);
constexpr Nanoseconds longest_probe = seconds(30);
/// The share of the time until the deadline that a probe may take. At the deadline itself the
/// watchdog kills an applier that still runs.
constexpr std::int64_t probe_numerator = 3, probe_denominator = 4;

struct ApplyOptions {
  std::string file;  ///< the plan
  std::optional<Nanoseconds> confirm_within;
  bool no_confirm = false;  ///< keep the plan without a confirmation, even if it can cut traffic
  std::string probe;        ///< a shell command that must succeed after the last step
  bool persist = false;
  bool dry_run = false;
  std::vector<std::string> allowed;  ///< settings whose harmful values are allowed
  bool detailed_exit_code = false;
  StateOption state;
  NamespaceOption place;
};

void describe_apply(CommandBuilder& builder, ApplyOptions& options) {
  builder.summary("Applies all steps of a plan, or none of them.");
  builder.notes(
      "Exit code: 0 applied, or nothing to do; 1 failed, and weir undid the steps that it had made; 2 wrong use, or a plan that no host can apply; 4 refused, and nothing was changed. weir refuses a plan that does not match this host, a plan that another user can write to, and a plan that still waits for its confirmation. It also refuses harmful values and settings that it does not know, unless --allow names them. "
      "With --detailed-exit-code, 10 means that something was changed, and 0 that nothing had to be changed. "
      "Some steps can cut traffic: links, qdiscs, connection tracking, rp_filter, arp_*. A plan with such a step is undone after 2 minutes unless you confirm it. "
      "weir writes every old value to disk before it sets a new one. "
      "Needs root: CAP_NET_ADMIN and the right to write to the state folder. The backlog or the limit of a running server also needs CAP_SYS_PTRACE or CAP_SYS_RESOURCE.");
  builder.option("plan", "PLAN", "a file written by `weir plan -o`", options.file);
  builder.require("plan");
  builder.option(
      "--confirm-within", "TIME",
      "a watchdog undoes all steps unless you run `weir confirm` within this time, such as 60s",
      options.confirm_within,
      time_between("--confirm-within", seconds(1), seconds(24LL * 3600), "from 1s to 24h"));
  builder.flag("--no-confirm",
               "keep the changes without a confirmation, even steps that can cut traffic",
               options.no_confirm);
  builder.option(
      "--probe", "COMMAND",
      "run this shell command after the last step; undo at once if it fails, or if it takes longer than 30 s or three quarters of the time to confirm",
      options.probe);
  builder.flag(
      "--persist",
      "also set the plan's sysctls at every boot: weir writes /etc/sysctl.d/99-weir.conf once the plan is confirmed; refused if a later file would override it, or outside the host's first network namespace",
      options.persist);
  builder.flag("--dry-run,--check",
               "make all checks that come before the first change, and change nothing",
               options.dry_run);
  builder.repeated(
      "--allow", "NAME",
      "accept the plan's value of this setting even if weir calls it harmful or does not know the setting; may be repeated",
      options.allowed);
  builder.flag("--detailed-exit-code",
               "exit with 10 if something was changed (with --check: would be changed)",
               options.detailed_exit_code);
  add_state_option(builder, options.state);
  add_namespace_option(builder, options.place);
  builder.exclude("--no-confirm", {"--confirm-within"});
}

ExitCode changed_code(const ApplyOptions& options) {
  return options.detailed_exit_code ? ExitCode::changed : ExitCode::ok;
}

Result<ExitCode> say_unchanged(const Context& context) {
  ui::View view;
  view.blocks.emplace_back(ui::Paragraph{
      {{"Nothing to do: this host already has all values of the plan", ui::Tone::strong}},
      ui::Mark::good,
      0});
  WEIR_CHECK(show(context, view));
  return ExitCode::ok;
}

Result<ExitCode> show_dry_run(const Context& context, const ApplyOptions& options, const Plan& plan,
                              const std::vector<Error>& obstacles, const std::string& hidden) {
  ui::View view;
  if (!plan.steps.empty()) {
    view = ui::steps_view(plan);
    view.blocks.emplace_back(ui::Gap{});
  }
  const bool fits = obstacles.empty();
  const std::string sentence =
      fits ? "The plan can be applied here. Dry run: nothing was applied"
           : "`weir apply` would refuse this plan. Dry run: nothing was applied";
  view.blocks.emplace_back(
      ui::Paragraph{{{sentence, ui::Tone::strong}}, fits ? ui::Mark::good : ui::Mark::critical, 0});
  for (const auto& obstacle : obstacles)
    view.blocks.emplace_back(ui::Paragraph{{{obstacle.message}}, ui::Mark::none, 2});
  if (!hidden.empty()) view.blocks.emplace_back(ui::Paragraph{{{hidden}}, ui::Mark::unknown, 0});
  WEIR_CHECK(show(context, view));
  return fits ? changed_code(options) : exit_code(obstacles.front(), ErrorCodes::failed_or_refused);
}

/// The journal: open for changes, after healing what a dead weir left; or open only for reading.
struct Books {
  std::optional<Changer> changer;
  /// nothing: no journal exists yet, or this user may not read it
  std::optional<store::Journal> read_only;
  std::string hidden;  ///< why the journal was not read

  [[nodiscard]] store::Journal* journal() {
    return changer ? &changer->journal : read_only ? &*read_only : nullptr;
  }
};

Result<Books> open_books(const ApplyOptions& options) {
  Books books;
  if (!options.dry_run) {
    WEIR_TRY(books.changer, open_changer(options.state));
    return books;
  }
  auto journal = store::Journal::open(state_folder(options.state), store::Journal::Access::read);
  if (journal.ok()) {
    books.read_only = std::move(journal).value();
  } else if (journal.error().code == ErrorCode::not_permitted && !options.persist) {
    books.hidden = "Could not look for an unfinished change: " + journal.error().message;
  } else if (journal.error().code != ErrorCode::not_found) {
    return std::move(journal).error();
  }
  return books;
}

/// The lines that weir already keeps over reboots, for a plan with --persist.
Result<std::optional<act::StandingLines>> read_standing(bool persist, store::Journal* journal) {
  if (!persist) return std::optional<act::StandingLines>();
  if (journal == nullptr) return std::optional(act::StandingLines());
  WEIR_TRY(act::StandingLines lines, act::read_standing_lines(*journal));
  return std::optional(std::move(lines));
}

bool can_cut(const Plan& plan) {
  return std::any_of(plan.steps.begin(), plan.steps.end(),
                     [](const Step& step) { return can_cut_traffic(step.target); });
}

std::string success_sentence(const StateOption& state_option, const HistoryEntry& entry,
                             const std::optional<Nanoseconds>& confirm_within,
                             kernel::Clock& clock) {
  const std::string id = std::to_string(entry.id);
  const std::string over = has_lines(entry, PersistState::wanted) ? ", also after a reboot" : "";
  const std::string state = state_words(state_option);
  if (!confirm_within || !entry.deadline)
    return "Applied as " + id + over + "; `weir undo " + id + state + "` undoes it";
  return "Applied as " + id + "; run `weir confirm " + id + state + "` within " +
         ui::show_duration(*confirm_within) + ", before " + deadline_time(*entry.deadline, clock) +
         ", or weir undoes it";
}

[[noreturn]] void become_shell(const char* command) {
  setpgid(0, 0);
  const int nothing = open("/dev/null", O_RDONLY);
  if (nothing >= 0) dup2(nothing, STDIN_FILENO);
  static_cast<void>(std::signal(SIGPIPE, SIG_DFL));
  execl("/bin/sh", "sh", "-c", command, nullptr);
  _exit(127);
}

std::int64_t monotonic_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * nanoseconds_per_second + now.tv_nsec;
}

std::string describe_status(int status) {
  if (WIFSIGNALED(status)) return "was ended by signal " + std::to_string(WTERMSIG(status));
  return "exited with " + std::to_string(WEXITSTATUS(status));
}

/// Runs the user's own check that the host still works: `/bin/sh -c COMMAND` in a process group of
/// its own, with an empty standard input. Waits for its end. Errors: conflict (it exited with a
/// status other than 0, a signal ended it, or it exceeded the limit and was killed with its group),
/// io.
Status run_probe(const std::string& command, Nanoseconds limit) {
  constexpr timespec pause{0, 20'000'000};
  const pid_t child = fork();
  if (child < 0) return make_error(ErrorCode::io, "the probe could not be started");
  if (child == 0) become_shell(command.c_str());
  setpgid(child, child);
  const std::int64_t end = monotonic_now() + limit.count;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (monotonic_now() >= end) {
      kill(-child, SIGKILL);
      waitpid(child, &status, 0);
      return make_error(ErrorCode::conflict, "the probe `" + command + "` did not end in time");
    }
    nanosleep(&pause, nullptr);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return make_error(ErrorCode::conflict, "the probe `" + command + "` " + describe_status(status));
}

act::ApplyOptions transaction_options(const ApplyOptions& options, const Plan& plan,
                                      const std::string& netns_path) {
  act::ApplyOptions made;
  made.confirm_within = options.confirm_within;
  if (!made.confirm_within && !options.no_confirm && can_cut(plan))
    made.confirm_within = standard_confirmation;
  made.unconfirmed_cut = options.no_confirm;
  made.allowed = {options.allowed.begin(), options.allowed.end()};
  made.netns_path = netns_path;
  if (!options.probe.empty()) {
    Nanoseconds limit = longest_probe;
    if (made.confirm_within)
      limit = std::min(
          limit, Nanoseconds{made.confirm_within->count / probe_denominator * probe_numerator});
    made.probe = [command = options.probe, limit] { return run_probe(command, limit); };
  }
  return made;
}

Result<ExitCode> run_apply(const Context& context, const ApplyOptions& options) {
  WEIR_TRY(const std::string text, read_order(options.file, context.environment.invoker));
  WEIR_TRY(const Plan whole, codec::parse_plan(text).with_context(options.file));
  WEIR_TRY(const OpenedPlace place, open_place_of(whole, options.place));
  auto kernel = place.kernel->kernel();
  WEIR_TRY(const auto watchdog, kernel::DeadmanSpawner::open(kernel::find_deadman_program()));
  WEIR_TRY(Books books, open_books(options));
  WEIR_TRY(const auto standing, read_standing(options.persist, books.journal()));
  WEIR_TRY(Plan rest, act::remaining_steps(whole, kernel, standing));
  Order order{whole, std::move(rest)};
  act::ApplyOptions how = transaction_options(options, order.rest, place.path);
  if (options.persist) how.persist = sense::read_boot_configuration(kernel.files);
  WEIR_TRY(const auto obstacles, find_all_obstacles(order, {options.allowed, options.state}, kernel,
                                                    books.journal(), how));
  if (order.rest.steps.empty() && obstacles.empty()) return say_unchanged(context);
  if (options.dry_run) return show_dry_run(context, options, order.rest, obstacles, books.hidden);
  if (!obstacles.empty()) return act::join_obstacles(obstacles);
  // The exit code still says how the change ended if this text cannot be written.
  static_cast<void>(show(context, ui::order_view(order.rest, order.allowed)).ok());
  WEIR_TRY(how.applier, act::read_process_identity(kernel.files, getpid()));
  WEIR_TRY(const act::Outcome outcome,
           act::apply(order.rest, kernel, books.changer->journal, *watchdog, how));
  WEIR_TRY(const ExitCode code, show_outcome(context, outcome,
                                             success_sentence(options.state, outcome.entry,
                                                              how.confirm_within, kernel.clock)));
  return code == ExitCode::ok ? changed_code(options) : code;
}

}  // namespace

Command make_apply(CommandBuilder& builder) {
  return make_command(builder, describe_apply, run_apply);
}

}  // namespace weir::app
