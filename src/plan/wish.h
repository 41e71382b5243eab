// Wishes: values that the user asks for by name, as steps like any others. Pure.
// Not a finding: nothing of the host asks for them, and the step says so. The screen (screen.h)
// holds for them, too.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/plan.h"
#include "plan/remedy.h"

namespace weir::plan {

/// "net.core.somaxconn=8192", "link:eth0:ring.rx=4096", "limit:812:nofile=65536 65536".
struct Wish {
  std::string target;
  std::string value;
};

/// Errors: wrong_use, when it has no "=" or nothing before or after it.
[[nodiscard]] Result<Wish> parse_wish(const std::string& text);

/// The sysctls among them, whose values must be in the Snapshot.
[[nodiscard]] std::vector<std::string> wished_sysctls(const std::vector<Wish>& wishes);

/// Adds a step for each. Errors: wrong_use, when this host has no such setting, interface,
/// attribute or process, with what may have been meant.
[[nodiscard]] Status propose_wishes(const Situation& situation, const std::vector<Wish>& wishes,
                                    Proposal& proposal);

/// Errors: wrong_use, when the plan does not have one of these steps, with the note that says why.
[[nodiscard]] Status check_wished(const std::vector<Step>& wished, const Plan& plan);

}  // namespace weir::plan
