// `weir check`: judges this host, a recording of another, or, with --config, sysctl files.
#include <algorithm>
#include <utility>

#include "app/arguments.h"
#include "app/change.h"
#include "app/command.h"
#include "app/observe.h"
#include "app/output.h"
#include "codec/recording_json.h"
#include "codec/report_json.h"
#include "judge/configuration.h"
#include "judge/judge.h"
#include "judge/sentences.h"
#include "model/severity.h"
#include "model/stage.h"
#include "plan/changes.h"
#include "plan/tune.h"
#include "sense/record.h"
#include "ui/view/configuration.h"
#include "ui/view/report.h"

namespace weir::app {
namespace {

struct CheckOptions {
  std::optional<Nanoseconds> window;
  bool json = false;
  std::vector<std::int64_t> ports;
  std::vector<Stage> stages;
  NamespaceOption place;
  Severity fail_on = Severity::warning;
  std::string from;                 ///< a recording to judge instead of the host
  std::string save;                 ///< the file for the recording that was judged
  std::string since;                ///< an earlier snapshot to compare the host with
  std::vector<std::string> config;  ///< sysctl files to judge instead of the host
  StateOption state;
  MachineOption machine;  ///< with config: another machine
};

std::vector<std::string> stage_ids() {
  std::vector<std::string> ids;
  ids.reserve(all_stages.size());
  for (const auto stage : all_stages) ids.emplace_back(stage_id(stage));
  return ids;
}

Result<Stage> parse_known_stage(const std::string& text) {
  if (const auto stage = parse_stage(text)) return *stage;
  return make_error(ErrorCode::wrong_use, "there is no stage \"" + escape_bytes(text) +
                                              "\"; the stages are " +
                                              join_texts(stage_ids(), ", "));
}

void describe_check(CommandBuilder& builder, CheckOptions& options) {
  builder.summary(
      "Shows the headroom of each stage of a connection's life, and what limits this server.");
  builder.notes(
      "Exit code: 0 no finding at or above --fail-on, 1 at least one such finding, 2 wrong use, 3 the host or a file could not be read or written.\n\nWorks without root, and lists what it could not see. "
      "CAP_NET_ADMIN shows more details of the sockets. CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH show the processes that own them. CAP_SYS_ADMIN allows to look into another network namespace. "
      "Ctrl-C ends the window early; weir judges what it has seen until then.");
  add_window_option(builder, options.window, " (default 3s)");
  add_json_option(builder, options.json, "weir.check/1 or weir.config/1");
  add_ports_option(builder, options.ports);
  builder.repeated("--stage", "STAGE", "only this stage, such as accept-queue; may be repeated",
                   options.stages, parse_known_stage);
  builder.offer("--stage", stage_ids());
  add_namespace_option(builder, options.place);
  builder.choice(
      "--fail-on", "SEVERITY",
      "exit with 1 for findings of at least this severity: notice, warning (the default) or critical",
      {"notice", "warning", "critical"}, [&options](const std::string& word) {
        options.fail_on = parse_severity(word).value_or(options.fail_on);
      });
  builder.option("--from", "FILE", "judge this recording instead of the host", options.from);
  builder.option("--save", "FILE", "write the recording that was judged to this file",
                 options.save);
  builder.option(
      "--since", "FILE",
      "do not watch the host; compare it with this snapshot, taken earlier in the same boot, and count all losses since then",
      options.since);
  builder.list(
      "--config", "FILE",
      "judge these sysctl.conf or sysctl.d files in this order instead of the host; a folder means its *.conf files",
      options.config);
  add_state_option(builder, options.state);
  add_machine_option(builder, options.machine, "with --config: judge ");
  builder.exclude("--from", {"--netns", "--pid", "--for"});
  builder.exclude("--since", {"--from", "--for"});
  builder.exclude("--config", {"--from", "--since", "--save", "--for", "--netns", "--pid", "--port",
                               "--stage", "--state"});
  for (const char* name : {"--kernel", "--ram", "--cpus"}) builder.need(name, "--config");
}

ExitCode alarm_code(const std::vector<Finding>& findings, Severity fail_on) {
  const bool alarm = std::any_of(findings.begin(), findings.end(),
                                 [&](const Finding& one) { return one.severity >= fail_on; });
  return alarm ? ExitCode::failed : ExitCode::ok;
}

Result<ExitCode> check_config(const Context& context, const CheckOptions& options) {
  WEIR_TRY(const Catalog catalog, load_catalog());
  WEIR_TRY(const auto own, kernel::LinuxKernel::open_current());
  auto kernel = own->kernel();
  WEIR_TRY(const auto lines, read_config_lines(kernel.files, options.config));
  WEIR_TRY(const Snapshot snapshot, sense::read_snapshot(kernel, {}));
  const bool described = is_given(options.machine);
  const ConfigHost host = described ? described_machine(options.machine, snapshot.provenance.kernel)
                                    : machine_of(snapshot);
  auto report = judge::judge_configuration(
      lines, host, described ? std::map<std::string, std::string>{} : snapshot.settings.sysctls,
      catalog);
  judge::fill_sentences(report.findings, catalog);
  WEIR_CHECK(options.json ? write_out(codec::config_report_to_json(report))
                          : show(context, ui::config_view(report)));
  return alarm_code(report.findings, options.fail_on);
}

Result<Recording> obtain_recording(const Context& context, const CheckOptions& options) {
  if (!options.from.empty()) return read_recording(options.from);
  if (options.since.empty()) return watch_namespace(context, options.place, options.window);
  WEIR_TRY(const auto opened, open_namespace(options.place));
  auto kernel = opened->kernel();
  WEIR_TRY(Recording earlier, read_recording(options.since));
  return sense::record_since(kernel, {},
                             earlier.last ? *std::move(earlier.last) : std::move(earlier.first))
      .with_context(options.since);
}

/// On standard error: it concerns this host, but not the Report.
Status report_unguarded(const StateOption& state) {
  WEIR_TRY(const auto own, kernel::LinuxKernel::open_current());
  auto kernel = own->kernel();
  report_lost_watchdogs(state, kernel);
  return {};
}

Result<ExitCode> run_check(const Context& context, const CheckOptions& options) {
  if (!options.config.empty()) return check_config(context, options);
  WEIR_TRY(const Catalog catalog, load_catalog());
  WEIR_TRY(const Recording recording, obtain_recording(context, options));
  if (!options.save.empty())
    WEIR_CHECK(write_file(options.save, codec::recording_to_json(recording)));
  const Report judged = judge::judge(recording, catalog, {options.ports, options.stages});
  Report report = plan::with_changes(judged, plan::tune(recording, judged, catalog));
  judge::fill_sentences(report.findings, catalog);
  WEIR_CHECK(options.json ? write_out(codec::report_to_json(report))
                          : show(context, ui::report_view(report)));
  if (options.from.empty()) WEIR_CHECK(report_unguarded(options.state));
  return alarm_code(report.findings, options.fail_on);
}

}  // namespace

Command make_check(CommandBuilder& builder) {
  return make_command(builder, describe_check, run_check);
}

}  // namespace weir::app
