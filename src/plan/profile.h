// Profiles: the user says what a host is used for. A profile gives steps that no finding asks for,
// but that this use needs. Pure. Not a recipe: each step depends on a condition of this host, and
// the screen (screen.h) checks it like any other step.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plan/remedy.h"

namespace weir::plan {

enum class Profile {
  web,      ///< answers of some KiB to many clients that keep their connections
  proxy,    ///< the host is itself a client, of few upstreams
  bulk,     ///< long transfers over long paths
  latency,  ///< small answers, as soon as possible
};

[[nodiscard]] std::string_view profile_id(Profile profile);
[[nodiscard]] std::optional<Profile> parse_profile(std::string_view id);

/// Adds the steps of the profile. Each step's finding is "profile.ID", and its evidence is the
/// values that were read on this host.
void propose_profile(const Situation& situation, Profile profile, Proposal& proposal);

}  // namespace weir::plan
