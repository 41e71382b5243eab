// Options that several commands share: each is a value with a function that adds it to a command.
// Not an option of a single command: the command's file has it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "model/catalog.h"
#include "model/configuration.h"
#include "model/plan.h"

namespace weir::app {

class CommandBuilder;

/// --netns, --pid: the caller's own network namespace unless one of them is given.
struct NamespaceOption {
  std::string netns;  ///< a name that `ip netns` gave, or a path
  std::optional<std::int64_t> pid;
};

void add_namespace_option(CommandBuilder& builder, NamespaceOption& option);
[[nodiscard]] bool is_given(const NamespaceOption& option);

/// --state: the folder of the journal.
struct StateOption {
  std::string given;  ///< empty: the default folder
};

void add_state_option(CommandBuilder& builder, StateOption& option);
/// "/var/lib/weir", unless the user gave another folder.
[[nodiscard]] std::string state_folder(const StateOption& option);
/// " --state DIR" for a command that the user must type; empty for the default folder.
[[nodiscard]] std::string state_words(const StateOption& option);

/// --kernel, --ram, --cpus: another machine, as far as it is described.
struct MachineOption {
  std::string kernel;
  std::optional<Bytes> memory;
  std::optional<std::int64_t> cpus;
};

/// Each help text begins with `use`, such as "size ".
void add_machine_option(CommandBuilder& builder, MachineOption& option, const std::string& use);
[[nodiscard]] bool is_given(const MachineOption& option);
/// The described machine. It runs this host's kernel unless the user gave another version. Every
/// other value that was not given is unknown; this host's value is not used. Pure.
[[nodiscard]] ConfigHost described_machine(const MachineOption& option,
                                           const std::string& own_kernel);

/// --for: how long to watch. `standard` ends the help text and says what happens without the
/// option.
void add_window_option(CommandBuilder& builder, std::optional<Nanoseconds>& window,
                       const std::string& standard);

/// --port: only listeners on these ports.
void add_ports_option(CommandBuilder& builder, std::vector<std::int64_t>& ports);

/// --json; `schema` is the schema of the output, such as "weir.plan/1".
void add_json_option(CommandBuilder& builder, bool& json, const std::string& schema);

/// ID: an entry of the journal.
void add_entry_option(CommandBuilder& builder, std::optional<std::int64_t>& entry,
                      const std::string& help);

/// Checks the names that --allow gives. Each must be a setting of the catalog or one of `meant`:
/// the settings that the user asks for or that the plan changes. Errors: wrong_use, with the
/// setting that the user probably meant.
[[nodiscard]] Status check_allowed(const std::vector<std::string>& names,
                                   const std::vector<std::string>& meant, const Catalog& catalog);

/// The sysctls that the plan changes. `weir apply --allow` may name them.
[[nodiscard]] std::vector<std::string> sysctl_names(const Plan& plan);

}  // namespace weir::app
