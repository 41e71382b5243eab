// The rights of a process, as /proc/self shows them, and the meaning of a refusal by the kernel for
// them. Not a check before an attempt: the kernel decides, and weir explains.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::wire {

/// The numbers of include/uapi/linux/capability.h.
enum class Capability : std::uint8_t {
  dac_override = 1,
  dac_read_search = 2,
  net_admin = 12,
  sys_ptrace = 19,
  sys_admin = 21,
  sys_resource = 24,
  perfmon = 38,
  bpf = 39,
};

/// "CAP_SYS_PTRACE".
[[nodiscard]] std::string capability_name(Capability capability);

struct Privileges {
  std::uint64_t effective = 0;  ///< a bit for each capability
  std::int64_t uid = -1;        ///< the effective one
  std::vector<std::int64_t> groups;
  bool in_user_namespace = false;  ///< a user namespace other than the first

  [[nodiscard]] bool has(Capability capability) const {
    return (effective >> static_cast<unsigned>(capability) & 1U) != 0;
  }

  friend bool operator==(const Privileges&, const Privileges&) = default;
};

/// From /proc/self/status and the target of the link /proc/self/ns/user. Nothing if the
/// capabilities are missing.
[[nodiscard]] std::optional<Privileges> parse_privileges(std::string_view status,
                                                         std::string_view user_namespace);

/// The kernel's requirement: one capability of each entry; messages name the first of the entry.
struct Requirement {
  std::vector<std::vector<Capability>> all_of;
  bool in_first_user_namespace = false;  ///< only one of the first user namespace counts
};

/// Loading a program of the tracing kind (kernel/bpf/syscall.c, bpf_prog_load).
[[nodiscard]] Requirement tracing_programs();
/// The descriptors of other users' processes: listing them (fs/proc/fd.c, proc_fd_permission) and
/// following one (fs/proc/base.c, proc_fd_access_allowed).
[[nodiscard]] Requirement other_descriptors();

/// Whether the kernel should accept.
[[nodiscard]] bool meets(const Privileges& privileges, const Requirement& required);

/// The sentence after EPERM or EACCES. `what` is a noun, and what was refused: "entry into another
/// network namespace".
///   … needs CAP_BPF and CAP_PERFMON; run weir as root
///   … needs CAP_SYS_RESOURCE, which weir lacks although it is root
///   this kernel refuses … although weir has every capability that it asks for (lockdown, an LSM,
///   seccomp)
[[nodiscard]] std::string explain_refusal(std::string_view what, const Requirement& required,
                                          const std::optional<Privileges>& privileges);

/// Whether the /proc of this /proc/self/mountinfo hides other users' processes from a process with
/// these privileges (the mount option hidepid).
enum class Hiding : std::uint8_t { nothing, all_but_from_the_group, all };
[[nodiscard]] Hiding find_hiding(std::string_view mountinfo,
                                 const std::optional<Privileges>& privileges);

enum class HiddenFor : std::uint8_t {
  processes,  ///< to see that they run, and their names
  /// to see what they hold or where they are: this needs more rights than to see that they run
  descriptors,
};
/// The sentence about hidden processes; empty if nothing is hidden.
[[nodiscard]] std::string explain_hiding(Hiding hiding, HiddenFor purpose);

}  // namespace weir::wire
