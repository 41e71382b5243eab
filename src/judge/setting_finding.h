// Makes a Finding host.setting-… from a verdict: the facts, the evidence, the place. Not a judge:
// the caller has judged.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "judge/setting.h"
#include "model/config_line.h"
#include "model/finding.h"

namespace weir::judge {

namespace ids {
inline constexpr std::string_view host_setting_removed = "host.setting-removed";
inline constexpr std::string_view host_setting_inert = "host.setting-inert";
inline constexpr std::string_view host_setting_lowers_default = "host.setting-lowers-default";
inline constexpr std::string_view host_setting_overridden = "host.setting-overridden";
inline constexpr std::string_view host_setting_harmful = "host.setting-harmful";
inline constexpr std::string_view host_setting_conditional = "host.setting-conditional";
inline constexpr std::string_view host_setting_malformed = "host.setting-malformed";
inline constexpr std::string_view host_setting_unknown = "host.setting-unknown";
}  // namespace ids

/// The placeholders that the texts of host.setting-… may hold:
///   parameter      the key as it is written
///   value          the value that is judged
///   default        the value that this kernel would have chosen
///   where          FILE:LINE, or a phrase if no file sets it
///   why            the verdict's reason: whole sentences
///   winner         FILE:LINE of the line that wins
///   winning_value  the value that the winning line sets
///   live           the running kernel's value
///   suggestion     the catalog's name that the key was probably meant to be
inline constexpr std::array<std::string_view, 9> setting_placeholders{
    "parameter", "value",         "default", "where",     "why",
    "winner",    "winning_value", "live",    "suggestion"};

/// The input of a finding; empty parts are left out of the evidence.
struct SettingCase {
  std::string_view id;       ///< "host.setting-harmful"
  std::string_view variant;  ///< the variant of the finding's texts; empty: none
  Severity severity = Severity::notice;
  std::string parameter;
  std::string value;
  const ConfigLine* line = nullptr;    ///< null: no file sets it
  const ConfigLine* winner = nullptr;  ///< the line that wins over `line`
  std::optional<std::string> live;
  std::string default_value;
  bool estimated = false;  ///< the default is only an estimate
  std::string why;
  std::string remedy;  ///< replaces the finding's remedy
  std::string suggestion;
};

[[nodiscard]] Finding make_setting_finding(const SettingCase& one);

/// The id for a verdict; empty for a verdict without a finding.
[[nodiscard]] std::string_view setting_finding_id(Verdict verdict);

/// "/etc/sysctl.d/90-web.conf:12".
[[nodiscard]] std::string place_of(const ConfigLine& line);

}  // namespace weir::judge
