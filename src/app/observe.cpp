#include "app/observe.h"

#include "app/knowledge.h"
#include "app/output.h"
#include "app/progress.h"
#include "codec/catalog_toml.h"
#include "codec/recording_json.h"
#include "sense/record.h"

namespace weir::app {

Result<Catalog> load_catalog() {
  return codec::parse_catalog(knowledge::parameters_toml(), knowledge::findings_toml(),
                              knowledge::servers_toml());
}

Result<std::unique_ptr<kernel::LinuxKernel>> open_place(const Place& place) {
  if (place.pid) return kernel::LinuxKernel::open_pid(*place.pid);
  if (!place.netns.empty()) return kernel::LinuxKernel::open_netns(place.netns);
  return kernel::LinuxKernel::open_current();
}

Result<Recording> obtain_recording(const Context& context) {
  const Arguments& arguments = context.arguments;
  if (!arguments.from.empty()) {
    WEIR_TRY(const std::string text, read_file(arguments.from));
    return codec::parse_recording(text).with_context(arguments.from);
  }
  WEIR_TRY(const auto place, open_place(arguments.place));
  auto kernel = place->kernel();
  if (!arguments.since.empty()) {
    WEIR_TRY(const std::string text, read_file(arguments.since));
    WEIR_TRY(Recording earlier, codec::parse_recording(text).with_context(arguments.since));
    return sense::record_since(kernel, {},
                               earlier.last ? *std::move(earlier.last) : std::move(earlier.first))
        .with_context(arguments.since);
  }
  sense::RecordOptions options;
  options.window = arguments.window.value_or(standard_window);
  WindowProgress progress(context.environment, options.window);
  return sense::record(kernel, options,
                       [&progress](double share) { return progress.update(share); });
}

}  // namespace weir::app
