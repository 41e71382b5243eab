// The finding host.other-tuner: a program on this host writes settings that weir also looks at. Not
// drift: only weir's own journal shows whether another program changed a value that weir wrote.
#pragma once

#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view host_other_tuner = "host.other-tuner";
}  // namespace ids

// Facts that the texts of knowledge/findings.toml may hold:
//   host.other-tuner: tuners; variant interrupts (irqbalance and no other tuner)
//
// One notice for all of them.
[[nodiscard]] std::vector<Finding> judge_other_tuners(const Case& given);

}  // namespace weir::judge
