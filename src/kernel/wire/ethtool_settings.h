// The numbers of a driver that SIOCETHTOOL can set: rings, channels, coalescing; and its features.
// Bytes of the commands, both ways. Not a call. Their names are those of model/link_attribute.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/wire/netlink.h"

namespace weir::wire {

/// One number of ethtool_ringparam, ethtool_channels or ethtool_coalesce (linux/ethtool.h). Each of
/// these is read and set as a whole.
struct DriverSetting {
  std::string_view attribute;      ///< "ring.rx"
  std::uint32_t question = 0;      ///< ETHTOOL_GRINGPARAM …
  std::uint32_t change = 0;        ///< ETHTOOL_SRINGPARAM …
  std::size_t size = 0;            ///< of the command
  std::size_t at = 0;              ///< offset of the number in it
  std::optional<std::size_t> max;  ///< offset of the device's maximum
  bool is_switch = false;          ///< 0 and 1 are "off" and "on"
};

/// The settings of one command are next to each other.
[[nodiscard]] std::span<const DriverSetting> driver_settings();
/// nullptr if no setting has this name.
[[nodiscard]] const DriverSetting* find_driver_setting(std::string_view attribute);

[[nodiscard]] ByteBuffer build_setting_question(const DriverSetting& setting);
/// The number in the answer, and the device's maximum. Nothing if it is not such an answer (or the
/// command has no maximum).
[[nodiscard]] std::optional<std::uint32_t> parse_setting(ByteSpan answer,
                                                         const DriverSetting& setting);
[[nodiscard]] std::optional<std::uint32_t> parse_setting_maximum(ByteSpan answer,
                                                                 const DriverSetting& setting);
/// The command that sets one number and keeps the other numbers of the answer.
[[nodiscard]] ByteBuffer build_setting_change(ByteSpan answer, const DriverSetting& setting,
                                              std::uint32_t value);

/// The text of a value in steps: "256", "on".
[[nodiscard]] std::string format_setting(const DriverSetting& setting, std::uint32_t value);
/// Nothing if the text is not a value of this setting.
[[nodiscard]] std::optional<std::uint32_t> parse_setting_text(const DriverSetting& setting,
                                                              std::string_view text);

// Features: their number (ETHTOOL_GSSET_INFO), their names (ETHTOOL_GSTRINGS), their states
// (ETHTOOL_GFEATURES).

[[nodiscard]] ByteBuffer build_feature_count();
/// The few features that the oldest command reports at once (ETHTOOL_GFLAGS), and whether large
/// receive offload is on.
[[nodiscard]] ByteBuffer build_flags_question();
[[nodiscard]] bool parse_large_receive(ByteSpan answer);
[[nodiscard]] ByteBuffer write_flags(bool large_receive);
[[nodiscard]] std::optional<std::size_t> parse_feature_count(ByteSpan answer);
/// The answer has the form of parse_counter_names().
[[nodiscard]] ByteBuffer build_feature_names(std::size_t count);
[[nodiscard]] ByteBuffer build_features(std::size_t count);

struct FeatureState {
  bool available = false;  ///< it can be changed (hw_features, and none of NETIF_F_NEVER_CHANGE)
  bool wanted = false;     ///< the requested state; only for features that can be changed
  bool active = false;     ///< the real state: another feature may forbid the wanted state
  friend bool operator==(const FeatureState&, const FeatureState&) = default;
};
/// Nothing if the answer has no place for it.
[[nodiscard]] std::optional<FeatureState> parse_feature(ByteSpan answer, std::size_t at);
/// The command that requests one feature to be on or off (ETHTOOL_SFEATURES).
[[nodiscard]] ByteBuffer build_feature_change(std::size_t count, std::size_t at, bool on);

/// "on", "off"; "off, wanted on" if another feature forbids it, so that an undo restores the wish
/// as well.
[[nodiscard]] std::string format_feature(const FeatureState& state);
/// The state to request so that the feature gets this state; nothing if the text is not a state.
[[nodiscard]] std::optional<bool> parse_feature_wish(std::string_view text);

// A driver's answers and the changes that a command asks for: for the fake kernel.

struct SettingChange {
  const DriverSetting* setting = nullptr;
  std::uint32_t value = 0;
};
/// The numbers that a command sets; empty for another command.
[[nodiscard]] std::vector<SettingChange> parse_setting_changes(ByteSpan command);
[[nodiscard]] ByteBuffer write_setting(ByteSpan answer, std::size_t at, std::uint32_t value);
[[nodiscard]] ByteBuffer write_feature_count(std::size_t count);
[[nodiscard]] ByteBuffer write_feature_names(const std::vector<std::string>& names);
[[nodiscard]] ByteBuffer write_features(const std::vector<FeatureState>& features);
struct FeatureChange {
  std::size_t at = 0;
  bool on = false;
};
[[nodiscard]] std::vector<FeatureChange> parse_feature_changes(ByteSpan command);

}  // namespace weir::wire
