// Judges one value of one parameter on one machine: removed, inert, malformed, the kernel's
// default, or what the catalog's rules say. Pure. Not a judge of lines (which line wins) and not a
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
  /// Another parameter's value by its full dotted name; nothing if the value is not known.
  std::function<std::optional<std::string>(const std::string&)> sysctl;
};

struct SettingVerdict {
  Verdict verdict = Verdict::unknown;
  std::optional<Severity> severity;  ///< nothing: no finding
  std::string why;                   ///< whole sentences, or empty
  std::string remedy;                ///< replaces the finding's remedy; mostly empty
  /// the value that this kernel would have chosen; empty if it is not known
  std::string default_value;
  bool estimated = false;  ///< the default is only an estimate
  bool not_yet = false;    ///< `removed` means here: only a later kernel has the parameter
};

[[nodiscard]] SettingVerdict judge_value(const Parameter& parameter, std::string_view value,
                                         const SettingHost& host);

/// Integers as the kernel reads them: decimal, 0x hexadecimal, a leading 0 octal (kernel/sysctl.c
/// proc_get_long()); nothing if one of them does not parse.
[[nodiscard]] std::optional<Integers> parse_kernel_integers(std::string_view value);

/// Whether two texts mean the same value: compared integer by integer, otherwise word by word.
/// Blanks and tabs are equal.
[[nodiscard]] bool same_value(std::string_view left, std::string_view right);

/// The catalog's name that an unknown key was probably meant to be; empty if no name is similar.
[[nodiscard]] std::string suggest_parameter(std::string_view key, const Catalog& catalog);

/// "6.17", or "4.14.3" if the patch level counts.
[[nodiscard]] std::string version_text(const KernelVersion& version);

}  // namespace weir::judge
