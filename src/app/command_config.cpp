#include <algorithm>

#include "app/commands.h"
#include "app/observe.h"
#include "app/output.h"
#include "codec/report_json.h"
#include "judge/configuration.h"
#include "sense/configuration.h"
#include "sense/record.h"
#include "ui/view/configuration.h"

namespace weir::app {
namespace {

/// Folders become their *.conf files, sorted by name, as the loaders take them.
Result<std::vector<std::string>> expand_folders(kernel::Files& files, const std::vector<std::string>& paths) {
  std::vector<std::string> expanded;
  for (const auto& path : paths) {
    const auto names = files.list(path);
    if (!names) {
      expanded.push_back(path);
      continue;
    }
    const auto before = expanded.size();
    for (const auto& name : *names) {
      if (!name.ends_with(".conf") || name.starts_with('.')) continue;
      expanded.push_back(path);
      if (!path.ends_with('/')) expanded.back() += '/';
      expanded.back() += name;
    }
    if (expanded.size() == before) return make_error(ErrorCode::wrong_use, "there is no *.conf file in the folder " + path);
  }
  return expanded;
}

/// What the flags do not say of a described machine is not known, rather than taken from the one that judges.
ConfigHost described_host(const Arguments& arguments, const Provenance& own) {
  ConfigHost host;
  host.described = true;
  host.kernel_text = arguments.kernel.empty() ? own.kernel : arguments.kernel;
  host.memory = arguments.memory.value_or(Bytes{0});
  host.cpus = arguments.cpus.value_or(0);
  return host;
}

ConfigHost this_host(const Snapshot& snapshot) {
  ConfigHost host;
  host.kernel_text = snapshot.provenance.kernel;
  host.memory = snapshot.host.memory;
  host.page_size = snapshot.host.page_size;
  host.cpus = snapshot.host.cpus;
  host.ehash_entries = snapshot.host.ehash_entries;
  return host;
}

}  // namespace

Result<ExitCode> run_check_config(const Context& context) {
  const Arguments& arguments = context.arguments;
  WEIR_TRY(const Catalog catalog, load_catalog());
  WEIR_TRY(const auto place, kernel::LinuxKernel::open_current());
  auto kernel = place->kernel();
  WEIR_TRY(const auto paths, expand_folders(kernel.files, arguments.config));
  WEIR_TRY(const auto lines, sense::read_configuration_files(kernel.files, paths));
  WEIR_TRY(const Snapshot snapshot, sense::read_snapshot(kernel, {}));
  const bool described = !arguments.kernel.empty() || arguments.memory || arguments.cpus;
  ConfigHost host = described ? described_host(arguments, snapshot.provenance) : this_host(snapshot);
  host.kernel = parse_kernel_version(host.kernel_text).value_or(KernelVersion{});
  const auto report = judge::judge_configuration(lines, host, described ? std::map<std::string, std::string>{} : snapshot.sysctls, catalog);
  WEIR_CHECK(arguments.json ? write_out(codec::config_report_to_json(report)) : show(context, ui::config_view(report)));
  const bool alarm =
      std::any_of(report.findings.begin(), report.findings.end(), [&arguments](const Finding& finding) { return finding.severity >= arguments.fail_on; });
  return alarm ? ExitCode::failed : ExitCode::ok;
}

}  // namespace weir::app
