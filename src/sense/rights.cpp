#include "sense/rights.h"

#include <optional>

namespace weir::sense {
namespace {

std::optional<wire::Privileges> read_privileges(kernel::Files& files) {
  const auto status = kernel::read_text(files, "/proc/self/status");
  const auto user_namespace = files.read_link("/proc/self/ns/user");
  return wire::parse_privileges(status.ok() ? *status : "",
                                user_namespace.ok() ? *user_namespace : "");
}

}  // namespace

std::string explain_denied_descriptors(kernel::Files& files) {
  return wire::explain_refusal("access to the descriptors of some processes",
                               wire::other_descriptors(), read_privileges(files));
}

std::string explain_denied_parameters(kernel::Files& files) {
  // Parameters that only root may read also need it, in the first user namespace:
  // net/core/sysctl_net_core.c, proc_dointvec_minmax_bpf_restricted().
  return wire::explain_refusal("access to their values", {{{wire::Capability::sys_admin}}, true},
                               read_privileges(files));
}

std::string explain_hidden_processes(kernel::Files& files, wire::HiddenFor purpose) {
  const auto mounts = kernel::read_text(files, "/proc/self/mountinfo");
  return mounts.ok()
             ? wire::explain_hiding(wire::find_hiding(*mounts, read_privileges(files)), purpose)
             : std::string();
}

}  // namespace weir::sense
