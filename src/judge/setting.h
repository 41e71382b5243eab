// Judges one value of one parameter on one machine: removed, inert, malformed, the kernel's
// default, what the catalog's rules say. Pure. Not a judge of lines (which one wins) and not a
// maker of findings: configuration.h and settings.h.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "judge/defaults.h"
#include "model/catalog.h"
#include "model/parameter.h"
#include "model/severity.h"

namespace weir::judge {

/// The machine and the values of its other parameters; borrowed for the call.
struct SettingHost {
  const HostFacts& facts;
  bool initial_netns = true;
  /// Another parameter's value by its full dotted name; nothing when it is not known.
  std::function<std::optional<std::string>(const std::string&)> sysctl;
};

struct SettingVerdict {
  Verdict verdict = Verdict::unknown;
  std::optional<Severity> severity;  ///< nothing: no finding
  std::string why;                   ///< whole sentences, or empty
  std::string remedy;                ///< instead of the finding's; mostly empty
  /// what this kernel would have chosen; empty when it is not known
  std::string default_value;
  bool estimated = false;  ///< the default is known only about
  bool not_yet = false;    ///< removed in the sense that only a later kernel has it
};

[[nodiscard]] SettingVerdict judge_value(const Parameter& parameter, std::string_view value,
                                         const SettingHost& host);

/// Integers as the kernel reads them: decimal, 0x hexadecimal, a leading 0 octal (kernel/sysctl.c
/// proc_get_long()); nothing when one does not parse.
[[nodiscard]] std::optional<Integers> parse_kernel_integers(std::string_view value);

/// Whether two texts mean the same value: integer by integer, otherwise word by word; blanks and
/// tabs are equal.
[[nodiscard]] bool same_value(std::string_view left, std::string_view right);

/// The catalog's name that an unknown key was probably meant to be; empty when none is near.
[[nodiscard]] std::string suggest_parameter(std::string_view key, const Catalog& catalog);

/// "6.17", or "4.14.3" where the patch level counts.
[[nodiscard]] std::string version_text(const KernelVersion& version);

}  // namespace weir::judge
