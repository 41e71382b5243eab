#include "plan/scope.h"

#include "model/sysctl_name.h"

namespace weir::plan {

const Parameter* find_known_setting(const std::string& name, const Catalog& catalog) {
  const auto components = parse_sysctl_name(name);
  const Parameter* parameter =
      components ? catalog.find_parameter(sysctl_key(*components)) : nullptr;
  return parameter != nullptr && parameter->kind == ParameterKind::sysctl ? parameter : nullptr;
}

bool acts_on_whole_host(const std::string& name, const Catalog& catalog) {
  const Parameter* parameter = find_known_setting(name, catalog);
  if (parameter == nullptr) return !name.starts_with("net.");
  return parameter->scope == ParameterScope::host ||
         parameter->scope == ParameterScope::host_read_only_in_netns;
}

std::string describe_foreign_scope(const std::string& name, const Catalog& catalog,
                                   const Snapshot& now) {
  if (now.provenance.initial_netns || !acts_on_whole_host(name, catalog)) return {};
  return "it belongs to the whole host, not to this network namespace; plan for it from the host's first network namespace";
}

std::string describe_scope(const std::string& name, const Catalog& catalog, const Snapshot& now) {
  if (acts_on_whole_host(name, catalog)) return "the whole host, until the next boot";
  const std::string here = "network namespace " + std::to_string(now.provenance.place.netns);
  if (!now.provenance.initial_netns) return here + ", until its end";
  const bool is_known = find_known_setting(name, catalog) != nullptr;
  return here + (is_known ? "" : " or the whole host (weir does not know the setting)") +
         ", until the next boot";
}

}  // namespace weir::plan
