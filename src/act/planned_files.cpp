#include "act/planned_files.h"

#include <span>

#include "act/steps/sysctl_step.h"

namespace weir::act {
namespace {

Error only_read(const std::string& path) {
  return make_error(ErrorCode::unsupported, path + " can only be read here");
}

}  // namespace

void PlannedFiles::take(const Step& step) {
  const auto* sysctl = std::get_if<SysctlTarget>(&step.target);
  const auto path =
      sysctl == nullptr ? Result<std::string>(std::string()) : compute_sysctl_path(sysctl->name);
  if (path.ok() && !path->empty()) planned_[*path] = step.wanted + "\n";
}

Status PlannedFiles::read(const std::string& path, std::size_t limit,
                          const kernel::ByteVisitor& visitor) {
  const auto planned = planned_.find(path);
  if (planned == planned_.end()) return real_.read(path, limit, visitor);
  if (planned->second.size() > limit)
    return make_error(ErrorCode::malformed,
                      path + " is longer than " + std::to_string(limit) + " bytes");
  visitor(std::as_bytes(std::span(planned->second)));
  return {};
}

Status PlannedFiles::write(const std::string& path, std::string_view /*bytes*/) {
  return only_read(path);
}

Status PlannedFiles::write_atomically(const std::string& path, std::string_view /*bytes*/) {
  return only_read(path);
}

Status PlannedFiles::remove(const std::string& path) { return only_read(path); }

}  // namespace weir::act
