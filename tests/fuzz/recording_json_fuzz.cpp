// Any bytes as a recording: the parser refuses or accepts them, and an accepted recording is
// written and read back without loss.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "codec/recording_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto recording = weir::codec::parse_recording({reinterpret_cast<const char*>(data), size});
  if (!recording) return 0;
  const auto again = weir::codec::parse_recording(weir::codec::recording_to_json(*recording));
  if (!again || !(*again == *recording)) std::abort();
  return 0;
}
