#include "app/arguments.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "app/goal_options.h"
#include "base/text.h"
#include "judge/accept_queue.h"
#include "plan/profile.h"
#include "plan/wish.h"

namespace weir::app {
namespace {

/// A value that cannot be used; the message is the whole sentence after the option's name.
[[noreturn]] void refuse(const std::string& what) {
  throw CLI::ValidationError(what, CLI::ExitCodes::ValidationError);
}

std::string quoted(const std::string& text) { return "\"" + escape_bytes(text) + "\""; }

std::int64_t number_between(const std::string& text, std::int64_t least, std::int64_t most,
                            const std::string& option) {
  const auto number = parse_integer(text);
  if (!number || *number < least || *number > most) {
    refuse(option + " takes a number between " + std::to_string(least) + " and " +
           std::to_string(most) + ", not " + quoted(text));
  }
  return *number;
}

/// Shorter windows hold too few samples to tell a burst from a standing queue; longer ones are what
/// the daemon is for.
constexpr Nanoseconds shortest_window = milliseconds(100);
constexpr Nanoseconds longest_window = seconds(24LL * 3600);

Nanoseconds duration(const std::string& text, Nanoseconds least, Nanoseconds most,
                     const std::string& option, const std::string& range) {
  const auto parsed = parse_duration_ns(text);
  if (!parsed || *parsed < least.count || *parsed > most.count)
    refuse(option + " takes a time such as 5s, 250ms or 2m, " + range + ", not " + quoted(text));
  return {*parsed};
}

Stage stage(const std::string& text) {
  const auto parsed = parse_stage(text);
  if (!parsed) {
    std::string known;
    for (const auto one : all_stages)
      known += (known.empty() ? "" : ", ") + std::string(stage_id(one));
    refuse("there is no stage " + quoted(text) + "; the stages are " + known);
  }
  return *parsed;
}

using TextFunction = std::function<void(const std::string&)>;

/// Builds the tree of commands; each option fills its field of `arguments`, which lives longer than
/// the tree.
class Builder {
 public:
  Builder(CLI::App& root, Arguments& arguments) : root_(root), arguments_(arguments) {}

  void build() {
    root_.require_subcommand(0, 1);
    root_.fallthrough();
    root_.set_help_flag("-h,--help", "say how it is used");
    option(root_, "--color", "WHEN",
           "colour: auto (the default: on a terminal, unless NO_COLOR is set), always or never",
           [this](const std::string& text) {
             if (text != "auto" && text != "always" && text != "never")
               refuse("--color takes auto, always or never, not " + quoted(text));
             arguments_.color = text == "always"  ? ColorChoice::always
                                : text == "never" ? ColorChoice::never
                                                  : ColorChoice::automatic;
           });
    root_.add_flag_callback(
        "--version", [this] { arguments_.command = Command::version; },
        "print the version and end");
    check();
    snapshot();
    explain();
    plan();
    size();
    apply();
    confirm();
    undo();
    history();
    drift();
    command(
        "demo", Command::demo,
        "Shows in half a minute, in a network namespace of its own, how an overflowing server is found and healed.",
        "Nothing outside of the namespace is touched. Needs root.");
    command("version", Command::version, "Prints the version.", "");
    command("man", Command::man, "Prints the manual page.", "")->group("");
    command("completion", Command::completion, "Prints the completion for bash.", "")->group("");
    reference();
    command("topics", Command::topics, "Prints everything that `weir explain` explains.", "")
        ->group("");
  }

 private:
  CLI::App* command(const std::string& name, Command id, const std::string& summary,
                    const std::string& notes) {
    auto* made = root_.add_subcommand(name, summary);
    made->footer(notes);
    made->set_help_flag("-h,--help", "say how it is used");
    made->callback([this, id] { arguments_.command = id; });
    return made;
  }

  static CLI::Option* option(CLI::App& app, const std::string& names, const std::string& value,
                             const std::string& help, const TextFunction& take) {
    auto* made = app.add_option_function<std::string>(names, take, help);
    made->type_name(value)->type_size(1)->expected(1);
    return made;
  }

  static CLI::Option* option(CLI::App& app, const std::string& names, const std::string& value,
                             const std::string& help, std::string& target) {
    return option(app, names, value, help, [&target, names](const std::string& text) {
      if (text.empty()) refuse(names.substr(names.rfind(',') + 1) + " must not be empty");
      target = text;
    });
  }

