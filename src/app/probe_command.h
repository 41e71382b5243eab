// The user's probe: a command that says whether the host still does its work after a plan was
// applied. Not a check of weir's own.
#pragma once

#include <string>

#include "base/result.h"
#include "base/units.h"

namespace weir::app {

/// Runs `/bin/sh -c COMMAND` in a process group of its own, with nothing on its standard input, and
/// waits. Errors: conflict (it exited with another status than 0, was ended by a signal, or did not
/// end within the limit and was killed with its group), io.
[[nodiscard]] Status run_probe(const std::string& command, Nanoseconds limit);

}  // namespace weir::app
