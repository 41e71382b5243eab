// `weir demo`: a loaded server, in a network namespace of its own, whose accept queue overflows.
// The demo checks it, plans, heals it, checks again, and undoes the change. Nothing is simulated:
// all figures are measured, and the demo calls the same functions as check, plan, apply and undo.

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include "act/steps/identity.h"
#include "act/transaction.h"
#include "app/arguments.h"
#include "app/command.h"
#include "app/demo_scene.h"
#include "app/observe.h"
#include "app/output.h"
#include "base/number_text.h"
#include "judge/judge.h"
#include "judge/sentences.h"
#include "kernel/linux/linux_kernel.h"
#include "kernel/linux/spawn.h"
#include "kernel/port/watchdog.h"
#include "model/catalog.h"
#include "plan/changes.h"
#include "plan/tune.h"
#include "sense/record.h"
#include "store/journal.h"
#include "ui/cli/render.h"
#include "ui/view/numbers.h"
#include "ui/view/plan.h"
#include "ui/view/report.h"

namespace weir::app {
namespace {

using ui::Text;
using ui::Tone;

constexpr Nanoseconds check_window = seconds(4);
constexpr int steady_seconds = 16;
/// the first retransmission of a SYN or SYN-ACK comes after 1 s (RFC 6298)
constexpr Nanoseconds slow_limit = milliseconds(900);
/// The server is healed if at most this share of the overflows and of the clients' losses is left.
constexpr double most_left = 0.05;

struct DemoParts {
  const Catalog& catalog;
  kernel::Watchdog& watchdog;
  ui::Terminal terminal;
  std::function<void(std::string_view)> write;  ///< shows text at once
};

/// The result of one check inside the demo's namespace, and what the clients measured meanwhile.
struct Checked {
  Recording recording;
  Report report;
  Plan plan;
  DemoRound round;
};

std::int64_t lost_clients(const DemoRound& round) {
  return round.clients.failed + lab::count_longer(round.clients.answer_ns, slow_limit);
}

std::string show_pids(const std::vector<pid_t>& pids) {
  std::string text;
  for (const pid_t pid : pids) text += (text.empty() ? "" : ", ") + std::to_string(pid);
  return text;
}

/// The demo, step by step; each member shows what it did.
class Demo {
 public:
  Demo(const DemoParts& parts, DemoScene& scene, const kernel::Kernel& kernel)
      : parts_(parts), scene_(scene), kernel_(kernel) {}

  Result<bool> run() {
    show_scene();
    WEIR_CHECK(scene_.start_steady_requests(steady_seconds));
    heading("1  weir check", "Which stage of a connection's life limits this server?");
    WEIR_TRY(const Checked before, check());
    show_findings(before.report);
    heading("2  weir plan", "What would change, and how to undo it.");
    const Plan& plan = before.plan;
    show(ui::plan_view(plan, ""));
    if (plan.steps.empty())
      return make_error(
          ErrorCode::conflict,
          "the check found nothing to change; this machine may be too busy to overload a server");
    WEIR_TRY(const std::int64_t entry, apply(plan));
    heading("4  weir check", "The same load again.");
    WEIR_TRY(const Checked after, check());
    show_findings(after.report);
    WEIR_TRY(const auto steady, scene_.finish_steady_requests());
    const bool better = compare(before.round, after.round, steady);
    WEIR_TRY(const bool put_back, undo(entry));
    return better && put_back;
  }

 private:
  void show(const ui::View& view) { parts_.write(ui::render(view, parts_.terminal)); }

  void say(const std::string& text, ui::Mark mark = ui::Mark::none) {
    show({{ui::Paragraph{{{text, Tone::plain}}, mark, 2}}});
  }

  void heading(const std::string& title, const std::string& explanation) {
    show({{ui::Gap{},
           ui::Paragraph{
               {{title, Tone::strong}, {"   " + explanation, Tone::dim}}, ui::Mark::none, 0}}});
  }

