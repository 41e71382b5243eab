// Recipe: the sysctls that somebody recommends, from a sysctl file or a profile of tuned, and
// setting them in a namespace. Not a plan of weir's: a recipe looks at nothing before it writes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lab/namespace.h"

namespace weir::lab {

struct RecipeLine {
  std::string name;
  std::string value;
  bool at_least = false;  ///< tuned's "name=>value": set only where the present value is lower
  friend bool operator==(const RecipeLine&, const RecipeLine&) = default;
};

/// A line that the namespace did not take, and why: the host has it for all namespaces, the kernel
/// does not know it or refuses the value.
struct LeftOut {
  std::string name;
  std::string why;
};

/// The lines of a sysctl file, in order.
[[nodiscard]] std::vector<RecipeLine> parse_sysctl_recipe(std::string_view text);

/// The text of a profile's tuned.conf by the profile's name. Errors: not_found.
using ProfileReader = std::function<Result<std::string>(const std::string& profile)>;
/// The [sysctl] section of a profile of tuned, those of the profiles that it includes first, as
/// tuned merges them; each name once, where it came first. Sections that tuned enables on some
/// machines only ("[sysctl.NAME]") and its other plug-ins are not read. Errors: those of the
/// reader, malformed (a circle).
[[nodiscard]] Result<std::vector<RecipeLine>> read_tuned_profile(const std::string& profile,
                                                                 const ProfileReader& reader);

/// Sets the lines in the namespace, in order, and returns those that it did not take.
[[nodiscard]] std::vector<LeftOut> apply_recipe(const Namespace& place,
                                                const std::vector<RecipeLine>& lines);

}  // namespace weir::lab
