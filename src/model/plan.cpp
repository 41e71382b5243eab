#include "model/plan.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "model/link.h"

namespace weir {

StepKind step_kind(const Step& step) { return target_kind(step.target); }

std::string step_target_name(const Step& step) { return target_name(step.target); }

std::string step_target_key(const Step& step) { return target_key(step.target); }

bool is_same_target(const Step& a, const Step& b) { return is_same_target(a.target, b.target); }

PlanBinding make_binding(const Provenance& here) { return {here.place, here.kernel}; }

std::vector<BoundNic> find_nics(const std::vector<Link>& links) {
  std::vector<BoundNic> nics;
  for (const auto& link : links)
    if (is_hardware(link) && !link_identity(link).empty())
      nics.push_back({link.name, link_identity(link)});
  return nics;
}

std::vector<std::string> missing_nics(const std::vector<BoundNic>& planned,
                                      const std::vector<BoundNic>& now) {
  std::set<std::string_view> addresses;
  for (const auto& nic : now) addresses.insert(nic.address);
  std::vector<std::string> sentences;
  for (const auto& nic : planned) {
    if (addresses.count(nic.address) == 0)
      sentences.push_back("the network card " + nic.name + " with the address " + nic.address +
                          " is missing");
  }
  return sentences;
}

bool is_same_memory(Bytes planned, Bytes now) {
  constexpr std::int64_t tenth = 10;
  if (planned.count <= 0 || now.count <= 0) return true;
  const auto [less, more] = std::minmax(planned.count, now.count);
  return more - less <= planned.count / tenth;
}

}  // namespace weir