  /// An option that may come several times, once for each value.
  static void repeated(CLI::App& app, const std::string& names, const std::string& value,
                       const std::string& help, const TextFunction& take, int most = 1) {
    const auto take_all = [take](const std::vector<std::string>& texts) {
      for (const auto& text : texts) take(text);
    };
    auto* made = app.add_option_function<std::vector<std::string>>(names, take_all, help);
    made->type_name(value)->expected(most)->take_all();
  }

  void place(CLI::App& app) {
    auto* netns = option(app, "--netns", "NAME|PATH",
                         "look at this network namespace: a name of `ip netns`, or a path",
                         arguments_.place.netns);
    auto* pid = option(app, "--pid", "PID", "look at the network namespace of this process",
                       [this](const std::string& text) {
                         arguments_.place.pid = number_between(text, 1, 1 << 30, "--pid");
                       });
    netns->excludes(pid);
  }

  CLI::Option* window(CLI::App& app, const std::string& standard) {
    return option(app, "--for", "TIME", "how long to watch: 5s, 250ms, 2m" + standard,
                  [this](const std::string& text) {
                    arguments_.window = duration(text, shortest_window, longest_window, "--for",
                                                 "from 100ms to 24h");
                  });
  }

  void ports(CLI::App& app) {
    repeated(app, "--port", "N", "only listeners on this port; may be repeated",
             [this](const std::string& text) {
               arguments_.ports.push_back(number_between(text, 1, 65535, "--port"));
             });
  }

  void json(CLI::App& app, const std::string& schema) {
    app.add_flag("--json", arguments_.json, "print JSON (" + schema + ") instead of text");
  }

  void state(CLI::App& app) {
    option(app, "--state", "DIR", "where weir remembers what it changed (default /var/lib/weir)",
           arguments_.state_folder);
  }

  void entry(CLI::App& app, const std::string& help) {
    option(app, "id", "ID", help, [this](const std::string& text) {
      arguments_.entry = number_between(text, 1, INT64_MAX, "ID");
    });
  }

  void check() {
    auto& app = *command(
        "check", Command::check,
        "Says how much headroom each stage of a connection's life has, and what limits this server.",
        "Exit code: 0 when there is no finding at or above --fail-on, 1 when there is one, 2 for wrong use, 3 when the host or a file could not be read or written.\n\nWorks without root and says what it could not see. "
        "CAP_NET_ADMIN shows more of the sockets, CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH who owns them, CAP_SYS_ADMIN lets it look into another network namespace. "
        "Ctrl-C ends the window early; what was seen until then is judged.");
    auto* for_option = window(app, " (default 3s)");
    json(app, "weir.check/1 or weir.config/1");
    ports(app);
    repeated(app, "--stage", "STAGE", "only this stage, such as accept-queue; may be repeated",
             [this](const std::string& text) { arguments_.stages.push_back(stage(text)); });
    place(app);
    option(app, "--fail-on", "SEVERITY",
           "exit with 1 from this severity on: notice, warning (the default) or critical",
           [this](const std::string& text) {
             const auto severity = parse_severity(text);
             if (!severity)
               refuse("--fail-on takes notice, warning or critical, not " + quoted(text));
             arguments_.fail_on = *severity;
           });
    auto* from =
        option(app, "--from", "FILE", "judge this recording instead of the host", arguments_.from);
    auto* save = option(app, "--save", "FILE", "write the recording that was judged to this file",
                        arguments_.save);
    from->excludes(app.get_option("--netns"))
        ->excludes(app.get_option("--pid"))
        ->excludes(for_option);
    auto* since = option(
        app, "--since", "FILE",
        "compare the host with this snapshot, taken earlier in the same boot, instead of watching it: everything that was lost since counts",
        arguments_.since);
    since->excludes(from)->excludes(for_option);
    repeated(
        app, "--config", "FILE",
        "judge these sysctl.conf or sysctl.d files, in the given order, instead of the host; a folder stands for its *.conf files",
        [this](const std::string& text) { arguments_.config.push_back(text); },
        CLI::detail::expected_max_vector_size);
    state(app);
    auto* config = app.get_option("--config");
    for (auto* other :
         {from, since, save, for_option, app.get_option("--netns"), app.get_option("--pid"),
          app.get_option("--port"), app.get_option("--stage"), app.get_option("--state")}) {
      config->excludes(other);
    }
    described_host(app, config);
  }

