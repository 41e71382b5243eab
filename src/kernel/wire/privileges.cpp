#include "kernel/wire/privileges.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "kernel/wire/process.h"

namespace weir::wire {
namespace {

/// PROC_USER_INIT_INO (include/linux/proc_ns.h).
constexpr std::uint64_t first_user_namespace = 0xeffffffd;

struct CapabilityName {
  Capability capability;
  std::string_view name;
};
constexpr std::array capability_names{
    CapabilityName{Capability::dac_override, "CAP_DAC_OVERRIDE"},
    CapabilityName{Capability::dac_read_search, "CAP_DAC_READ_SEARCH"},
    CapabilityName{Capability::net_admin, "CAP_NET_ADMIN"},
    CapabilityName{Capability::sys_ptrace, "CAP_SYS_PTRACE"},
    CapabilityName{Capability::sys_admin, "CAP_SYS_ADMIN"},
    CapabilityName{Capability::sys_resource, "CAP_SYS_RESOURCE"},
    CapabilityName{Capability::perfmon, "CAP_PERFMON"},
    CapabilityName{Capability::bpf, "CAP_BPF"}};

/// The words of "Label:\tword word".
std::vector<std::string_view> words_of_line(std::string_view text, std::string_view label) {
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with(label)) return split_words(line.substr(label.size()));
  }
  return {};
}

bool has_one_of(const Privileges& privileges, const std::vector<Capability>& any) {
  return std::any_of(any.begin(), any.end(),
                     [&](Capability capability) { return privileges.has(capability); });
}

/// "CAP_BPF and CAP_PERFMON": all requirements, or only those that are not met.
std::string name_capabilities(const Requirement& required, const Privileges* met_by) {
  std::vector<std::string> names;
  for (const auto& any : required.all_of) {
    if (met_by == nullptr || !has_one_of(*met_by, any))
      names.push_back(capability_name(any.front()));
  }
  return join_texts(names, " and ");
}

/// The value of "name=" among options with commas between them.
std::optional<std::string_view> find_option(std::string_view options, std::string_view name) {
  for (const std::string_view option : split(options, ',')) {
    if (option.starts_with(name) && option.size() > name.size() && option[name.size()] == '=')
      return option.substr(name.size() + 1);
  }
  return std::nullopt;
}

/// The options of the topmost mount of /proc, "rw,hidepid=invisible,gid=7": a line is "… 5: mount
/// point … - type source options" (proc(5)).
std::string_view options_of_proc(std::string_view mountinfo) {
  constexpr std::size_t mount_point = 4;
  std::string_view found;
  for (const std::string_view line : split(mountinfo, '\n')) {
    const auto words = split_words(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() <= mount_point || words[mount_point] != "/proc" || words.end() - dash < 4 ||
        dash[1] != "proc")
      continue;
    found = dash[3];
  }
  return found;
}

}  // namespace

std::string capability_name(Capability capability) {
  const auto* const found =
      std::find_if(capability_names.begin(), capability_names.end(),
                   [&](const CapabilityName& entry) { return entry.capability == capability; });
  return std::string(found == capability_names.end() ? "?" : found->name);
}

std::optional<Privileges> parse_privileges(std::string_view status,
                                           std::string_view user_namespace) {
  const auto mask = words_of_line(status, "CapEff:");
  const auto effective = mask.empty() ? std::nullopt : parse_hex(mask.front());
  if (!effective) return std::nullopt;
  Privileges privileges;
  privileges.effective = *effective;
  privileges.uid = parse_effective_uid(status).value_or(-1);
  // The groups that count for files: the fourth of Gid, and Groups.
  constexpr std::size_t of_files = 3;
  auto groups = words_of_line(status, "Groups:");
  if (const auto own = words_of_line(status, "Gid:"); own.size() > of_files)
    groups.push_back(own[of_files]);
  for (const auto group : groups) {
    if (const auto number = parse_integer(group)) privileges.groups.push_back(*number);
  }
  const auto inode = parse_inode_link(user_namespace, "user");
  privileges.in_user_namespace = inode && *inode != first_user_namespace;
  return privileges;
}

Requirement tracing_programs() {
  return {{{Capability::bpf, Capability::sys_admin}, {Capability::perfmon, Capability::sys_admin}},
          true};
}

Requirement other_descriptors() {
  return {{{Capability::sys_ptrace}, {Capability::dac_read_search, Capability::dac_override}},
          false};
}

bool meets(const Privileges& privileges, const Requirement& required) {
  if (privileges.in_user_namespace && required.in_first_user_namespace) return false;
  return std::all_of(required.all_of.begin(), required.all_of.end(),
                     [&](const auto& any) { return has_one_of(privileges, any); });
}

std::string explain_refusal(std::string_view what, const Requirement& required,
                            const std::optional<Privileges>& privileges) {
  const std::string begin = std::string(what) + " needs ";
  const std::string all = name_capabilities(required, nullptr);
  if (!privileges) return begin + all;
  if (privileges->in_user_namespace && required.in_first_user_namespace)
    return begin + all + " outside any user namespace, but weir runs inside one";
  const std::string missing = name_capabilities(required, &*privileges);
  if (!missing.empty())
    return begin + missing +
           (privileges->uid == 0 ? ", which weir lacks although it is root" : "; run weir as root");
  if (privileges->in_user_namespace)
    return begin + all + " outside the user namespace in which weir runs";
  return "this kernel refuses " + std::string(what) +
         " although weir has all required capabilities (the reason may be lockdown, an LSM or seccomp)";
}

Hiding find_hiding(std::string_view mountinfo, const std::optional<Privileges>& privileges) {
  const auto options = options_of_proc(mountinfo);
  const auto hidepid = find_option(options, "hidepid");
  if (!hidepid) return Hiding::nothing;
  // fs/proc/root.c: words since 5.8, numbers before. 1 (noaccess) does not hide processes, only the
  // content of their folders.
  const bool but_for_group = *hidepid == "invisible" || *hidepid == "2";
  if (!but_for_group && *hidepid != "ptraceable" && *hidepid != "4") return Hiding::nothing;
  if (privileges && privileges->has(Capability::sys_ptrace) && !privileges->in_user_namespace)
    return Hiding::nothing;
  if (!but_for_group) return Hiding::all;
  // fs/proc/base.c, has_pid_permissions(): without gid= it is group 0.
  const auto group = parse_integer(find_option(options, "gid").value_or("0"));
  const bool is_member = privileges && group &&
                         std::find(privileges->groups.begin(), privileges->groups.end(), *group) !=
                             privileges->groups.end();
  return is_member ? Hiding::nothing : Hiding::all_but_from_the_group;
}

std::string explain_hiding(Hiding hiding, HiddenFor purpose) {
  if (hiding == Hiding::nothing) return {};
  std::string why = "/proc hides other users' processes (hidepid); run weir as root";
  if (hiding == Hiding::all_but_from_the_group && purpose == HiddenFor::processes)
    why += ", or in the group of the mount option gid=";
  return why;
}

}  // namespace weir::wire
