// What the reading commands share: the catalog, the namespace that is meant, and its Recording.
// Not the judgement.
#pragma once

#include <memory>

#include "app/commands.h"
#include "kernel/linux/linux_kernel.h"
#include "model/catalog.h"
#include "model/recording.h"

namespace weir::app {

/// The window of `check` and `plan` when --for is not given: long enough for the bursts of a busy
/// server, short enough to wait for.
inline constexpr Nanoseconds standard_window = seconds(3);

/// Of the texts that are built in. Errors: none in a weir that passed its tests.
[[nodiscard]] Result<Catalog> load_catalog();

[[nodiscard]] Result<std::unique_ptr<kernel::LinuxKernel>> open_place(const Place& place);

/// From the file of --from, or of the place's namespace: since the snapshot of --since, else for
/// the window.
[[nodiscard]] Result<Recording> obtain_recording(const Context& context);

}  // namespace weir::app
