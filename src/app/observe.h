// Shared by the commands that read: the catalog, the chosen network namespace, its Recording, and
// the sysctl files that the user names. Not the judgement.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/options.h"
#include "base/result.h"
#include "kernel/linux/linux_kernel.h"
#include "model/catalog.h"
#include "model/configuration.h"
#include "model/recording.h"

namespace weir::app {

/// The catalog, made from the built-in texts. Errors: none in a weir that passed its tests.
[[nodiscard]] Result<Catalog> load_catalog();

[[nodiscard]] Result<std::unique_ptr<kernel::LinuxKernel>> open_namespace(
    const NamespaceOption& option);

/// Watches the namespace for the window, or for 3 s, and shows the progress on standard error.
/// SIGINT and SIGTERM end the window early.
[[nodiscard]] Result<Recording> watch_namespace(const Context& context,
                                                const NamespaceOption& option,
                                                const std::optional<Nanoseconds>& window);

/// The Recording in a file. Errors: those of reading it, malformed.
[[nodiscard]] Result<Recording> read_recording(const std::string& file);

/// The assignments of these sysctl files, in order; a folder means its *.conf files. Errors:
/// wrong_use (a folder without such a file), the files'.
[[nodiscard]] Result<std::vector<ConfigLine>> read_config_lines(
    kernel::Files& files, const std::vector<std::string>& paths);

/// The machine of this snapshot.
[[nodiscard]] ConfigHost machine_of(const Snapshot& snapshot);

}  // namespace weir::app
