#include "app/commands.h"
#include "app/observe.h"
#include "app/output.h"
#include "codec/recording_json.h"
#include "sense/record.h"

namespace weir::app {

Result<ExitCode> run_snapshot(const Context& context) {
  const Arguments& arguments = context.arguments;
  if (arguments.output.empty() && context.environment.out_is_terminal) {
    return make_error(
        ErrorCode::wrong_use,
        "a snapshot is long and not for reading; name a file with -o, or redirect the output");
  }
  Recording recording;
  if (arguments.window) {
    WEIR_TRY(recording, obtain_recording(context));
  } else {
    WEIR_TRY(const auto place, open_place(arguments.place));
    auto kernel = place->kernel();
    WEIR_TRY(recording.first, sense::read_snapshot(kernel, {}));
  }
  WEIR_CHECK(write_file(arguments.output.empty() ? "-" : arguments.output,
                        codec::recording_to_json(recording)));
  return ExitCode::ok;
}

}  // namespace weir::app