  /// The flags that describe another machine; they need `config`, where there is one.
  void described_host(CLI::App& app, CLI::Option* config) {
    const std::string condition = config == nullptr ? "" : "with --config: ";
    const std::string act = config == nullptr ? "size " : "judge ";
    auto* kernel = option(
        app, "--kernel", "VERSION",
        condition + act + "for this kernel instead of the running one; nothing live is compared",
        [this](const std::string& text) {
          if (!parse_kernel_version(text))
            refuse("--kernel takes a version such as 5.14, not " + quoted(text));
          arguments_.kernel = text;
        });
    auto* memory =
        option(app, "--ram", "SIZE",
               condition + act + "for a machine with this much memory, such as 64GiB",
               [this](const std::string& text) {
                 const auto bytes = parse_bytes(text);
                 if (!bytes || *bytes < 1 << 20)
                   refuse("--ram takes a size such as 64GiB or 512MiB, not " + quoted(text));
                 arguments_.memory = Bytes{*bytes};
               });
    auto* cpus = option(app, "--cpus", "N", condition + act + "for a machine with this many CPUs",
                        [this](const std::string& text) {
                          arguments_.cpus = number_between(text, 1, 1 << 16, "--cpus");
                        });
    if (config == nullptr) return;
    for (auto* one : {kernel, memory, cpus}) one->needs(config);
  }

  void snapshot() {
    auto& app = *command(
        "snapshot", Command::snapshot,
        "Writes down what `weir check` would judge, to be judged elsewhere with `weir check --from`.",
        "Without --for it is a single snapshot (weir.snapshot/1), with it a recording of that window (weir.recording/1). "
        "The file holds addresses, process names and settings of this host. "
        "Needs what `weir check` needs.");
    window(app, "; without it, one snapshot is taken at once");
    option(app, "-o,--output", "FILE",
           "where to write it; - is standard output, which is also meant when it is redirected",
           arguments_.output);
    place(app);
  }

  void explain() {
    auto& app = *command(
        "explain", Command::explain,
        "Explains a stage, a kernel parameter or a finding; alone, it draws a client's visit.",
        "Needs no rights. "
        "Tells what the kernel really does with a parameter, its default by version, its scope and unit, what shows it too small or too large, its risks, and the well-known wrong advice.");
    option(app, "topic", "STAGE|PARAMETER|FINDING",
           std::string("such as accept-queue, net.core.somaxconn, somaxconn or ")
               .append(judge::ids::accept_queue_app_backlog),
           arguments_.topic);
  }

  void reference() {
    auto& app = *command("reference", Command::reference,
                         "Prints the reference of all parameters or all findings as Markdown.", "");
    app.group("");
    option(app, "kind", "parameters|findings", "which of the two", [this](const std::string& text) {
      if (text != "parameters" && text != "findings")
        refuse("weir reference takes parameters or findings, not " + quoted(text));
      arguments_.topic = text;
    })->required();
  }

  void plan() {
    auto& app = *command(
        "plan", Command::plan,
        "Writes down the changes that the findings ask for, as reversible steps. Changes nothing.",
        "No evidence, no step: each tells the finding or the profile that asks for it, what was measured, and the formula with this host's numbers. "
        "What the catalog calls harmful or does not know is refused unless --allow names it. "
        "A plan holds for the host, boot and network namespace that it was made in; --rebase makes it anew. "
        "Needs what `weir check` needs.");
    auto* for_option = window(app, " (default 3s)");
    auto* from = option(
        app, "--from", "FILE",
        "plan from this recording instead of the host, or, for this host's values now, from the findings that `weir check --json` printed",
        arguments_.from);
    option(app, "-o,--output", "FILE", "write the plan to this file (weir.plan/1)",
           arguments_.output);
    json(app, "weir.plan/1");
    ports(app);
    place(app);
    from->excludes(for_option);
    option(app, "--profile", "NAME", "also what this purpose asks for: web, proxy, bulk or latency",
           [this](const std::string& text) {
             if (!plan::parse_profile(text))
               refuse("--profile takes web, proxy, bulk or latency, not " + quoted(text));
             arguments_.profile = text;
           });
    repeated(
        app, "--set", "NAME=VALUE",
        "a value that you want, such as net.ipv4.tcp_retries2=10, link:eth0:ring.rx=4096 or limit:812:nofile='65536 65536'; may be repeated",
        [this](const std::string& text) {
          const auto wish = plan::parse_wish(text);
          if (!wish) refuse(wish.error().message);
          arguments_.wishes.push_back(text);
        });
    repeated(
        app, "--allow", "NAME",
        "take a value of this setting that is called harmful, or a setting that weir does not know; may be repeated",
        [this](const std::string& text) { arguments_.allowed.push_back(text); });
    repeated(
        app, "--from-config", "FILE",
        "say line by line what to do on this host instead of this sysctl file; a folder stands for its *.conf files",
        [this](const std::string& text) { arguments_.from_config.push_back(text); },
        CLI::detail::expected_max_vector_size);
    auto* rebase = option(app, "--rebase", "PLAN", "make this plan anew, for the host as it is now",
                          arguments_.rebase);
    for (const char* other : {"--from", "--port", "--profile", "--set", "--allow", "--from-config"})
      rebase->excludes(app.get_option(other));
  }

