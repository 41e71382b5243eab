#include "lab/shape.h"

#include <string>
#include <vector>

#include "base/text.h"
#include "lab/process.h"

namespace weir::lab {
namespace {

Result<std::string> run_tc(const Namespace& place, const std::vector<std::string>& arguments) {
  std::vector<std::string> all{"tc"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  CommandOptions options;
  options.netns = place.name();
  WEIR_TRY(CommandResult done, run_command(all, options));
  if (done.use.exit_code != 0)
    return make_error(ErrorCode::io, "tc failed: " + std::string(trim(done.err)));
  return std::move(done.out);
}

}  // namespace

Status shape_link(const Namespace& place, const Shape& shape) {
  const auto text = [](std::int64_t number) { return std::to_string(number); };
  WEIR_TRY(const std::string said,
           run_tc(place, {"qdisc", "replace", "dev", link_name, "root", "tbf", "rate",
                          text(shape.bits_per_second) + "bit", "burst",
                          text(shape.burst.count) + "b", "limit", text(shape.queue.count) + "b"}));
  return {};
}

Result<std::int64_t> read_queue_drops(const Namespace& place) {
  WEIR_TRY(const std::string text, run_tc(place, {"-s", "qdisc", "show", "dev", link_name}));
  // " Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)"
  constexpr std::string_view mark = "(dropped ";
  std::int64_t drops = 0;
  auto at = text.find(mark);
  if (at == std::string::npos)
    return make_error(ErrorCode::malformed, "tc does not report drops: " + text);
  for (; at != std::string::npos; at = text.find(mark, at + 1)) {
    const auto end = text.find(',', at);
    drops += parse_integer(std::string_view(text).substr(at + mark.size(), end - at - mark.size()))
                 .value_or(0);
  }
  return drops;
}

}  // namespace weir::lab
