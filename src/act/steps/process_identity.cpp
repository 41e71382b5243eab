#include "act/steps/process_identity.h"

#include <string>

#include "kernel/wire/process.h"

namespace weir::act {
namespace {

Result<wire::ProcessStat> read_process_stat(kernel::Files& files, std::int64_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  WEIR_TRY(const std::string text, kernel::read_text(files, path));
  return wire::parse_process_stat(text).with_context(path);
}

}  // namespace

Result<ProcessIdentity> read_process_identity(kernel::Files& files, std::int64_t pid) {
  WEIR_TRY(const wire::ProcessStat stat, read_process_stat(files, pid));
  return ProcessIdentity{pid, stat.start_time};
}

bool is_process_alive(kernel::Files& files, const ProcessIdentity& process) {
  const auto stat = read_process_stat(files, process.pid);
  // If stat cannot be read for another reason than absence, the process counts as alive. Otherwise
  // the watchdog would undo while the applier lives.
  if (!stat.ok())
    return stat.error().code != ErrorCode::not_found && stat.error().code != ErrorCode::gone;
  return stat->start_time == process.start_time && stat->state != 'Z' && stat->state != 'X';
}

}  // namespace weir::act
