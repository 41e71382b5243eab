// Any bytes as a plan: the parser refuses or accepts them, and an accepted plan is written and read
// back without loss.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "codec/plan_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto plan = weir::codec::parse_plan({reinterpret_cast<const char*>(data), size});
  if (!plan) return 0;
  const auto again = weir::codec::parse_plan(weir::codec::plan_to_json(*plan));
  if (!again || !(*again == *plan)) std::abort();
  return 0;
}
