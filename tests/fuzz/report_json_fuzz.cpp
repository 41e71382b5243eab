// Any bytes as a report: the parser refuses or accepts them. An accepted report is written and read
// back without loss, except that decimals are rounded once.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "codec/report_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto report = weir::codec::parse_report(bytes);
  if (!report) return 0;
  if (!weir::codec::is_report(bytes)) std::abort();
  const auto once = weir::codec::parse_report(weir::codec::report_to_json(*report));
  if (!once || once->findings.size() != report->findings.size() || !(once->host == report->host))
    std::abort();
  const auto twice = weir::codec::parse_report(weir::codec::report_to_json(*once));
  if (!twice || !(twice->findings == once->findings)) std::abort();
  return 0;
}
