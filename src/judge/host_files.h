// The finding host.file-limit: a server at its RLIMIT_NOFILE, or the host at fs.file-max.
// Not the accept queue that fills because of it: rank.h attaches that as a symptom.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "judge/case.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view host_file_limit = "host.file-limit";
}  // namespace ids

/// Whether this many open files are all that the limit allows, except for the few that come and go
/// while they are counted.
[[nodiscard]] bool is_at_file_limit(std::int64_t files, std::int64_t limit);

// Facts that the texts of knowledge/findings.toml may hold:
//   variant process: process pid files limit listener
//   variant host: allocated file_max
//
// At the limit, with a queue that refuses connections or stays at its limit: critical. At the
// limit, or over 90 % of it, with queues that are still served: a warning. Processes of one command
// in the same condition are one finding about the process with the fewest free files; the others
// are in Finding::also.
[[nodiscard]] std::vector<Finding> judge_files(const Case& given);

}  // namespace weir::judge
