#include "judge/lines.h"

#include <optional>
#include <utility>

#include "judge/setting.h"
#include "judge/setting_finding.h"
#include "model/precedence.h"

namespace weir::judge {
namespace {

class LineJudge {
 public:
  LineJudge(const std::vector<ConfigLine>& lines, const LineHost& host, const Catalog& catalog)
      : lines_(lines),
        host_(host),
        catalog_(catalog),
        winners_(host.applied ? find_host_winners(lines) : find_winners(lines)) {}

  JudgedLines judge() {
    for (std::size_t i = 0; i < lines_.size(); ++i) judge_line(i);
    return std::move(judged_);
  }

 private:
  void judge_line(std::size_t index) {
    const ConfigLine& line = lines_[index];
    if (line.key.empty() || is_glob_exclusion(line)) return judge_no_assignment(line);
    const Winners& winners = winners_.at(line.key);
    const ConfigLine& winner = lines_[winners.systemd];
    auto verdict = judge_text(line);
    const bool wins = index == winners.systemd;
    const bool loses = !wins && !same_value(line.value, winner.value);
    if (loses && verdict.verdict != Verdict::removed && verdict.verdict != Verdict::malformed) {
      verdict.verdict = Verdict::overridden;
      verdict.severity = Severity::notice;
      verdict.why = place_of(winner) + " wins and sets it to " + winner.value + ".";
      if (index == winners.procps)
        verdict.why +=
            " `sysctl --system` of procps reads /etc/sysctl.conf last and lets this line win.";
    } else if (!wins && !loses) {
      verdict.severity.reset();  // The winning line sets the same value and carries the finding.
    }
    if (wins) note_live(line, verdict);
    if (verdict.severity)
      judged_.findings.push_back(
          make_finding(line, verdict, loses ? &winner : nullptr, loses && index == winners.procps));
    keep(line, verdict);
  }

  /// "-key" alone excludes the key from systemd's globs. Any other line without "=" is a mistake.
  void judge_no_assignment(const ConfigLine& line) {
    SettingVerdict verdict;
    verdict.verdict = line.key.empty() ? Verdict::malformed : Verdict::harmless;
    verdict.why = line.key.empty() ? "This line is not an assignment."
                                   : "The line excludes the key from systemd's patterns.";
    if (line.key.empty()) {
      verdict.severity = Severity::notice;
      judged_.findings.push_back(make_finding(line, verdict, nullptr, false));
    }
    keep(line, verdict);
  }

  void keep(const ConfigLine& line, const SettingVerdict& verdict) {
    LineVerdict result;
    result.line = line;
    result.verdict = verdict.verdict;
    result.severity = verdict.severity;
    result.default_value = verdict.default_value;
    result.why = verdict.why;
    judged_.verdicts.push_back(std::move(result));
  }

  [[nodiscard]] SettingVerdict judge_text(const ConfigLine& line) const {
    const Parameter* parameter = find_sysctl(line.key);
    if (parameter != nullptr)
      return judge_value(
          *parameter, line.value,
          {host_.facts, true, [this](const std::string& name) { return find_value(name); }});
    SettingVerdict verdict;
    const bool exists = host_.live.count(line.key) > 0;
    const auto suggestion = exists ? std::string() : suggest_parameter(line.key, catalog_);
    if (suggestion.empty()) return verdict;
    verdict.severity = Severity::notice;
    verdict.why = "The line probably means " + suggestion + ".";
    return verdict;
  }

  [[nodiscard]] const Parameter* find_sysctl(const std::string& key) const {
    const Parameter* parameter = catalog_.find_parameter(key);
    return parameter != nullptr && parameter->kind == ParameterKind::sysctl ? parameter : nullptr;
  }

  /// Another parameter's value. If the files are yet to be applied, it is the value that the files
  /// would set; if they are applied, the kernel's value.
  [[nodiscard]] std::optional<std::string> find_value(const std::string& name) const {
    const auto live = host_.live.find(name);
    if (host_.applied && live != host_.live.end()) return live->second;
    const auto winner = winners_.find(name);
    if (winner != winners_.end()) return lines_[winner->second.systemd].value;
    if (live != host_.live.end()) return live->second;
    const Parameter* parameter = host_.described ? find_sysctl(name) : nullptr;
    if (parameter == nullptr) return std::nullopt;
    auto choice = compute_default(*parameter, host_.facts);
    return choice.text.empty() ? std::nullopt : std::optional(std::move(choice.text));
  }

  [[nodiscard]] std::optional<std::string> find_live(const std::string& key) const {
    const auto live = host_.live.find(key);
    return live == host_.live.end() ? std::nullopt : std::optional(live->second);
  }

  /// The running value differs from the line. That is a finding only if the line should already be
  /// in force.
  void note_live(const ConfigLine& line, SettingVerdict& verdict) const {
    const auto live = find_live(line.key);
    if (!live || same_value(line.value, *live) || !is_comparable(line)) return;
    if (host_.applied) {
      if (!verdict.severity) verdict.verdict = Verdict::overridden;
      verdict.severity = Severity::notice;
    }
    verdict.why += (verdict.why.empty() ? "" : " ") + ("The running kernel has " + *live + ".");
  }

  /// Compares parameters that the catalog knows, and numbers of net.*. The kernel prints other
  /// texts differently from how they were written (lists of ports, CPU masks), and weir does not
  /// deal with other settings.
  [[nodiscard]] bool is_comparable(const ConfigLine& line) const {
    return find_sysctl(line.key) != nullptr ||
           (line.key.starts_with("net.") && parse_kernel_integers(line.value).has_value());
  }

  [[nodiscard]] Finding make_finding(const ConfigLine& line, const SettingVerdict& verdict,
                                     const ConfigLine* winner, bool loaders_differ) const {
    SettingCase one;
    one.id = setting_finding_id(verdict.verdict);
    if (verdict.verdict == Verdict::overridden)
      one.variant = winner == nullptr ? "live" : loaders_differ ? "loaders" : "";
    if (verdict.not_yet) one.variant = "not-yet";
    if (line.key.empty()) one.variant = "no-assignment";
    one.severity = *verdict.severity;
    one.parameter = line.key;
    one.value = line.value;
    one.line = &line;
    one.winner = verdict.verdict == Verdict::overridden ? winner : nullptr;
    one.live = find_live(line.key);
    one.default_value = verdict.default_value;
    one.estimated = verdict.estimated;
    one.why = verdict.why;
    one.remedy = verdict.verdict == Verdict::overridden ? "" : verdict.remedy;
    if (verdict.verdict == Verdict::unknown) one.suggestion = suggest_parameter(line.key, catalog_);
    return make_setting_finding(one);
  }

  const std::vector<ConfigLine>& lines_;
  const LineHost& host_;
  const Catalog& catalog_;
  std::map<std::string, Winners> winners_;
  JudgedLines judged_;
};

}  // namespace

JudgedLines judge_lines(const std::vector<ConfigLine>& lines, const LineHost& host,
                        const Catalog& catalog) {
  return LineJudge(lines, host, catalog).judge();
}

}  // namespace weir::judge
