#include "model/congestion_control.h"

namespace weir {
namespace {

constexpr std::string_view list_begins = "; allowed: ";

}  // namespace

std::string format_congestion_control(const CongestionControl& control) {
  return control.name + (control.allowed ? std::string(list_begins) + *control.allowed : std::string());
}

CongestionControl parse_congestion_control(std::string_view text) {
  const auto at = text.find(list_begins);
  if (at == std::string_view::npos) return {std::string(text), std::nullopt};
  return {std::string(text.substr(0, at)), std::string(text.substr(at + list_begins.size()))};
}

}  // namespace weir
