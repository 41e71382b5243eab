// `weir version`, which --version also runs.
#include "app/arguments.h"
#include "app/command.h"
#include "app/output.h"
#include "base/version.h"

namespace weir::app {
namespace {

Result<ExitCode> run_version(const Context& /*context*/) {
  WEIR_CHECK(write_out("weir " + std::string(version()) + "\n"));
  return ExitCode::ok;
}

}  // namespace

Command make_version(CommandBuilder& builder) {
  builder.summary("Prints the version.");
  return {run_version};
}

}  // namespace weir::app
