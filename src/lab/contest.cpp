#include "lab/contest.h"

#include <algorithm>
#include <cmath>

#include "lab/compare.h"

namespace weir::lab {

Status run_contest(std::vector<Contestant>& contestants, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < contestants.size(); ++i) {
      Contestant& one = contestants[(i + static_cast<std::size_t>(round)) % contestants.size()];
      auto measured = one.measure();
      if (!measured.ok()) return std::move(measured).with_context(one.name).error();
      if (one.values.empty()) one.values.resize(measured->size());
      if (one.values.size() != measured->size()) return make_error(ErrorCode::malformed, one.name + " was measured in another way than before");
      for (std::size_t quantity = 0; quantity < measured->size(); ++quantity) one.values[quantity].push_back((*measured)[quantity]);
    }
  }
  return {};
}

Spread compute_spread(const std::vector<std::int64_t>& values) {
  if (values.empty()) return {};
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  return {median(values), *least, *greatest};
}

double compute_noise(const std::vector<Contestant>& contestants, std::size_t quantity) {
  constexpr double per_million = 1e6;
  std::vector<std::int64_t> differences;
  for (const auto& one : contestants) {
    if (quantity >= one.values.size()) continue;
    const auto& values = one.values[quantity];
    const auto middle = static_cast<double>(median(values));
    for (std::size_t i = 1; i < values.size() && middle > 0; ++i)
      differences.push_back(std::llround(std::abs(static_cast<double>(values[i]) - static_cast<double>(values[i - 1])) / middle * per_million));
  }
  return static_cast<double>(median(differences)) / per_million;
}

}  // namespace weir::lab
