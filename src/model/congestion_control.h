// CongestionControl: net.ipv4.tcp_congestion_control as an undo needs it.
// In the host's first namespace whatever becomes the default may be chosen by every process from then on, also when it is no longer the default
// (TCP_CONG_NON_RESTRICTED, net/ipv4/tcp_cong.c tcp_set_default_congestion_control()): tcp_allowed_congestion_control grows with it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir {

inline constexpr std::string_view congestion_control_name = "net.ipv4.tcp_congestion_control";
inline constexpr std::string_view allowed_congestion_control_name = "net.ipv4.tcp_allowed_congestion_control";

struct CongestionControl {
  std::string name;                    ///< the default
  std::optional<std::string> allowed;  ///< tcp_allowed_congestion_control, names with a blank between them; nothing where it was not read
};

/// "cubic; allowed: reno cubic", or the name alone.
[[nodiscard]] std::string format_congestion_control(const CongestionControl& control);
/// A text without a list is a name, whatever it is.
[[nodiscard]] CongestionControl parse_congestion_control(std::string_view text);

}  // namespace weir
