#include "lab/contest.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lab/compare.h"

namespace weir::lab {

Status run_contest(std::vector<Contestant>& contestants, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < contestants.size(); ++i) {
      const std::size_t first = static_cast<std::size_t>(round) % contestants.size();
      const bool forwards = round % 2 == 0;
      Contestant& one =
          contestants[(forwards ? first + i : first + contestants.size() - i) % contestants.size()];
      auto measured = one.measure();
      if (!measured.ok()) return std::move(measured).with_context(one.name).error();
      if (one.values.empty()) one.values.resize(measured->size());
      if (one.values.size() != measured->size())
        return make_error(ErrorCode::malformed,
                          one.name + " measured another number of values than before");
      for (std::size_t quantity = 0; quantity < measured->size(); ++quantity)
        one.values[quantity].push_back((*measured)[quantity]);
    }
  }
  return {};
}

Spread compute_spread(const std::vector<std::int64_t>& values) {
  if (values.empty()) return {};
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  return {median(values), *least, *greatest};
}

double compute_repeatability(const std::vector<Contestant>& contestants, std::size_t quantity) {
  constexpr double two_of_a_normal = 2.77;  // 1.96 * sqrt(2): 95 % of the differences of two values
  std::vector<std::vector<double>> rows;    // each as a share of its own mean
  for (const auto& one : contestants) {
    if (quantity >= one.values.size()) continue;
    const auto& values = one.values[quantity];
    const double mean =
        std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    if (mean <= 0) continue;
    std::vector<double>& row = rows.emplace_back();
    for (const std::int64_t value : values) row.push_back(static_cast<double>(value) / mean);
  }
  const std::size_t rounds = rows.empty() ? 0 : rows.front().size();
  if (rounds < 2 || rows.size() < 2) return 0;
  double squares = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    double of_round = 0;  // the machine's effect on all of them
    for (const auto& row : rows) of_round += row[round] / static_cast<double>(rows.size());
    for (const auto& row : rows) squares += (row[round] - of_round) * (row[round] - of_round);
  }
  return two_of_a_normal *
         std::sqrt(squares / static_cast<double>((rows.size() - 1) * (rounds - 1)));
}

}  // namespace weir::lab
