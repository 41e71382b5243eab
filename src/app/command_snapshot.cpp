// `weir snapshot`: writes the data that `weir check` would judge.
#include "app/arguments.h"
#include "app/command.h"
#include "app/observe.h"
#include "app/output.h"
#include "codec/recording_json.h"
#include "sense/record.h"

namespace weir::app {
namespace {

struct SnapshotOptions {
  std::optional<Nanoseconds> window;
  std::string output;
  NamespaceOption place;
};

void describe_snapshot(CommandBuilder& builder, SnapshotOptions& options) {
  builder.summary(
      "Records the data that `weir check` would judge. `weir check --from` judges it elsewhere.");
  builder.notes(
      "Without --for it writes a single snapshot (weir.snapshot/1), with --for a recording of that window (weir.recording/1). "
      "The file holds addresses, process names and settings of this host. "
      "Needs what `weir check` needs.");
  add_window_option(builder, options.window, "; without it, one snapshot is taken at once");
  builder.option("-o,--output", "FILE",
                 "the file to write; - is standard output (the default if it is redirected)",
                 options.output);
  add_namespace_option(builder, options.place);
}

Result<ExitCode> run_snapshot(const Context& context, const SnapshotOptions& options) {
  if (options.output.empty() && context.environment.out_is_terminal) {
    return make_error(
        ErrorCode::wrong_use,
        "a snapshot is too long for a terminal; name a file with -o, or redirect the output");
  }
  Recording recording;
  if (options.window) {
    WEIR_TRY(recording, watch_namespace(context, options.place, options.window));
  } else {
    WEIR_TRY(const auto opened, open_namespace(options.place));
    auto kernel = opened->kernel();
    WEIR_TRY(recording.first, sense::read_snapshot(kernel, {}));
  }
  WEIR_CHECK(write_file(options.output.empty() ? "-" : options.output,
                        codec::recording_to_json(recording)));
  return ExitCode::ok;
}

}  // namespace

Command make_snapshot(CommandBuilder& builder) {
  return make_command(builder, describe_snapshot, run_snapshot);
}

}  // namespace weir::app
