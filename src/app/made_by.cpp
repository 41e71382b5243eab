#include "app/made_by.h"

#include <algorithm>
#include <string_view>
#include <variant>

#include "app/arguments.h"
#include "app/output.h"
#include "base/text.h"
#include "codec/plan_json.h"

namespace weir::app {
namespace {

/// Notes each step of the old plan that the new plan does not have.
void note_what_is_gone(const Plan& old, Plan& plan) {
  for (const auto& step : old.steps) {
    const auto same = [&](const Step& other) {
      return step_kind(other) == step_kind(step) &&
             step_target_name(other) == step_target_name(step);
    };
    if (std::none_of(plan.steps.begin(), plan.steps.end(), same))
      plan.notes.push_back(step_target_name(step) +
                           ": no longer a step; the old plan changed it from " + step.expected +
                           " to " + step.wanted + " because of " + step.finding);
  }
}

}  // namespace

std::vector<std::string> words_of_the_wish(const std::vector<std::string>& words) {
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--json" || words[i] == "-v" || words[i] == "--verbose" ||
        words[i].starts_with("--output="))
      continue;
    if (words[i] == "-o" || words[i] == "--output") {
      ++i;
    } else if (!words[i].starts_with("-o")) {
      kept.push_back(words[i]);
    }
  }
  return kept;
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

Error not_made_by_weir(const std::string& file) {
  return make_error(
      ErrorCode::wrong_use,
      file +
          " was not made by `weir plan` or `weir size`; make it again with the program that made it");
}

Result<Plan> make_anew(const Context& context, const Rebase& rebase) {
  const std::string& file = rebase.file;
  WEIR_TRY(const std::string text, read_file(file));
  WEIR_TRY(const Plan old, codec::parse_plan(text).with_context(file));
  const auto words = old.made_by.empty() ? std::vector<std::string>{"plan"} : old.made_by;
  WEIR_TRY(const auto parsed, parse_arguments(all_commands(), words).with_context(file));
  const auto* wish = std::get_if<Invocation>(&parsed);
  if (wish == nullptr || !wish->command.make_anew) return not_made_by_weir(file);
  WEIR_TRY(Plan plan,
           wish->command.make_anew({words, context.environment, context.terminal}, rebase));
  note_what_is_gone(old, plan);
  if (plan.steps.empty() && !old.steps.empty())
    return make_error(ErrorCode::not_found, "nothing written: no step of " + file +
                                                " is left: " + join_texts(plan.notes, "; "));
  return plan;
}

}  // namespace weir::app
