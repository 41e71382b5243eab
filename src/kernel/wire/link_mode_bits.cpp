#include "kernel/wire/link_mode_bits.h"

#include <algorithm>
#include <array>

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

}  // namespace weir::wire
