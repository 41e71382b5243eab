#include "kernel/wire/ethtool_settings.h"

#include <algorithm>
#include <array>

#include <linux/ethtool.h>

#include "base/text.h"
#include "kernel/wire/ethtool_words.h"

namespace weir::wire {
namespace {

template <class Command>
constexpr DriverSetting setting(std::string_view attribute, std::uint32_t question,
                                std::uint32_t change, std::size_t at,
                                std::optional<std::size_t> max = std::nullopt,
                                bool is_switch = false) {
  static_assert(sizeof(Command) % word_size == 0 && alignof(Command) == word_size);
  return {attribute, question, change, sizeof(Command), at, max, is_switch};
}

constexpr DriverSetting ring(std::string_view attribute, std::size_t at, std::size_t max) {
  return setting<ethtool_ringparam>(attribute, ETHTOOL_GRINGPARAM, ETHTOOL_SRINGPARAM, at, max);
}
constexpr DriverSetting channels(std::string_view attribute, std::size_t at, std::size_t max) {
  return setting<ethtool_channels>(attribute, ETHTOOL_GCHANNELS, ETHTOOL_SCHANNELS, at, max);
}
constexpr DriverSetting coalesce(std::string_view attribute, std::size_t at,
                                 bool is_switch = false) {
  return setting<ethtool_coalesce>(attribute, ETHTOOL_GCOALESCE, ETHTOOL_SCOALESCE, at,
                                   std::nullopt, is_switch);
}

constexpr std::array settings{
    ring("ring.rx", offsetof(ethtool_ringparam, rx_pending),
         offsetof(ethtool_ringparam, rx_max_pending)),
    ring("ring.tx", offsetof(ethtool_ringparam, tx_pending),
         offsetof(ethtool_ringparam, tx_max_pending)),
    channels("channels.combined", offsetof(ethtool_channels, combined_count),
             offsetof(ethtool_channels, max_combined)),
    channels("channels.rx", offsetof(ethtool_channels, rx_count),
             offsetof(ethtool_channels, max_rx)),
    channels("channels.tx", offsetof(ethtool_channels, tx_count),
             offsetof(ethtool_channels, max_tx)),
    coalesce("coalesce.adaptive-rx", offsetof(ethtool_coalesce, use_adaptive_rx_coalesce), true),
    coalesce("coalesce.adaptive-tx", offsetof(ethtool_coalesce, use_adaptive_tx_coalesce), true),
    coalesce("coalesce.rx-usecs", offsetof(ethtool_coalesce, rx_coalesce_usecs)),
    coalesce("coalesce.rx-frames", offsetof(ethtool_coalesce, rx_max_coalesced_frames)),
    coalesce("coalesce.tx-usecs", offsetof(ethtool_coalesce, tx_coalesce_usecs)),
    coalesce("coalesce.tx-frames", offsetof(ethtool_coalesce, tx_max_coalesced_frames)),
};

// struct ethtool_get_features_block and ethtool_set_features_block: words of 32 features.
constexpr std::size_t features_header = 2 * word_size;  // cmd, size
constexpr std::size_t get_block = sizeof(ethtool_get_features_block);
constexpr std::size_t set_block = sizeof(ethtool_set_features_block);
static_assert(sizeof(ethtool_gfeatures) == features_header &&
              sizeof(ethtool_sfeatures) == features_header);
constexpr std::uint64_t feature_set = 1ULL << ETH_SS_FEATURES;

std::size_t count_words(std::size_t features) { return (features + word_bits - 1) / word_bits; }

void store_word(ByteBuffer& bytes, std::size_t at, std::uint32_t value) {
  std::memcpy(bytes.data() + at, &value, sizeof(value));
}

std::uint32_t word_at(ByteSpan bytes, std::size_t at) {
  return at <= bytes.size() ? load<std::uint32_t>(bytes.subspan(at)).value_or(0) : 0;
}

void set_block_bit(ByteBuffer& bytes, std::size_t at, std::size_t bit) {
  store_word(bytes, at, word_at(bytes, at) | 1U << (bit % word_bits));
}

template <class Header>
ByteBuffer begin_command(const Header& header, std::size_t more) {
  ByteBuffer bytes(sizeof(Header) + more);
  std::memcpy(bytes.data(), &header, sizeof(Header));
  return bytes;
}

/// struct ethtool_gfeatures or ethtool_sfeatures. clang makes no object of them because of their
/// array of no size.
ByteBuffer begin_features(std::uint32_t command, std::size_t count, std::size_t block) {
  static_assert(offsetof(ethtool_gfeatures, size) == offsetof(ethtool_sfeatures, size));
  const std::size_t words = count_words(count);
  ByteBuffer bytes(features_header + words * block);
  store_word(bytes, 0, command);
  store_word(bytes, offsetof(ethtool_gfeatures, size), static_cast<std::uint32_t>(words));
  return bytes;
}

}  // namespace

std::span<const DriverSetting> driver_settings() { return settings; }

const DriverSetting* find_driver_setting(std::string_view attribute) {
  const auto* const found =
      std::find_if(settings.begin(), settings.end(),
                   [&](const DriverSetting& one) { return one.attribute == attribute; });
  return found == settings.end() ? nullptr : &*found;
}

ByteBuffer build_setting_question(const DriverSetting& setting) {
  ByteBuffer bytes(setting.size);
  store_word(bytes, 0, setting.question);
  return bytes;
}

std::optional<std::uint32_t> parse_setting(ByteSpan answer, const DriverSetting& setting) {
  if (answer.size() < setting.size) return std::nullopt;
  return word_at(answer, setting.at);
}

std::optional<std::uint32_t> parse_setting_maximum(ByteSpan answer, const DriverSetting& setting) {
  if (answer.size() < setting.size || !setting.max) return std::nullopt;
  return word_at(answer, *setting.max);
}

ByteBuffer build_setting_change(ByteSpan answer, const DriverSetting& setting,
                                std::uint32_t value) {
  ByteBuffer bytes(answer.begin(), answer.end());
  bytes.resize(setting.size);
  store_word(bytes, 0, setting.change);
  store_word(bytes, setting.at, value);
  return bytes;
}

std::string format_setting(const DriverSetting& setting, std::uint32_t value) {
  if (!setting.is_switch) return std::to_string(value);
  return value == 0 ? "off" : "on";
}

std::optional<std::uint32_t> parse_setting_text(const DriverSetting& setting,
                                                std::string_view text) {
  text = trim(text);
  if (setting.is_switch) {
    if (text != "on" && text != "off") return std::nullopt;
    return text == "on" ? 1U : 0U;
  }
  const auto number = parse_unsigned(text);
  if (!number || *number > UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

ByteBuffer build_flags_question() {
  ByteBuffer command(sizeof(ethtool_value));
  store_word(command, 0, ETHTOOL_GFLAGS);
  return command;
}

bool parse_large_receive(ByteSpan answer) {
  return (word_at(answer, offsetof(ethtool_value, data)) & ETH_FLAG_LRO) != 0;
}

ByteBuffer write_flags(bool large_receive) {
  ByteBuffer answer = build_flags_question();
  store_word(answer, offsetof(ethtool_value, data), large_receive ? ETH_FLAG_LRO : 0);
  return answer;
}

ByteBuffer build_feature_count() {
  ethtool_sset_info info{};
  info.cmd = ETHTOOL_GSSET_INFO;
  info.sset_mask = feature_set;
  return begin_command(info, sizeof(std::uint64_t));  // one number, and the rest of the eight bytes
}

std::optional<std::size_t> parse_feature_count(ByteSpan answer) {
  ethtool_sset_info info{};
  if (answer.size() < set_count_at + word_size) return std::nullopt;
  std::memcpy(&info, answer.data(), sizeof(info));
  if ((info.sset_mask & feature_set) == 0) return std::nullopt;
  return word_at(answer, set_count_at);
}

ByteBuffer build_feature_names(std::size_t count) {
  ethtool_gstrings strings{};
  strings.cmd = ETHTOOL_GSTRINGS;
  strings.string_set = ETH_SS_FEATURES;
  strings.len = static_cast<std::uint32_t>(count);
  return begin_command(strings, count * ETH_GSTRING_LEN);
}

ByteBuffer build_features(std::size_t count) {
  return begin_features(ETHTOOL_GFEATURES, count, get_block);
}

std::optional<FeatureState> parse_feature(ByteSpan answer, std::size_t at) {
  const std::size_t words = word_at(answer, offsetof(ethtool_gfeatures, size));
  const std::size_t block = features_header + at / word_bits * get_block;
  if (at / word_bits >= words || answer.size() < block + get_block) return std::nullopt;
  const std::uint32_t bit = 1U << (at % word_bits);
  const auto has = [&](std::size_t member) { return (word_at(answer, block + member) & bit) != 0; };
  FeatureState state;
  state.active = has(offsetof(ethtool_get_features_block, active));
  state.available = has(offsetof(ethtool_get_features_block, available)) &&
                    !has(offsetof(ethtool_get_features_block, never_changed));
  state.wanted = state.available && has(offsetof(ethtool_get_features_block, requested));
  return state;
}

ByteBuffer build_feature_change(std::size_t count, std::size_t at, bool on) {
  ByteBuffer bytes = begin_features(ETHTOOL_SFEATURES, count, set_block);
  const std::size_t block = features_header + at / word_bits * set_block;
  if (block + set_block > bytes.size()) return bytes;
  set_block_bit(bytes, block + offsetof(ethtool_set_features_block, valid), at);
  if (on) set_block_bit(bytes, block + offsetof(ethtool_set_features_block, requested), at);
  return bytes;
}

std::string format_feature(const FeatureState& state) {
  std::string text = state.active ? "on" : "off";
  if (state.available && state.wanted != state.active)
    text += state.wanted ? ", wanted on" : ", wanted off";
  return text;
}

std::optional<bool> parse_feature_wish(std::string_view text) {
  text = trim(text);
  if (text == "on" || text == "off, wanted on") return true;
  if (text == "off" || text == "on, wanted off") return false;
  return std::nullopt;
}

std::vector<SettingChange> parse_setting_changes(ByteSpan command) {
  std::vector<SettingChange> changes;
  for (const auto& one : settings) {
    if (word_at(command, 0) == one.change && command.size() >= one.size)
      changes.push_back({&one, word_at(command, one.at)});
  }
  return changes;
}

ByteBuffer write_setting(ByteSpan answer, std::size_t at, std::uint32_t value) {
  ByteBuffer bytes(answer.begin(), answer.end());
  if (at + word_size <= bytes.size()) store_word(bytes, at, value);
  return bytes;
}

ByteBuffer write_feature_count(std::size_t count) {
  ByteBuffer bytes = build_feature_count();
  store_word(bytes, set_count_at, static_cast<std::uint32_t>(count));
  return bytes;
}

ByteBuffer write_feature_names(const std::vector<std::string>& names) {
  ByteBuffer bytes = build_feature_names(names.size());
  for (std::size_t i = 0; i < names.size(); ++i)
    std::memcpy(bytes.data() + sizeof(ethtool_gstrings) + i * ETH_GSTRING_LEN, names[i].data(),
                std::min<std::size_t>(names[i].size(), ETH_GSTRING_LEN - 1));
  return bytes;
}

ByteBuffer write_features(const std::vector<FeatureState>& features) {
  ByteBuffer bytes = build_features(features.size());
  for (std::size_t i = 0; i < features.size(); ++i) {
    const std::size_t block = features_header + i / word_bits * get_block;
    if (features[i].available)
      set_block_bit(bytes, block + offsetof(ethtool_get_features_block, available), i);
    if (features[i].wanted)
      set_block_bit(bytes, block + offsetof(ethtool_get_features_block, requested), i);
    if (features[i].active)
      set_block_bit(bytes, block + offsetof(ethtool_get_features_block, active), i);
  }
  return bytes;
}

std::vector<FeatureChange> parse_feature_changes(ByteSpan command) {
  std::vector<FeatureChange> changes;
  if (word_at(command, 0) != ETHTOOL_SFEATURES) return changes;
  const std::size_t words = std::min<std::size_t>(
      word_at(command, offsetof(ethtool_sfeatures, size)), command.size() / set_block);
  for (std::size_t i = 0; i < words * word_bits; ++i) {
    const std::size_t block = features_header + i / word_bits * set_block;
    const std::uint32_t bit = 1U << (i % word_bits);
    if ((word_at(command, block + offsetof(ethtool_set_features_block, valid)) & bit) == 0)
      continue;
    changes.push_back(
        {i,
         (word_at(command, block + offsetof(ethtool_set_features_block, requested)) & bit) != 0});
  }
  return changes;
}

}  // namespace weir::wire
