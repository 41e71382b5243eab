// The parts from which every rule builds a Finding: its wording, evidence, and the resource of a
// listener. Not a rule, and not the sentences: sentences.h makes those when the plan is known.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "judge/window.h"
#include "model/finding.h"

namespace weir::judge {

/// One finding names at most this many process ids, owners or listeners.
inline constexpr std::size_t named_at_most = 16;

/// A rule's conclusion: which variant of the finding's text is used, and how severe it is.
struct Conclusion {
  std::string variant;  ///< empty: the text without a variant
  Severity severity = Severity::notice;
};

/// A finding without sentences, but with everything from which they will be made.
[[nodiscard]] Finding make_finding(std::string_view id, std::string_view variant, Severity severity,
                                   std::map<std::string, std::string> facts);

[[nodiscard]] Evidence moved(std::string source, std::string name, std::int64_t delta,
                             const Window& window);
[[nodiscard]] Evidence stands_at(std::string source, std::string name, std::string value);
/// These sysctls with their values, as far as they were read.
void add_settings(const Window& window, Finding& finding, std::initializer_list<const char*> names);
/// These counters of snmp and netstat: their growth inside the window, and their total. A counter
/// whose growth is not known is left out.
void add_counters(const Window& window, Finding& finding, std::initializer_list<const char*> names);
[[nodiscard]] Evidence counted(std::string source, std::string name, std::int64_t total,
                               std::string since);

/// One of the kernel's tables in this network namespace.
[[nodiscard]] Resource table_resource(const Window& window, std::string name);
/// The Resource::identity of a socket.
[[nodiscard]] std::string socket_identity(std::uint64_t cookie, std::int64_t inode);
/// The Resource::identity of a process; empty if the process does not exist at the window's end.
[[nodiscard]] std::string process_identity(const Window& window, std::int64_t pid);
[[nodiscard]] Resource listener_resource(const Window& window, const Listener& listener,
                                         std::int64_t group_size);
/// The command of the first owner that is known; empty when none is.
[[nodiscard]] std::string listener_command(const Window& window, const Listener& listener);

}  // namespace weir::judge
