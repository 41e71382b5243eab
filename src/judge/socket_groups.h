// Functions that the rules about states of sockets share: which groups count, which process holds
// them, and what they are called. Not a rule.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "judge/window.h"
#include "model/finding.h"

namespace weir::judge {

/// The groups of that state at the window's end.
[[nodiscard]] std::vector<const SocketGroup*> find_groups(const Window& window,
                                                          std::string_view state);
/// The same group at the window's start. Null without a window, if it had no socket then, or if it
/// was not among the largest groups.
[[nodiscard]] const SocketGroup* find_group_before(const Window& window, const SocketGroup& group);

/// "192.0.2.7:443", "[2001:db8::7]:443".
[[nodiscard]] std::string endpoint_name(Family family, const std::string& address,
                                        std::int64_t port);
/// "port 80", or "192.0.2.7:443" for outgoing ones.
[[nodiscard]] std::string group_name(const SocketGroup& group);

/// A destination with the processes that connect to it.
[[nodiscard]] Resource destination_resource(const Window& window, std::string name,
                                            std::int64_t port,
                                            const std::vector<GroupOwner>& owners);
/// "api (812) and 2 others", or "a process that weir could not see".
[[nodiscard]] std::string describe_owners(const std::vector<GroupOwner>& owners);

}  // namespace weir::judge
