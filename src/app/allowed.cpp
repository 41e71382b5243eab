#include "app/allowed.h"

#include <algorithm>

#include "base/text.h"
#include "judge/setting.h"

namespace weir::app {
namespace {

/// The full name of a setting whose last words are these; empty when there is none, or it stands
/// for many.
std::string find_by_last_words(const std::string& words, const Catalog& catalog) {
  const auto& all = catalog.parameters();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Parameter& one) {
    return one.kind == ParameterKind::sysctl && one.name.find('*') == std::string::npos &&
           one.name.ends_with("." + words);
  });
  return found == all.end() ? "" : found->name;
}

}  // namespace

Status check_allowed(const std::vector<std::string>& names, const std::vector<std::string>& meant,
                     const Catalog& catalog) {
  for (const auto& name : names) {
    if (std::find(meant.begin(), meant.end(), name) != meant.end()) continue;
    const Parameter* parameter = catalog.find_parameter(name);
    if (parameter != nullptr && parameter->kind == ParameterKind::sysctl &&
        name.find('*') == std::string::npos)
      continue;
    std::string nearest = find_by_last_words(name, catalog);
    if (nearest.empty()) nearest = judge::suggest_parameter(name, catalog);
    const std::string hint = nearest.empty() ? "give the whole name, such as net.ipv4.tcp_retries2"
                                             : "did you mean " + nearest + "?";
    return make_error(ErrorCode::wrong_use,
                      "--allow takes the name of a setting, and weir knows none called \"" +
                          escape_bytes(name) + "\"; " + hint);
  }
  return {};
}

std::vector<std::string> sysctl_names(const Plan& plan) {
  std::vector<std::string> names;
  for (const Step& step : plan.steps)
    if (const auto* sysctl = std::get_if<SysctlTarget>(&step.target)) names.push_back(sysctl->name);
  return names;
}

std::string allowed_again(const Plan& plan) {
  constexpr std::string_view option = "--allow";
  const auto names = sysctl_names(plan);
  std::string words;
  for (std::size_t i = 0; i < plan.made_by.size(); ++i) {
    const std::string_view word = plan.made_by[i];
    std::string name;
    if (word == option && i + 1 < plan.made_by.size()) name = plan.made_by[i + 1];
    if (word.starts_with(option) && word.substr(option.size()).starts_with('='))
      name = word.substr(option.size() + 1);
    if (std::find(names.begin(), names.end(), name) != names.end()) words += " --allow " + name;
  }
  return words;
}

}  // namespace weir::app
