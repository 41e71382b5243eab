// `weir completion`, which no help names: packaging/weir.bash-completion.
#include "app/arguments.h"
#include "app/command.h"
#include "app/command_line.h"
#include "app/output.h"
#include "model/severity.h"
#include "model/stage.h"

namespace weir::app {
namespace {

std::string words_of(const std::vector<OptionDescription>& options) {
  std::string words;
  for (const auto& option : options) {
    for (const auto& name : option.names) words += (words.empty() ? "" : " ") + name;
  }
  return words;
}

std::string all_stage_ids() {
  std::string ids;
  for (const auto stage : all_stages)
    ids += (ids.empty() ? "" : " ") + std::string(stage_id(stage));
  return ids;
}

constexpr std::string_view script_head = R"BASH(# Printed by `weir completion`; do not edit.
_weir() {
    local current previous command="" word options
    COMPREPLY=()
    current=${COMP_WORDS[COMP_CWORD]}
    previous=${COMP_WORDS[COMP_CWORD - 1]}
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
        -*) ;;
        *)
            command=$word
            break
            ;;
        esac
    done
    case $previous in
    --from | --save | --config | --netns | -o | --output)
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        if [[ $previous == --netns && -d /run/netns ]]; then
            mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY \
                < <(compgen -W "$(command ls /run/netns)" -- "$current")
        fi
        return
        ;;
    --state)
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        return
        ;;
    --for | --confirm-within | --port | --pid | --pause | --kernel | --ram | --cpus) return ;;
    --connections) return ;;
    --rate | --rtt | --bandwidth | --idle | --flow | --upstream | --keepalive-upstream) return ;;
    --workers | --app-memory) return ;;
)BASH";

constexpr std::string_view script_tail = R"BASH(    case $command:$current in
    *:-*) ;;
    explain:*) options=$(weir topics 2> /dev/null) ;;
    apply:* | check:*)
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
}
complete -o filenames -F _weir weir
)BASH";

std::string bash_completion(const CommandLine& line) {
  std::string text(script_head);
  const auto choice = [&text](const std::string& option, const std::string& words) {
    text += "    " + option + ")\n        mapfile -t COMPREPLY < <(compgen -W \"" + words +
            "\" -- \"$current\")\n        return\n        ;;\n";
  };
  std::string severities;
  for (const auto severity : {Severity::notice, Severity::warning, Severity::critical}) {
    severities += (severities.empty() ? "" : " ") + std::string(severity_id(severity));
  }
  choice("--color", "auto always never");
  choice("--stage", all_stage_ids());
  choice("--fail-on", severities);
  text += "    esac\n    case $command in\n";
  std::string commands;
  for (const auto& command : line.commands) {
    commands += (commands.empty() ? "" : " ") + command.name;
    text += "    " + command.name + ") options=\"" + words_of(command.options) + " --color\" ;;\n";
  }
  text +=
      "    *) options=\"" + commands + " " + words_of(line.global_options) + "\" ;;\n    esac\n";
  return text + std::string(script_tail);
}

Result<ExitCode> run_completion(const Context& /*context*/) {
  WEIR_CHECK(write_out(bash_completion(describe_command_line(all_commands()))));
  return ExitCode::ok;
}

}  // namespace

Command make_completion(CommandBuilder& builder) {
  builder.summary("Prints the completion for bash.");
  builder.hide();
  return {run_completion};
}

}  // namespace weir::app
