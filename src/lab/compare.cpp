#include "lab/compare.h"

#include <algorithm>

namespace weir::lab {
namespace {

Status measure_into(std::vector<std::int64_t>& values, const Measure& measure) {
  WEIR_TRY(const std::int64_t value, measure());
  values.push_back(value);
  return {};
}

}  // namespace

std::int64_t Comparison::first_median() const { return median(first); }

std::int64_t Comparison::second_median() const { return median(second); }

int Comparison::second_lower() const {
  int rounds = 0;
  for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i)
    rounds += second[i] < first[i] ? 1 : 0;
  return rounds;
}

Result<Comparison> compare(const Measure& first, const Measure& second, int rounds) {
  Comparison made;
  for (int round = 0; round < rounds; ++round) {
    const bool first_leads = round % 2 == 0;
    if (first_leads) WEIR_CHECK(measure_into(made.first, first));
    WEIR_CHECK(measure_into(made.second, second));
    if (!first_leads) WEIR_CHECK(measure_into(made.first, first));
  }
  return made;
}

std::int64_t median(std::vector<std::int64_t> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace weir::lab