  void show_scene() {
    pids_ = scene_.server_pids();
    show({{ui::Paragraph{
               {{"weir demo", Tone::strong},
                {"   a server whose accept queue overflows, healed while it runs", Tone::dim}},
               ui::Mark::none,
               0},
           ui::Gap{}}});
    say("The demo runs in two network namespaces of its own (" + scene_.place().name() +
        " is the server's). It deletes them at its end, and changes nothing else on this host.");
    say((scene_.has_nginx() ? "nginx (pids " : "A small web server (pid ") + show_pids(pids_) +
        ") listens on port " + std::to_string(demo_port) + " with a backlog of " +
        std::to_string(scene_.backlog()) + ". " + std::to_string(demo_burst) +
        " clients come at once, every " + ui::show_duration(demo_burst_interval) +
        ". A client that finds the accept queue full waits one second and then sends again.");
  }

  Result<Checked> check() {
    say("sampling for " + ui::show_duration(check_window) + " under load …");
    Checked checked;
    const auto sample = [&]() -> Status {
      sense::RecordOptions options;
      options.window = check_window;
      WEIR_TRY(checked.recording, sense::record(kernel_, options, [](double) { return true; }));
      return {};
    };
    WEIR_TRY(checked.round, scene_.run_round(sample));
    const Report judged = judge::judge(checked.recording, parts_.catalog);
    checked.plan = plan::tune(checked.recording, judged, parts_.catalog);
    checked.report = plan::with_changes(judged, checked.plan);
    judge::fill_sentences(checked.report.findings, parts_.catalog);
    return checked;
  }

  /// Shows the critical findings and warnings as `weir check` does; notices would only distract
  /// here.
  void show_findings(const Report& report) {
    ui::View view;
    for (const Finding& finding : report.findings) {
      if (finding.severity != Severity::notice) ui::add_finding(view, finding);
    }
    if (view.blocks.empty())
      view.blocks.emplace_back(
          ui::Paragraph{{{"no warning: nothing is being lost", Tone::good}}, ui::Mark::good, 0});
    show(view);
  }

  Result<std::int64_t> apply(const Plan& plan) {
    heading("3  weir apply",
            "No restart: listen() is called again, on a copy of the server's own descriptor.");
    WEIR_TRY(store::WriterLock lock, store::WriterLock::acquire(state_folder()));
    WEIR_TRY(store::Journal journal,
             store::Journal::open(state_folder(), store::Journal::Access::write));
    act::ApplyOptions options;
    options.netns_path = "/run/netns/" + scene_.place().name();
    WEIR_TRY(options.applier, act::read_process_identity(kernel_.files, getpid()));
    WEIR_TRY(const act::Outcome outcome,
             act::apply(plan, kernel_, journal, parts_.watchdog, options));
    if (!outcome.succeeded)
      return make_error(ErrorCode::io, "the plan could not be applied: " + outcome.failure);
    say("the kernel's own view (ss): the backlog is " + std::to_string(scene_.backlog()) +
            " now; the server's pids are still " + show_pids(scene_.server_pids()),
        ui::Mark::good);
    return outcome.entry.id;
  }

  static std::vector<Text> row(const std::string& what, const std::string& before,
                               const std::string& after, bool better) {
    return {{{what, Tone::plain}},
            {{before, Tone::plain}},
            {{after, better ? Tone::good : Tone::plain}},
            {}};
  }

