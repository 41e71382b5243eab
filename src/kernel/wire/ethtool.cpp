#include "kernel/wire/ethtool.h"

#include <algorithm>
#include <array>
#include <bit>
#include <climits>
#include <string>

#include <linux/ethtool.h>

#include "kernel/wire/counters.h"
#include "kernel/wire/ethtool_words.h"

namespace weir::wire {
namespace {

struct Range {
  std::size_t first;
  std::size_t last;
  LinkMode mode;
};

/// enum ethtool_link_mode_bit_indices (include/uapi/linux/ethtool.h, Linux 6.18 and, from 121 on,
/// 6.19). Neighbouring bits of one speed and duplex are together. Bits without a speed are left
/// out, and bit 20, which is the error correction of 10000baseR.
constexpr std::array<Range, 41> ranges{{
    {0, 0, {10, false}},        {1, 1, {10, true}},          {2, 2, {100, false}},
    {3, 3, {100, true}},        {4, 4, {1000, false}},       {5, 5, {1000, true}},
    {12, 12, {10000, true}},    {15, 15, {2500, true}},      {17, 17, {1000, true}},
    {18, 19, {10000, true}},    {21, 22, {20000, true}},     {23, 26, {40000, true}},
    {27, 30, {56000, true}},    {31, 33, {25000, true}},     {34, 35, {50000, true}},
    {36, 39, {100000, true}},   {40, 40, {50000, true}},     {41, 41, {1000, true}},
    {42, 46, {10000, true}},    {47, 47, {2500, true}},      {48, 48, {5000, true}},
    {52, 56, {50000, true}},    {57, 61, {100000, true}},    {62, 66, {200000, true}},
    {67, 67, {100, true}},      {68, 68, {1000, true}},      {69, 73, {400000, true}},
    {75, 79, {100000, true}},   {80, 84, {200000, true}},    {85, 89, {400000, true}},
    {90, 90, {100, false}},     {91, 91, {100, true}},       {92, 92, {10, true}},
    {93, 98, {800000, true}},   {99, 99, {10, true}},        {100, 101, {10, false}},
    {102, 102, {10, true}},     {103, 108, {200000, true}},  {109, 114, {400000, true}},
    {115, 120, {800000, true}}, {121, 124, {1600000, true}},
}};

static_assert(max_mask_words == SCHAR_MAX);

constexpr std::size_t settings_size = sizeof(ethtool_link_settings);

template <class Value>
void append_value(ByteBuffer& bytes, const Value& value) {
  const auto more = std::as_bytes(std::span(&value, 1));
  bytes.insert(bytes.end(), more.begin(), more.end());
}

/// A header whose type ends with an array of no size. load() cannot hold such a type.
template <class Header>
bool load_header(ByteSpan bytes, Header& header) {
  if (bytes.size() < sizeof(Header)) return false;
  std::memcpy(&header, bytes.data(), sizeof(Header));
  return true;
}

/// The fastest mode of a mask, and whether any is full duplex.
struct MaskModes {
  std::optional<std::int64_t> mbit;
  bool full = false;
};

MaskModes read_mask(ByteSpan mask) {
  MaskModes modes;
  for (std::size_t word = 0; (word + 1) * word_size <= mask.size(); ++word) {
    auto bits = load<std::uint32_t>(mask.subspan(word * word_size)).value_or(0);
    for (; bits != 0; bits &= bits - 1) {
      const auto mode =
          link_mode_of(word * word_bits + static_cast<std::size_t>(std::countr_zero(bits)));
      if (!mode) continue;
      modes.mbit = std::max(modes.mbit.value_or(0), mode->mbit);
      modes.full = modes.full || mode->full;
    }
  }
  return modes;
}

std::string duplex_name(std::uint8_t duplex) {
  if (duplex == DUPLEX_HALF) return "half";
  if (duplex == DUPLEX_FULL) return "full";
  return {};
}

void set_mask_bit(std::vector<std::uint32_t>& mask, std::size_t bit) {
  if (bit / word_bits < mask.size()) mask[bit / word_bits] |= 1U << (bit % word_bits);
}

std::vector<std::uint32_t> make_mask(const std::optional<std::int64_t>& mbit, bool full,
                                     bool autonegotiation, std::size_t words) {
  std::vector<std::uint32_t> mask(words);
  if (const auto bit = find_link_mode_bit({mbit.value_or(0), full})) set_mask_bit(mask, *bit);
  if (autonegotiation) set_mask_bit(mask, ETHTOOL_LINK_MODE_Autoneg_BIT);
  return mask;
}

}  // namespace

std::optional<LinkMode> link_mode_of(std::size_t bit) {
  const auto* const found = std::find_if(ranges.begin(), ranges.end(), [&](const Range& range) {
    return range.first <= bit && bit <= range.last;
  });
  if (found == ranges.end()) return std::nullopt;
  return found->mode;
}

std::optional<std::size_t> find_link_mode_bit(const LinkMode& mode) {
  const auto* const found = std::find_if(ranges.begin(), ranges.end(),
                                         [&](const Range& range) { return range.mode == mode; });
  if (found == ranges.end()) return std::nullopt;
  return found->first;
}

std::uint32_t parse_ethtool_command(ByteSpan command) {
  return load<std::uint32_t>(command).value_or(0);
}

ByteBuffer build_link_settings(std::size_t words) {
  ethtool_link_settings settings{};
  settings.cmd = ETHTOOL_GLINKSETTINGS;
  settings.link_mode_masks_nwords = static_cast<std::int8_t>(std::min(words, max_mask_words));
  ByteBuffer bytes;
  append_value(bytes, settings);
  bytes.resize(settings_size + 3 * word_size * std::min(words, max_mask_words));
  return bytes;
}

std::optional<std::size_t> parse_mask_words(ByteSpan answer) {
  ethtool_link_settings settings{};
  if (!load_header(answer, settings) || settings.link_mode_masks_nwords >= 0 ||
      settings.link_mode_masks_nwords == SCHAR_MIN)
    return std::nullopt;
  return static_cast<std::size_t>(-settings.link_mode_masks_nwords);
}

std::optional<LinkSettings> parse_link_settings(ByteSpan answer) {
  ethtool_link_settings settings{};
  if (!load_header(answer, settings) || settings.link_mode_masks_nwords <= 0) return std::nullopt;
  const std::size_t mask_size =
      word_size * static_cast<std::size_t>(settings.link_mode_masks_nwords);
  const ByteSpan masks = answer.subspan(settings_size);
  if (masks.size() < 3 * mask_size) return std::nullopt;
  const auto supported = read_mask(masks.first(mask_size));
  const auto advertised = read_mask(masks.subspan(mask_size, mask_size));
  const auto peer = read_mask(masks.subspan(2 * mask_size, mask_size));
  LinkSettings result;
  if (settings.speed != 0 && settings.speed <= INT_MAX) result.speed_mbit = settings.speed;
  result.modes.duplex = duplex_name(settings.duplex);
  result.modes.autonegotiation = settings.autoneg == AUTONEG_ENABLE;
  result.modes.supported_mbit = supported.mbit;
  result.modes.supports_full = supported.full;
  result.modes.advertised_mbit = advertised.mbit;
  result.modes.peer_mbit = peer.mbit;
  if (peer.mbit) result.modes.peer_full = peer.full;
  return result;
}

ByteBuffer write_link_settings(const LinkSettings& settings, std::size_t words) {
  ethtool_link_settings header{};
  header.cmd = ETHTOOL_GLINKSETTINGS;
  header.link_mode_masks_nwords = static_cast<std::int8_t>(words);
  header.speed = settings.speed_mbit ? static_cast<std::uint32_t>(*settings.speed_mbit)
                                     : static_cast<std::uint32_t>(SPEED_UNKNOWN);
  header.duplex = settings.modes.duplex == "full"   ? DUPLEX_FULL
                  : settings.modes.duplex == "half" ? DUPLEX_HALF
                                                    : DUPLEX_UNKNOWN;
  header.autoneg = settings.modes.autonegotiation ? AUTONEG_ENABLE : AUTONEG_DISABLE;
  ByteBuffer bytes;
  append_value(bytes, header);
  const auto& modes = settings.modes;
  for (const auto& mask :
       {make_mask(modes.supported_mbit, modes.supports_full, modes.autonegotiation, words),
        make_mask(modes.advertised_mbit, modes.supports_full, modes.autonegotiation, words),
        make_mask(modes.peer_mbit, modes.peer_full.value_or(false), false, words)}) {
    for (const auto word : mask) append_value(bytes, word);
  }
  return bytes;
}

ByteBuffer build_counter_count() {
  ethtool_sset_info info{};
  info.cmd = ETHTOOL_GSSET_INFO;
  info.sset_mask = 1ULL << ETH_SS_STATS;
  ByteBuffer bytes;
  append_value(bytes, info);
  // one number, and the rest of the eight bytes
  bytes.resize(set_count_at + sizeof(std::uint64_t));
  return bytes;
}

std::optional<std::size_t> parse_counter_count(ByteSpan answer) {
  ethtool_sset_info info{};
  if (!load_header(answer, info) || (info.sset_mask & (1ULL << ETH_SS_STATS)) == 0)
    return std::nullopt;
  const auto count = load<std::uint32_t>(answer.subspan(set_count_at));
  if (!count) return std::nullopt;
  return *count;
}

ByteBuffer build_counter_names(std::size_t count) {
  ethtool_gstrings strings{};
  strings.cmd = ETHTOOL_GSTRINGS;
  strings.string_set = ETH_SS_STATS;
  strings.len = static_cast<std::uint32_t>(count);
  ByteBuffer bytes;
  append_value(bytes, strings);
  bytes.resize(bytes.size() + count * ETH_GSTRING_LEN);
  return bytes;
}

bool parse_counter_names(ByteSpan answer, std::size_t count,
                         const std::function<void(std::size_t, std::string_view)>& visitor) {
  ethtool_gstrings strings{};
  if (!load_header(answer, strings) || strings.len != count ||
      (answer.size() - sizeof(ethtool_gstrings)) / ETH_GSTRING_LEN < count)
    return false;
  for (std::size_t i = 0; i < count; ++i) {
    const auto bytes =
        answer.subspan(sizeof(ethtool_gstrings) + i * ETH_GSTRING_LEN, ETH_GSTRING_LEN);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    visitor(i, text.substr(0, text.find('\0')));
  }
  return true;
}

ByteBuffer build_counter_values(std::size_t count) {
  ethtool_stats stats{};
  stats.cmd = ETHTOOL_GSTATS;
  stats.n_stats = static_cast<std::uint32_t>(count);
  ByteBuffer bytes;
  append_value(bytes, stats);
  bytes.resize(bytes.size() + count * sizeof(std::uint64_t));
  return bytes;
}

std::optional<std::int64_t> parse_counter_value(ByteSpan answer, std::size_t count,
                                                std::size_t at) {
  ethtool_stats stats{};
  if (!load_header(answer, stats) || stats.n_stats != count ||
      at >= (answer.size() - sizeof(ethtool_stats)) / sizeof(std::uint64_t))
    return std::nullopt;
  const auto value =
      load<std::uint64_t>(answer.subspan(sizeof(ethtool_stats) + at * sizeof(std::uint64_t)));
  if (!value) return std::nullopt;
  return to_counter(*value);
}

ByteBuffer write_counter_count(std::size_t count) {
  ByteBuffer bytes = build_counter_count();
  const auto number = static_cast<std::uint32_t>(count);
  std::memcpy(bytes.data() + set_count_at, &number, sizeof(number));
  return bytes;
}

ByteBuffer write_counter_names(const std::vector<std::string>& names) {
  ByteBuffer bytes = build_counter_names(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::memcpy(bytes.data() + sizeof(ethtool_gstrings) + i * ETH_GSTRING_LEN, names[i].data(),
                std::min<std::size_t>(names[i].size(), ETH_GSTRING_LEN));
  }
  return bytes;
}

ByteBuffer write_counter_values(const std::vector<std::int64_t>& values) {
  ByteBuffer bytes = build_counter_values(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    std::memcpy(bytes.data() + sizeof(ethtool_stats) + i * sizeof(std::uint64_t), &values[i],
                sizeof(values[i]));
  return bytes;
}

ByteBuffer build_channels() {
  ethtool_channels channels{};
  channels.cmd = ETHTOOL_GCHANNELS;
  ByteBuffer bytes;
  append_value(bytes, channels);
  bytes.resize((bytes.size() + 7) & ~std::size_t{7});
  return bytes;
}

std::optional<std::int64_t> parse_receive_queues(ByteSpan answer) {
  const auto channels = load<ethtool_channels>(answer);
  if (!channels) return std::nullopt;
  return std::int64_t{channels->rx_count} + channels->combined_count;
}

ByteBuffer write_channels(std::int64_t combined) {
  ByteBuffer bytes = build_channels();
  const auto count = static_cast<std::uint32_t>(combined);
  std::memcpy(bytes.data() + offsetof(ethtool_channels, combined_count), &count, sizeof(count));
  return bytes;
}

}  // namespace weir::wire
