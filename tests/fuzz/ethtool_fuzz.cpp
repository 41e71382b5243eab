// Answers to ethtool commands: any bytes, of any command, are read within their bounds.
#include <cstdint>

#include "kernel/wire/ethtool.h"
#include "kernel/wire/ethtool_settings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const auto bytes = std::as_bytes(std::span(data, size));
  static_cast<void>(wire::parse_ethtool_command(bytes));
  if (const auto words = wire::parse_mask_words(bytes); words && *words > wire::max_mask_words)
    __builtin_trap();
  if (const auto settings = wire::parse_link_settings(bytes)) {
    if (settings->speed_mbit && *settings->speed_mbit <= 0) __builtin_trap();
    const auto again = wire::parse_link_settings(wire::write_link_settings(*settings, 4));
    if (!again || again->speed_mbit != settings->speed_mbit ||
        again->modes.duplex != settings->modes.duplex)
      __builtin_trap();
  }
  if (const auto queues = wire::parse_receive_queues(bytes); queues && *queues < 0)
    __builtin_trap();
  for (const auto& setting : wire::driver_settings()) {
    const auto value = wire::parse_setting(bytes, setting);
    if (value &&
        wire::parse_setting(
            wire::write_setting(wire::build_setting_change(bytes, setting, 7), setting.at, *value),
            setting) != value)
      __builtin_trap();
    static_cast<void>(wire::parse_setting_maximum(bytes, setting));
  }
  for (const auto& change : wire::parse_setting_changes(bytes)) {
    if (wire::parse_setting_text(*change.setting,
                                 wire::format_setting(*change.setting, change.value))
            .has_value() == false)
      __builtin_trap();
  }
  static_cast<void>(wire::parse_feature_count(bytes));
  for (const std::size_t at : {std::size_t{0}, std::size_t{33}, size * 2, SIZE_MAX}) {
    if (const auto state = wire::parse_feature(bytes, at);
        state && !wire::parse_feature_wish(wire::format_feature(*state)))
      __builtin_trap();
  }
  static_cast<void>(wire::parse_feature_changes(bytes));
  const auto told = wire::parse_counter_count(bytes);
  for (const std::size_t count : {size / 32, size / 8, std::size_t{1}, told.value_or(0)}) {
    std::size_t names = 0;
    const bool whole =
        wire::parse_counter_names(bytes, count, [&](std::size_t, std::string_view name) {
          ++names;
          if (name.size() > 32) __builtin_trap();
        });
    if (names != (whole ? count : 0)) __builtin_trap();
    for (const std::size_t at : {std::size_t{0}, count / 2, count, SIZE_MAX}) {
      if (const auto value = wire::parse_counter_value(bytes, count, at); value && *value < 0)
        __builtin_trap();
    }
  }
  return 0;
}
