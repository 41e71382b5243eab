// demo(): a loaded server in a namespace of its own whose accept queue overflows: checked, planned,
// healed, checked again, and put back. Not a simulation: what it shows was measured, and what it
// does is what check, plan, apply and undo do.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "kernel/port/watchdog.h"
#include "model/catalog.h"
#include "ui/cli/terminal.h"

namespace weir::app {

struct DemoParts {
  const Catalog& catalog;
  kernel::Watchdog& watchdog;
  ui::Terminal terminal;
  std::function<void(std::string_view)> write;  ///< shows text at once
};

/// Takes about 20 s. Whether the clients really fared better and everything was put back. Needs
/// root; nginx and wrk are used where they are installed. Errors: not_permitted, io, and those of
/// every step.
Result<bool> demo(const DemoParts& parts);

}  // namespace weir::app