  void size() {
    auto& app = *command(
        "size", Command::size,
        "Says what a load needs at each stage, what breaks first and at which load, and which settings move that.",
        "Exit code: 0 also where the load does not fit, 1 when the host could not be read, 2 for wrong use. "
        "For this host, or with --ram, --cpus and --kernel for another machine with its kernel's own settings. "
        "Changes nothing. "
        "Needs what `weir check` needs.");
    for (const auto& one : goal_options()) {
      auto* made =
          option(app, one.name, one.value, one.help, [this, &one](const std::string& text) {
            const std::string wrong = one.take(text, arguments_.goal);
            if (!wrong.empty()) refuse(wrong);
          });
      made->required(one.required);
    }
    option(app, "--port", "N", "the server on this port: its backlog and its limit of files",
           [this](const std::string& text) {
             arguments_.ports = {number_between(text, 1, 65535, "--port")};
           });
    option(
        app, "-o,--output", "FILE",
        "write the settings of this host as a plan to this file (weir.plan/1); - is standard output",
        arguments_.output);
    app.add_flag("-v,--verbose", arguments_.verbose, "show every need with its formula");
    json(app, "weir.size/1");
    described_host(app, nullptr);
    place(app);
  }

  void apply() {
    auto& app = *command(
        "apply", Command::apply, "Applies a plan: all of its steps, or none.",
        "Exit code: 0 applied, or nothing was left to do, 1 failed (what had been done was undone), 2 wrong use, or a plan that no host can carry out, 4 refused; nothing was changed then. weir refuses a plan that this host does not fit, that another user can write to, or that an earlier run applied and that still waits for its confirmation; and, unless --allow names it, a value that weir calls harmful or a setting that weir does not know. "
        "With --detailed-exit-code 10 says that something was changed, and 0 that nothing had to be. "
        "A plan with a step that can cut traffic (links, qdiscs, connection tracking, rp_filter, arp_*) is undone after 2 minutes unless you confirm it. "
        "Every old value is on disk before a new one is written. "
        "Needs CAP_NET_ADMIN, for a running server's backlog or limit also CAP_SYS_PTRACE or CAP_SYS_RESOURCE, and the right to write to the state folder: root.");
    option(app, "plan", "PLAN", "a file that `weir plan -o` wrote", arguments_.plan_file)
        ->required();
    auto* within = option(
        app, "--confirm-within", "TIME",
        "undo it all unless `weir confirm` comes within this time, such as 60s; a watchdog sees to it",
        [this](const std::string& text) {
          arguments_.confirm_within = duration(text, seconds(1), seconds(24LL * 3600),
                                               "--confirm-within", "from 1s to 24h");
        });
    auto* no_confirm = app.add_flag("--no-confirm", arguments_.no_confirm,
                                    "keep it without a confirmation, also what can cut traffic");
    no_confirm->excludes(within);
    option(
        app, "--probe", "COMMAND",
        "run this in a shell after the last step, for at most 30 s or three quarters of the time to confirm within; when it fails, undo at once",
        arguments_.probe);
    app.add_flag(
        "--persist", arguments_.persist,
        "also set the plan's sysctls at every boot, by /etc/sysctl.d/99-weir.conf, which is written when the plan is confirmed; refused when a later file would win, or in another network namespace than the host's first");
    app.add_flag("--dry-run,--check", arguments_.dry_run,
                 "ask everything that would be asked before the first change; change nothing");
    repeated(
        app, "--allow", "NAME",
        "take the plan's value of this setting, which is called harmful or which weir does not know; may be repeated",
        [this](const std::string& text) { arguments_.allowed.push_back(text); });
    app.add_flag("--detailed-exit-code", arguments_.detailed_exit_code,
                 "exit with 10 when something was changed (with --check: would be)");
    state(app);
    place(app);
  }

  void confirm() {
    auto& app = *command(
        "confirm", Command::confirm, "Keeps what was applied with --confirm-within.",
        "Exit code: 0 kept, 1 failed (it may be kept until the next boot only: the text says so, and the same command tries again), 2 wrong use, 4 too late (then the old values are back) or not waiting. "
        "Needs root.");
    entry(
        app,
        "the number that `weir apply` and `weir history` show; without it, the newest that waits");
    state(app);
  }