  /// Compares what the clients measured. Returns whether they fared better.
  bool compare(const DemoRound& before, const DemoRound& after,
               const std::optional<lab::WrkResult>& steady) {
    heading("Before and after", "what the clients themselves measured");
    const auto answer = [](const DemoRound& round, double q) {
      return ui::show_duration(lab::quantile(round.clients.answer_ns, q));
    };
    const bool healed = before.overflows_per_second > 0 &&
                        after.overflows_per_second <= before.overflows_per_second * most_left;
    const bool felt =
        lost_clients(before) > 0 && static_cast<double>(lost_clients(after)) <=
                                        static_cast<double>(lost_clients(before)) * most_left;
    ui::Table table;
    // the last column takes the width that is left
    table.columns = {{"", false}, {"before", true}, {"after", true}, {"", false}};
    table.rows = {
        row("accept backlog", std::to_string(before.backlog), std::to_string(after.backlog),
            after.backlog > before.backlog),
        row("overflows a second", decimal(before.overflows_per_second),
            decimal(after.overflows_per_second), healed),
        row("connections tried", ui::show_count(before.clients.started),
            ui::show_count(after.clients.started), false),
        row("failed, or slower than " + ui::show_duration(slow_limit),
            ui::show_count(lost_clients(before)), ui::show_count(lost_clients(after)), felt),
        row("time to the first byte, median", answer(before, 0.5), answer(after, 0.5), false),
        row("time to the first byte, 99 %", answer(before, 0.99), answer(after, 0.99), felt)};
    show({{std::move(table), ui::Gap{}}});
    const bool same_server = scene_.server_pids() == pids_;
    const bool unharmed = !steady || steady->failed() == 0;
    if (steady) {
      say("wrk kept " + ui::show_count(steady->requests) + " requests in flight meanwhile; " +
              std::to_string(steady->failed()) + " failed",
          unharmed ? ui::Mark::good : ui::Mark::critical);
    }
    say(same_server ? "the server was not restarted: its pids are the same"
                    : "the server's pids have changed",
        same_server ? ui::Mark::good : ui::Mark::critical);
    if (!healed)
      say("the accept queue still overflows: the change did not help here", ui::Mark::critical);
    if (healed && !felt)
      say("the overflows ended, but the clients did not feel it", ui::Mark::critical);
    return healed && felt && same_server && unharmed;
  }

  Result<bool> undo(std::int64_t entry) {
    heading("5  weir undo", "The journal knows the old value.");
    WEIR_TRY(store::WriterLock lock, store::WriterLock::acquire(state_folder()));
    WEIR_TRY(store::Journal journal,
             store::Journal::open(state_folder(), store::Journal::Access::write));
    WEIR_TRY(const act::Outcome outcome, act::undo(entry, kernel_, journal));
    if (!outcome.succeeded)
      return make_error(ErrorCode::io, "the change could not be undone: " + outcome.failure);
    const bool back = scene_.backlog() == demo_backlog;
    say("the backlog is " + std::to_string(scene_.backlog()) +
            (back ? " again" : ", not what it was"),
        back ? ui::Mark::good : ui::Mark::critical);
    return back;
  }

  /// Deleted with the namespace.
  [[nodiscard]] std::string state_folder() const { return scene_.place().folder() + "/state"; }

  const DemoParts& parts_;
  DemoScene& scene_;
  kernel::Kernel kernel_;
  std::vector<pid_t> pids_;
};

/// Takes about 20 s. Returns whether the clients really fared better and everything was restored.
/// Needs root; uses nginx and wrk if they are installed. Errors: not_permitted, io, and those of
/// every step.
Result<bool> demo(const DemoParts& parts) {
  bool improved = false;
  {
    WEIR_TRY(DemoScene scene, DemoScene::build());
    WEIR_TRY(const std::unique_ptr<kernel::LinuxKernel> kernel,
             kernel::LinuxKernel::open_netns(scene.place().name()));
    WEIR_TRY(improved, Demo(parts, scene, kernel->kernel()).run());
  }
  parts.write(
      improved
          ? "\nThe namespaces are gone; this host is as it was.\n"
          : "\nThe server did not improve, see above. The namespaces are gone; this host is as it was.\n");
  return improved;
}

Result<ExitCode> run_demo(const Context& context) {
  WEIR_TRY(const Catalog catalog, load_catalog());
  WEIR_TRY(const auto watchdog, kernel::DeadmanSpawner::open(kernel::find_deadman_program()));
  const auto write = [](std::string_view text) { static_cast<void>(write_out(text).ok()); };
  WEIR_TRY(const bool improved, demo({catalog, *watchdog, context.terminal, write}));
  return improved ? ExitCode::ok : ExitCode::failed;
}

}  // namespace

Command make_demo(CommandBuilder& builder) {
  builder.summary(
      "Overloads a server in a network namespace of its own, and shows how weir finds the cause and heals it. Takes half a minute.");
  builder.notes("Nothing outside of the namespace is changed. Needs root.");
  return {run_demo};
}

}  // namespace weir::app
