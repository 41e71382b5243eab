// Profiles: what a host is for, said by its user, as steps that no finding asks for but the purpose
// does. Pure. Not a recipe: each step has its condition on this very host, and the screen
// (screen.h) holds for it as for any other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plan/remedy.h"

namespace weir::plan {

enum class Profile {
  web,      ///< answers of some KiB to many clients that keep their connections
  proxy,    ///< a client itself, of few upstreams
  bulk,     ///< long transfers over long paths
  latency,  ///< small answers, as soon as possible
};

[[nodiscard]] std::string_view profile_id(Profile profile);
[[nodiscard]] std::optional<Profile> parse_profile(std::string_view id);

/// Adds what the profile asks for; each step's finding is "profile.ID", and its evidence is what
/// was read of this host.
void propose_profile(const Situation& situation, Profile profile, Proposal& proposal);

}  // namespace weir::plan
