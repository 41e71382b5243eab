// `weir completion`, which no help shows: packaging/weir.bash-completion.
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "app/arguments.h"
#include "app/command.h"
#include "app/command_line.h"
#include "app/output.h"
#include "base/text.h"

namespace weir::app {
namespace {

/// How bash completes a value.
enum class Completion { nothing, words, files, folders, namespaces, topics };

/// The names of values in the help that bash can complete.
constexpr std::array completed_values{
    std::pair{std::string_view("FILE"), Completion::files},
    std::pair{std::string_view("PLAN"), Completion::files},
    std::pair{std::string_view("DIR"), Completion::folders},
    std::pair{std::string_view("NAME|PATH"), Completion::namespaces},
    std::pair{std::string_view("STAGE|PARAMETER|FINDING"), Completion::topics}};

constexpr std::string_view list_end = "...";

bool takes_list(const OptionDescription& option) { return option.value.ends_with(list_end); }

Completion completion_of(const OptionDescription& option) {
  if (!option.words.empty()) return Completion::words;
  std::string_view value = option.value;
  if (takes_list(option)) value.remove_suffix(list_end.size());
  const auto found = std::find_if(completed_values.begin(), completed_values.end(),
                                  [&](const auto& one) { return one.first == value; });
  return found == completed_values.end() ? Completion::nothing : found->second;
}

constexpr std::string_view script_head = R"BASH(# Printed by `weir completion`; do not edit.
_weir() {
    local current previous command="" last="" word options
    COMPREPLY=()
    current=${COMP_WORDS[COMP_CWORD]}
    previous=${COMP_WORDS[COMP_CWORD - 1]}
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
        -*) last=$word ;;
        *) [[ -n $command ]] || command=$word ;;
        esac
    done
    case $previous in
)BASH";

constexpr std::string_view script_tail = R"BASH(    esac
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
}
complete -o filenames -F _weir weir
)BASH";

constexpr std::string_view complete_files = R"BASH(
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
)BASH";

constexpr std::string_view complete_folders = R"BASH(
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        return
        ;;
)BASH";

constexpr std::string_view complete_namespaces = R"BASH(
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        if [[ -d /run/netns ]]; then
            mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY \
                < <(compgen -W "$(command ls /run/netns)" -- "$current")
        fi
        return
        ;;
)BASH";

constexpr std::string_view complete_topics = R"BASH( options=$(weir topics 2> /dev/null) ;;
)BASH";

std::string complete_words(const std::vector<std::string>& words) {
  return "\n        mapfile -t COMPREPLY < <(compgen -W \"" + join_texts(words, " ") +
         "\" -- \"$current\")\n        return\n        ;;\n";
}

std::string code_of(const OptionDescription& option) {
  switch (completion_of(option)) {
    case Completion::nothing: return " return ;;\n";
    case Completion::words: return complete_words(option.words);
    case Completion::files: return std::string(complete_files);
    case Completion::folders: return std::string(complete_folders);
    case Completion::namespaces: return std::string(complete_namespaces);
    case Completion::topics: return std::string(complete_topics);
  }
  return "";
}

/// The branches of a `case`. Patterns with the same completion share one branch.
class Branches {
 public:
  void add(const std::string& pattern, const std::string& code) {
    const auto has = [&](const auto& branch) {
      return std::find(branch.second.begin(), branch.second.end(), pattern) != branch.second.end();
    };
    if (std::any_of(branches_.begin(), branches_.end(), has)) return;
    const auto same = std::find_if(branches_.begin(), branches_.end(),
                                   [&](const auto& branch) { return branch.first == code; });
    if (same == branches_.end()) {
      branches_.push_back({code, {pattern}});
    } else {
      same->second.push_back(pattern);
    }
  }

  [[nodiscard]] std::string text() const {
    std::string text;
    for (const auto& [code, patterns] : branches_)
      text += "    " + join_texts(patterns, " | ") + ")" + code;
    return text;
  }

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> branches_;  ///< code, patterns
};

void add_values(Branches& branches, const std::vector<OptionDescription>& options) {
  for (const auto& option : options) {
    if (option.value.empty() || takes_list(option)) continue;
    for (const auto& name : option.names) branches.add(name, code_of(option));
  }
}

std::string words_of(const std::vector<OptionDescription>& options) {
  std::vector<std::string> words;
  for (const auto& option : options)
    words.insert(words.end(), option.names.begin(), option.names.end());
  return join_texts(words, " ");
}

std::string bash_completion(const CommandLine& line) {
  Branches values;
  Branches lists;        // by the last option before the cursor
  Branches positionals;  // by the command
  add_values(values, line.global_options);
  std::string options;
  std::vector<std::string> names;
  for (const auto& command : line.commands) {
    add_values(values, command.options);
    for (const auto& option : command.options) {
      if (!takes_list(option)) continue;
      for (const auto& name : option.names) lists.add(name + ":*", code_of(option));
    }
    for (const auto& positional : command.positionals) {
      if (completion_of(positional) != Completion::nothing)
        positionals.add(command.name + ":*", code_of(positional));
    }
    names.push_back(command.name);
    options +=
        "    " + command.name + ") options=\"" + words_of(command.options) + " --color\" ;;\n";
  }
  return std::string(script_head) + values.text() +
         "    esac\n    case $last:$current in\n    *:-*) ;;\n" + lists.text() +
         "    esac\n    case $command in\n" + options + "    *) options=\"" +
         join_texts(names, " ") + " " + words_of(line.global_options) +
         "\" ;;\n    esac\n    case $command:$current in\n    *:-*) ;;\n" + positionals.text() +
         std::string(script_tail);
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
