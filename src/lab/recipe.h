// Recipe: a recommended list of sysctls, from a sysctl file or a profile of tuned, and setting them
// in a namespace. Not a plan of weir: a recipe does not measure before it writes.
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
  bool at_least = false;  ///< tuned's "name=>value": sets only a larger value
  friend bool operator==(const RecipeLine&, const RecipeLine&) = default;
};

/// A line that the namespace did not accept, and the reason: the host has the setting for all
/// namespaces, or the kernel does not know it or refuses the value.
struct LeftOut {
  std::string name;
  std::string why;
};

/// The lines of a sysctl file, in order.
[[nodiscard]] std::vector<RecipeLine> parse_sysctl_recipe(std::string_view text);

/// The text of a profile's tuned.conf by the profile's name. Errors: not_found.
using ProfileReader = std::function<Result<std::string>(const std::string& profile)>;
/// The [sysctl] section of a profile of tuned, after those of the profiles that it includes, merged
/// as tuned does. Each name occurs once, at its first place. Sections that tuned enables only on
/// some machines ("[sysctl.NAME]") and its other plug-ins are not read. Errors: those of the
/// reader, malformed (a circle).
[[nodiscard]] Result<std::vector<RecipeLine>> read_tuned_profile(const std::string& profile,
                                                                 const ProfileReader& reader);

/// Sets the lines in the namespace, in order, and returns the lines that it did not accept.
[[nodiscard]] std::vector<LeftOut> apply_recipe(const Namespace& place,
                                                const std::vector<RecipeLine>& lines);

}  // namespace weir::lab
