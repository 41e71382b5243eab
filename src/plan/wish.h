// Wishes: values that the user asks for by name, as ordinary steps. Pure. Not a finding: no reading
// of the host asks for them, and the step says so. The screen (screen.h) checks them, too.
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

/// Errors: wrong_use, if the text has no "=", or nothing before or after it.
[[nodiscard]] Result<Wish> parse_wish(const std::string& text);

/// The sysctls among the wishes; the Snapshot must contain their values.
[[nodiscard]] std::vector<std::string> wished_sysctls(const std::vector<Wish>& wishes);

/// Adds a step for each wish. Errors: wrong_use, if this host has no such setting, interface,
/// attribute or process. The message suggests a similar name.
[[nodiscard]] Status propose_wishes(const Situation& situation, const std::vector<Wish>& wishes,
                                    Proposal& proposal);

/// Errors: wrong_use, if the plan lacks one of these steps. The message is the note that says why.
[[nodiscard]] Status check_wished(const std::vector<Step>& wished, const Plan& plan);

}  // namespace weir::plan