  void undo() {
    auto& app = *command(
        "undo", Command::undo, "Puts back what was there before a plan was applied.",
        "Exit code: 0 undone, 1 undone in part or failed, 2 wrong use, 4 there is nothing to undo in this state. "
        "What somebody else changed since stays as it is and is named; "
        "`weir undo --force` finds that entry and puts it back as well. "
        "Works on a full or read-only disk: the values come first. "
        "Lines that --persist wrote are taken out, also those of an entry of an earlier boot. "
        "What the kernel changed together with a step is put back as well. "
        "An entry whose network namespace is gone is over; where weir may not look everywhere for the namespace, the undo fails, says where, and can be tried again. "
        "Needs root.");
    entry(
        app,
        "the number that `weir apply` and `weir history` show; without it, the newest that can be undone");
    app.add_flag("--force", arguments_.force, "also put back what somebody else changed since");
    state(app);
  }

  void history() {
    auto& app = *command("history", Command::history,
                         "Lists what was applied, the newest first, with old and new values.",
                         "Needs the right to read the state folder: root.");
    json(app, "weir.history/1");
    state(app);
  }

  void drift() {
    auto& app = *command(
        "drift", Command::drift,
        "Compares what weir changed with what is there now, and with what the next boot will bring.",
        "Exit code: 0 everything is as weir left it, 1 something is not, 2 wrong use, 3 the host or the state folder could not be read. "
        "What somebody else changed is shown and left alone. "
        "Needs the right to read the state folder: root.");
    json(app, "weir.drift/1");
    state(app);
    place(app);
  }

  CLI::App& root_;
  Arguments& arguments_;
};

OptionDescription describe_option(const CLI::Option& option) {
  OptionDescription described;
  for (const auto& name : option.get_snames()) described.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) described.names.push_back("--" + name);
  const int most = option.get_items_expected_max();
  described.value = most == 0 ? "" : option.get_type_name() + (most > 1 ? "..." : "");
  described.help = option.get_description();
  described.repeatable = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  described.required = option.get_required();
  return described;
}

/// Only what a user is to see: hidden commands have no group.
CommandDescription describe_command(const CLI::App& app) {
  CommandDescription described;
  described.name = app.get_name();
  described.summary = app.get_description();
  described.notes = app.get_footer();
  for (const auto* option : app.get_options()) {
    (option->get_positional() ? described.positionals : described.options)
        .push_back(describe_option(*option));
  }
  return described;
}

std::string help_hint(const std::string& command) {
  return "; see `weir" + (command.empty() ? "" : " " + command) + " --help`";
}

/// CLI11's own sentences, in weir's words.
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

/// Words that nothing takes.
std::string unexpected_sentence(const std::vector<std::string>& words, const std::string& command) {
  const std::string word = words.empty() ? "" : words.front();
  if (word.starts_with('-')) return "there is no option " + quoted(word) + help_hint(command);
  if (command.empty()) return "there is no command " + quoted(word) + help_hint(command);
  return "weir " + command + " does not take " + quoted(word) + help_hint(command);
}

}  // namespace

Result<std::variant<Arguments, HelpWanted>> parse_arguments(const std::vector<std::string>& words) {
  Arguments arguments;
  arguments.words = words;
  CLI::App root("weir", "weir");
  Builder builder(root, arguments);  // its callbacks run while the words are parsed
  builder.build();
  const auto chosen = [&root] {
    const auto parsed = root.get_subcommands();
    return parsed.empty() ? nullptr : parsed.front();
  };
  try {
    root.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::CallForHelp&) {
    return std::variant<Arguments, HelpWanted>(
        HelpWanted{chosen() == nullptr ? CommandDescription{} : describe_command(*chosen())});
  } catch (const CLI::ExtrasError&) {
    return make_error(
        ErrorCode::wrong_use,
        unexpected_sentence(root.remaining(true), chosen() == nullptr ? "" : chosen()->get_name()));
  } catch (const CLI::ParseError& error) {
    return make_error(ErrorCode::wrong_use,
                      one_sentence(error, chosen() == nullptr ? "" : chosen()->get_name()));
  }
  return std::variant<Arguments, HelpWanted>(std::move(arguments));
}

CommandLine describe_command_line() {
  Arguments unused;
  CLI::App root("weir", "weir");
  Builder builder(root, unused);
  builder.build();
  CommandLine line;
  line.global_options = describe_command(root).options;
  for (const auto* command :
       root.get_subcommands([](const CLI::App* app) { return !app->get_group().empty(); }))
    line.commands.push_back(describe_command(*command));
  return line;
}

}  // namespace weir::app
