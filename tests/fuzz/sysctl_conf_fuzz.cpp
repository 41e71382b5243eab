// sysctl.conf files: any text gives lines with rising numbers, and a normalised key stays as it is.
#include <cstdint>
#include <string_view>

#include "kernel/wire/sysctl_conf.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::int64_t last = 0;
  for (const auto& line : wire::parse_sysctl_conf("fuzz.conf", text)) {
    if (line.line <= last) __builtin_trap();
    last = line.line;
    if (line.key.empty() && line.value.empty()) __builtin_trap();
    static_cast<void>(wire::sysctl_path(line.key));
  }
  return 0;
}
