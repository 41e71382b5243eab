#include "app/config_files.h"

#include "base/text.h"
#include "sense/configuration.h"

namespace weir::app {
namespace {

/// Folders become their *.conf files, sorted by name, as the loaders take them.
Result<std::vector<std::string>> expand_folders(kernel::Files& files,
                                                const std::vector<std::string>& paths) {
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
    if (expanded.size() == before)
      return make_error(ErrorCode::wrong_use, "there is no *.conf file in the folder " + path);
  }
  return expanded;
}

}  // namespace

Result<std::vector<ConfigLine>> read_config_lines(kernel::Files& files,
                                                  const std::vector<std::string>& paths) {
  WEIR_TRY(const auto expanded, expand_folders(files, paths));
  return sense::read_configuration_files(files, expanded);
}

ConfigHost config_host(const Snapshot& snapshot) {
  ConfigHost host;
  host.kernel_text = snapshot.provenance.kernel;
  host.kernel = parse_kernel_version(host.kernel_text).value_or(KernelVersion{});
  host.memory = snapshot.host.memory;
  host.page_size = snapshot.host.page_size;
  host.cpus = snapshot.host.cpus;
  host.ehash_entries = snapshot.host.ehash_entries;
  return host;
}

}  // namespace weir::app
