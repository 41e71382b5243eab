#include "lab/tuning.h"

#include <fstream>
#include <iterator>

#include "base/text.h"
#include "codec/plan_json.h"

namespace weir::lab {
namespace {

Result<CommandResult> run_weir(const std::vector<std::string>& arguments) {
  WEIR_TRY(CommandResult done, run_command(arguments));
  if (done.use.exit_code == 0) return done;
  std::string command;
  for (const auto& word : arguments) command += word + " ";
  return make_error(ErrorCode::io, command + "ended with " + std::to_string(done.use.exit_code) +
                                       ": " +
                                       std::string(trim(done.err.empty() ? done.out : done.err)));
}

Result<Plan> make_plan(const Namespace& place, const TuningOptions& options,
                       const std::string& file) {
  const std::string window =
      std::to_string(options.window.count / nanoseconds_per_millisecond) + "ms";
  std::vector<std::string> arguments{options.weir, "plan", "--netns", place.name(),
                                     "--for",      window, "-o",      file};
  if (!options.profile.empty()) arguments.insert(arguments.end(), {"--profile", options.profile});
  WEIR_CHECK(run_weir(arguments));
  std::ifstream text(file, std::ios::binary);
  return codec::parse_plan(std::string(std::istreambuf_iterator<char>(text), {}))
      .with_context(file);
}

}  // namespace

Result<std::vector<AppliedStep>> tune_with_weir(const Namespace& place,
                                                const TuningOptions& options) {
  std::vector<AppliedStep> applied;
  const std::string file = place.folder() + "/plan.json";
  for (int round = 0; round < options.rounds; ++round) {
    WEIR_TRY(const Plan plan, make_plan(place, options, file));
    if (plan.steps.empty()) return applied;
    WEIR_CHECK(run_weir({options.weir, "apply", file, "--netns", place.name(), "--state",
                         place.folder() + "/state", "--no-confirm"}));
    for (const auto& step : plan.steps)
      applied.push_back({step_target_name(step), step.expected, step.wanted, step.finding});
  }
  return make_error(ErrorCode::busy, "weir still found something to change after " +
                                         std::to_string(options.rounds) + " plans");
}

}  // namespace weir::lab
