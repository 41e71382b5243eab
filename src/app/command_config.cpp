#include <algorithm>

#include "app/commands.h"
#include "app/config_files.h"
#include "app/observe.h"
#include "app/output.h"
#include "codec/report_json.h"
#include "judge/configuration.h"
#include "judge/sentences.h"
#include "sense/record.h"
#include "ui/view/configuration.h"

namespace weir::app {
namespace {

/// What the flags do not say of a described machine is not known, rather than taken from the one
/// that judges.
ConfigHost described_host(const Arguments& arguments, const Provenance& own) {
  ConfigHost host;
  host.described = true;
  host.kernel_text = arguments.kernel.empty() ? own.kernel : arguments.kernel;
  host.memory = arguments.memory.value_or(Bytes{0});
  host.cpus = arguments.cpus.value_or(0);
  host.kernel = parse_kernel_version(host.kernel_text).value_or(KernelVersion{});
  return host;
}

}  // namespace

Result<ExitCode> run_check_config(const Context& context) {
  const Arguments& arguments = context.arguments;
  WEIR_TRY(const Catalog catalog, load_catalog());
  WEIR_TRY(const auto place, kernel::LinuxKernel::open_current());
  auto kernel = place->kernel();
  WEIR_TRY(const auto lines, read_config_lines(kernel.files, arguments.config));
  WEIR_TRY(const Snapshot snapshot, sense::read_snapshot(kernel, {}));
  const bool described = !arguments.kernel.empty() || arguments.memory || arguments.cpus;
  const ConfigHost host =
      described ? described_host(arguments, snapshot.provenance) : config_host(snapshot);
  auto report = judge::judge_configuration(
      lines, host, described ? std::map<std::string, std::string>{} : snapshot.sysctls, catalog);
  judge::fill_sentences(report.findings, catalog);
  WEIR_CHECK(arguments.json ? write_out(codec::config_report_to_json(report))
                            : show(context, ui::config_view(report)));
  const bool alarm = std::any_of(
      report.findings.begin(), report.findings.end(),
      [&arguments](const Finding& finding) { return finding.severity >= arguments.fail_on; });
  return alarm ? ExitCode::failed : ExitCode::ok;
}

}  // namespace weir::app
