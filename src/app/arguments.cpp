#include "app/arguments.h"

#include <algorithm>
#include <string_view>

#include <CLI/CLI.hpp>

#include "base/text.h"

namespace weir::app {
namespace {

constexpr const char* help_names = "-h,--help";
constexpr const char* help_of_help = "show this help";

std::string quoted(const std::string& text) { return "\"" + escape_bytes(text) + "\""; }

/// The name of an option that sentences use: the long one.
std::string spoken_name(const std::string& names) { return names.substr(names.rfind(',') + 1); }

/// Throws CLI11's error for a value that cannot be used.
void refuse_failed(const Status& status) {
  if (!status.ok())
    throw CLI::ValidationError(status.error().message, CLI::ExitCodes::ValidationError);
}

/// "auto, always or never".
std::string alternatives(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_last = i + 1 == words.size();
    text += (i == 0 ? "" : is_last ? " or " : ", ") + words[i];
  }
  return text;
}

CLI::Option& add_repeated(CLI::App& app, const std::string& names, const std::string& value,
                          const std::string& help, const TakeText& take) {
  const auto take_all = [take](const std::vector<std::string>& texts) {
    for (const auto& text : texts) refuse_failed(take(text));
  };
  auto* made = app.add_option_function<std::vector<std::string>>(names, take_all, help);
  made->type_name(value)->expected(1)->take_all();
  return *made;
}

TakeText append_to(std::vector<std::string>& target) {
  return [&target](const std::string& text) -> Status {
    target.push_back(text);
    return {};
  };
}

}  // namespace

void CommandBuilder::summary(const std::string& text) { app_.description(text); }

void CommandBuilder::notes(const std::string& text) { app_.footer(text); }

void CommandBuilder::hide() { app_.group(""); }

void CommandBuilder::flag(const std::string& names, const std::string& help, bool& target) {
  app_.add_flag(names, target, help);
}

void CommandBuilder::option(const std::string& names, const std::string& value,
                            const std::string& help, const TakeText& take) {
  const auto take_one = [take](const std::string& text) { refuse_failed(take(text)); };
  auto* made = app_.add_option_function<std::string>(names, take_one, help);
  made->type_name(value)->type_size(1)->expected(1);
}

void CommandBuilder::option(const std::string& names, const std::string& value,
                            const std::string& help, std::string& target) {
  option(names, value, help, [&target, names](const std::string& text) -> Status {
    if (text.empty())
      return make_error(ErrorCode::wrong_use, spoken_name(names) + " must not be empty");
    target = text;
    return {};
  });
}

void CommandBuilder::choice(const std::string& names, const std::string& value,
                            const std::string& help, const std::vector<std::string>& words,
                            const std::function<void(const std::string&)>& take) {
  const std::string taker = names.starts_with('-') ? spoken_name(names) : "weir " + app_.get_name();
  option(names, value, help, [words, take, taker](const std::string& text) -> Status {
    if (std::find(words.begin(), words.end(), text) == words.end())
      return wrong_value(taker + " takes " + alternatives(words), text);
    take(text);
    return {};
  });
  offer(spoken_name(names), words);
}

void CommandBuilder::repeated(const std::string& names, const std::string& value,
                              const std::string& help, const TakeText& take) {
  add_repeated(app_, names, value, help, take);
}

void CommandBuilder::repeated(const std::string& names, const std::string& value,
                              const std::string& help, std::vector<std::string>& target) {
  add_repeated(app_, names, value, help, append_to(target));
}

void CommandBuilder::list(const std::string& names, const std::string& value,
                          const std::string& help, std::vector<std::string>& target) {
  add_repeated(app_, names, value, help, append_to(target))
      .expected(CLI::detail::expected_max_vector_size);
}

void CommandBuilder::require(const std::string& name) { app_.get_option(name)->required(); }

void CommandBuilder::exclude(const std::string& name, std::initializer_list<const char*> others) {
  for (const char* other : others) app_.get_option(name)->excludes(app_.get_option(other));
}

void CommandBuilder::need(const std::string& name, const std::string& other) {
  app_.get_option(name)->needs(app_.get_option(other));
}

void CommandBuilder::offer(const std::string& name, std::vector<std::string> words) {
  offered_[app_.get_option(name)] = std::move(words);
}

Error wrong_value(const std::string& expected, const std::string& text) {
  return make_error(ErrorCode::wrong_use, expected + ", not " + quoted(text));
}

ParseText<std::int64_t> number_between(const std::string& option, std::int64_t least,
                                       std::int64_t most) {
  return [option, least, most](const std::string& text) -> Result<std::int64_t> {
    const auto number = parse_integer(text);
    if (number && *number >= least && *number <= most) return *number;
    return wrong_value(option + " takes a number between " + std::to_string(least) + " and " +
                           std::to_string(most),
                       text);
  };
}

ParseText<Nanoseconds> time_between(const std::string& option, Nanoseconds least, Nanoseconds most,
                                    const std::string& range) {
  return [option, least, most, range](const std::string& text) -> Result<Nanoseconds> {
    const auto parsed = parse_duration_ns(text);
    if (parsed && *parsed >= least.count && *parsed <= most.count) return Nanoseconds{*parsed};
    return wrong_value(option + " takes a time such as 5s, 250ms or 2m, " + range, text);
  };
}

