// What the reading commands share: the catalog, the network namespace that is meant, its
// Recording, and the sysctl files that the user names. Not the judgement.
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

/// The catalog of the texts that are built in. Errors: none in a weir that passed its tests.
[[nodiscard]] Result<Catalog> load_catalog();

[[nodiscard]] Result<std::unique_ptr<kernel::LinuxKernel>> open_namespace(
    const NamespaceOption& option);

/// Watches the namespace for the window, or for 3 s, and shows on standard error how far it is.
/// SIGINT and SIGTERM end the window early.
[[nodiscard]] Result<Recording> watch_namespace(const Context& context,
                                                const NamespaceOption& option,
                                                const std::optional<Nanoseconds>& window);

/// The Recording in a file. Errors: those of reading it, malformed.
[[nodiscard]] Result<Recording> read_recording(const std::string& file);

/// The assignments of these sysctl files, in order; a folder stands for its *.conf files. Errors:
/// wrong_use (a folder without any), the files'.
[[nodiscard]] Result<std::vector<ConfigLine>> read_config_lines(
    kernel::Files& files, const std::vector<std::string>& paths);

/// The machine that the snapshot was taken of.
[[nodiscard]] ConfigHost machine_of(const Snapshot& snapshot);

}  // namespace weir::app
