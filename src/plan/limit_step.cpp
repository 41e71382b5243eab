#include "plan/limit_step.h"

#include "base/text.h"

namespace weir::plan {

std::optional<std::string> describe_file_limits(const Process& process) {
  if (!process.file_limit || !process.file_limit_hard) return std::nullopt;
  return join_integers({*process.file_limit, *process.file_limit_hard});
}

std::optional<Step> make_limit_step(const Process& process, const std::string& wanted) {
  const auto present = describe_file_limits(process);
  if (!present) return std::nullopt;
  Step step;
  step.target = LimitTarget{process.pid, process.start_time, process.command, "nofile"};
  step.expected = *present;
  step.wanted = wanted;
  step.scope = "this process, until it ends";
  return step;
}

}  // namespace weir::plan