namespace {

/// All commands with their options, ready for one parse.
class CommandTree {
 public:
  explicit CommandTree(std::span<const CommandRow> rows) : rows_(rows) {
    root_.require_subcommand(0, 1);
    root_.fallthrough();
    root_.set_help_flag(help_names, help_of_help);
    CommandBuilder(root_, offered_)
        .choice(
            "--color", "WHEN",
            "colour: auto (the default: on a terminal, unless NO_COLOR is set), always or never",
            {"auto", "always", "never"}, [this](const std::string& text) {
              color_ = text == "always"  ? ColorChoice::always
                       : text == "never" ? ColorChoice::never
                                         : ColorChoice::automatic;
            });
    root_.add_flag("--version", wants_version_, "print the version and exit");
    for (const CommandRow& row : rows_) {
      auto* app = root_.add_subcommand(row.name);
      app->set_help_flag(help_names, help_of_help);
      CommandBuilder builder(*app, offered_);
      commands_.push_back(row.make(builder));
    }
  }

  /// Fills the options. Throws CLI11's errors.
  void parse(const std::vector<std::string>& words) {
    root_.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  }

  /// Returns the command that the words name; nullptr: none.
  [[nodiscard]] const CLI::App* chosen() const {
    const auto parsed = root_.get_subcommands();
    return parsed.empty() ? nullptr : parsed.front();
  }

  [[nodiscard]] std::string chosen_name() const {
    return chosen() == nullptr ? "" : chosen()->get_name();
  }

  /// Call it once, after parse().
  [[nodiscard]] Invocation take_invocation() {
    const std::string name = chosen() == nullptr && wants_version_ ? "version" : chosen_name();
    Invocation invocation;
    invocation.color = color_;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (name != rows_[i].name) continue;
      invocation.row = &rows_[i];
      invocation.command = std::move(commands_[i]);
    }
    return invocation;
  }

  [[nodiscard]] std::vector<std::string> remaining_words() const { return root_.remaining(true); }
  [[nodiscard]] const CLI::App& root() const { return root_; }

  [[nodiscard]] CommandDescription describe(const CLI::App& app) const {
    CommandDescription described;
    described.name = &app == &root_ ? "" : app.get_name();
    described.summary = app.get_description();
    described.notes = app.get_footer();
    for (const auto* option : app.get_options()) {
      (option->get_positional() ? described.positionals : described.options)
          .push_back(describe_option(*option));
    }
    return described;
  }

 private:
  [[nodiscard]] OptionDescription describe_option(const CLI::Option& option) const {
    OptionDescription described;
    for (const auto& name : option.get_snames()) described.names.push_back("-" + name);
    for (const auto& name : option.get_lnames()) described.names.push_back("--" + name);
    const int most = option.get_items_expected_max();
    described.value = most == 0 ? "" : option.get_type_name() + (most > 1 ? "..." : "");
    described.help = option.get_description();
    described.repeatable = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    described.required = option.get_required();
    if (const auto found = offered_.find(&option); found != offered_.end())
      described.words = found->second;
    return described;
  }

  CLI::App root_{"weir", "weir"};
  CommandBuilder::OfferedWords offered_;
  std::span<const CommandRow> rows_;
  std::vector<Command> commands_;
  ColorChoice color_ = ColorChoice::automatic;
  bool wants_version_ = false;
};

std::string help_hint(const std::string& command) {
  return "; see `weir" + (command.empty() ? "" : " " + command) + " --help`";
}

/// Turns a sentence of CLI11 into weir's words.
std::string one_sentence(const CLI::ParseError& error, const std::string& command) {
  std::string text = escape_bytes(trim(error.what()));
  const auto replace = [&text](std::string_view from, std::string_view to) {
    if (const auto at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
  };
  const std::string name = error.get_name();
  if (name == "ExcludesError") replace(" excludes ", " cannot be used together with ");
  if (name == "RequiresError") replace(" requires ", " is only used together with ");
  if (name == "RequiredError")
    text = "weir " + command + " needs a " + text.substr(0, text.find(' '));
  if (name == "ArgumentMismatch")
    text.replace(std::min(text.find(':'), text.size()), std::string::npos, " needs a value");
  return text + help_hint(command);
}

/// Says that no option or command takes these words.
std::string unexpected_sentence(const std::vector<std::string>& words, const std::string& command) {
  const std::string word = words.empty() ? "" : words.front();
  if (word.starts_with('-')) return "there is no option " + quoted(word) + help_hint(command);
  if (command.empty()) return "there is no command " + quoted(word) + help_hint(command);
  return "weir " + command + " does not take " + quoted(word) + help_hint(command);
}

}  // namespace

Result<std::variant<Invocation, HelpWanted>> parse_arguments(
    std::span<const CommandRow> rows, const std::vector<std::string>& words) {
  CommandTree tree(rows);
  try {
    tree.parse(words);
  } catch (const CLI::CallForHelp&) {
    const auto* chosen = tree.chosen();
    return std::variant<Invocation, HelpWanted>(
        HelpWanted{chosen == nullptr ? CommandDescription{} : tree.describe(*chosen)});
  } catch (const CLI::ExtrasError&) {
    return make_error(ErrorCode::wrong_use,
                      unexpected_sentence(tree.remaining_words(), tree.chosen_name()));
  } catch (const CLI::ParseError& error) {
    return make_error(ErrorCode::wrong_use, one_sentence(error, tree.chosen_name()));
  }
  return std::variant<Invocation, HelpWanted>(tree.take_invocation());
}

CommandLine describe_command_line(std::span<const CommandRow> rows) {
  const CommandTree tree(rows);
  CommandLine line;
  line.global_options = tree.describe(tree.root()).options;
  const auto is_shown = [](const CLI::App* app) { return !app->get_group().empty(); };
  for (const auto* command : tree.root().get_subcommands(is_shown))
    line.commands.push_back(tree.describe(*command));
  return line;
}

}  // namespace weir::app
