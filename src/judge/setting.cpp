#include "judge/setting.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "base/text.h"
#include "judge/condition.h"
#include "model/suggest.h"

namespace weir::judge {
namespace {

/// Keys that differ by more edits are other parameters, not typing errors. Two swapped letters are
/// two edits.
constexpr std::size_t largest_typo = 2;

std::optional<std::int64_t> parse_kernel_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.front() == '0') {
    base = 8;
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || text.front() == '-' || error != std::errc{} ||
      end != text.data() + text.size())
    return std::nullopt;
  return negative ? -number : number;
}

bool looks_octal(std::string_view word) {
  if (word.starts_with('-')) word.remove_prefix(1);
  return word.size() > 1 && word.front() == '0' && word[1] != 'x' && word[1] != 'X';
}

std::string range_text(const Parameter& parameter) {
  if (parameter.min && parameter.max)
    return "from " + std::to_string(*parameter.min) + " to " + std::to_string(*parameter.max);
  return parameter.min ? std::to_string(*parameter.min) + " or more"
                       : "up to " + std::to_string(*parameter.max);
}

/// Why the kernel would refuse the value as it is written; nothing if the kernel would take it.
std::optional<std::string> find_malformation(const Parameter& parameter, std::string_view value,
                                             const std::optional<Integers>& integers) {
  const auto words = split_words(value);
  if (words.empty()) return "The line gives no value.";
  if (parameter.type == ParameterType::text) return std::nullopt;
  if (!integers)
    return "The setting takes " +
           std::string(parameter.count == 1 ? "a plain integer."
                                            : std::to_string(parameter.count) + " plain integers.");
  const auto count = static_cast<std::size_t>(parameter.count);
  if (words.size() > count)
    return "The setting takes " +
           (count == 1 ? "one integer" : std::to_string(count) + " integers") + ", not " +
           std::to_string(words.size()) + ".";
  if (words.size() < count) {
    return "The setting has " + std::to_string(count) + " integers; a list of " +
           std::to_string(words.size()) + " leaves the others unchanged.";
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (looks_octal(words[i]))
      return "The kernel reads " + std::string(words[i]) + " as octal: it means " +
             std::to_string((*integers)[i]) + ".";
    if ((parameter.min && (*integers)[i] < *parameter.min) ||
        (parameter.max && (*integers)[i] > *parameter.max)) {
      return std::string(words[i]) + " is outside the range that the kernel accepts, " +
             range_text(parameter) + ".";
    }
  }
  return std::nullopt;
}

class ValueFacts final : public ConditionFacts {
 public:
  ValueFacts(std::string value, const KernelChoice& choice, const SettingHost& host)
      : value_(std::move(value)), choice_(choice), host_(host) {}

  [[nodiscard]] std::optional<std::string> value() const override { return value_; }
  [[nodiscard]] std::optional<std::string> default_value() const override {
    return choice_.text.empty() ? std::nullopt : std::optional(choice_.text);
  }
  [[nodiscard]] std::optional<std::int64_t> ram_bytes() const override {
    return positive(host_.facts.memory.count);
  }
  [[nodiscard]] std::optional<std::int64_t> ram_pages() const override {
    return positive(host_.facts.memory.count / host_.facts.page_size.count);
  }
  [[nodiscard]] std::optional<std::int64_t> cpus() const override {
    return positive(host_.facts.cpus);
  }
  [[nodiscard]] KernelVersion kernel() const override { return host_.facts.kernel; }
  [[nodiscard]] bool initial_netns() const override { return host_.initial_netns; }
  [[nodiscard]] std::optional<std::string> sysctl(const std::string& name) const override {
    return host_.sysctl ? host_.sysctl(name) : std::nullopt;
  }

 private:
  static std::optional<std::int64_t> positive(std::int64_t number) {
    return number > 0 ? std::optional(number) : std::nullopt;
  }

  std::string value_;
  const KernelChoice& choice_;
  const SettingHost& host_;
};

/// Writes one blank between the words, and integers in decimal.
std::string normalize(std::string_view value, const std::optional<Integers>& integers) {
  std::string text;
  const auto words = split_words(value);
  for (std::size_t i = 0; i < words.size(); ++i)
    text +=
        (i == 0 ? "" : " ") + (integers ? std::to_string((*integers)[i]) : std::string(words[i]));
  return text;
}

std::optional<Severity> default_severity(Verdict verdict) {
  switch (verdict) {
    case Verdict::harmful: return Severity::warning;
    case Verdict::removed:
    case Verdict::inert:
    case Verdict::lowers_default:
    case Verdict::conditional:
    case Verdict::overridden:
    case Verdict::malformed: return Severity::notice;
    case Verdict::kernel_default:
    case Verdict::changed:
    case Verdict::harmless:
    case Verdict::mixed:
    case Verdict::unknown: return std::nullopt;
  }
  return std::nullopt;
}

SettingVerdict make_verdict(Verdict verdict, std::string why, const KernelChoice& choice) {
  SettingVerdict made;
  made.verdict = verdict;
  made.severity = default_severity(verdict);
  made.why = std::move(why);
  made.default_value = choice.text;
  made.estimated = choice.tolerance > 0;
  return made;
}

/// The verdict that holds for every value on this kernel; nothing if the kernel has the parameter
/// and uses it.
std::optional<SettingVerdict> judge_version(const Parameter& parameter, const KernelVersion& kernel,
                                            const KernelChoice& choice) {
  // a release that does not begin with a number
  if (kernel == KernelVersion{}) return std::nullopt;
  if (parameter.removed && kernel >= *parameter.removed) {
    return make_verdict(Verdict::removed,
                        "Linux " + version_text(*parameter.removed) + " removed it.", {});
  }
  if (parameter.since && kernel < *parameter.since) {
    auto verdict = make_verdict(Verdict::removed,
                                "Linux " + version_text(*parameter.since) +
                                    " introduced it; this kernel is " + version_text(kernel) + ".",
                                {});
    verdict.not_yet = true;
    return verdict;
  }
  if (parameter.inert_since && kernel >= *parameter.inert_since) {
    return make_verdict(Verdict::inert,
                        "Since Linux " + version_text(*parameter.inert_since) +
                            " the kernel stores the value but does not use it.",
                        choice);
  }
  return std::nullopt;
}

std::optional<SettingVerdict> judge_rules(const Parameter& parameter, const ValueFacts& facts,
                                          const KernelChoice& choice) {
  for (const auto& rule : parameter.verdicts) {
    const auto condition = parse_condition(rule.when);
    if (!condition.ok() || !holds(*condition, facts)) continue;
    auto verdict = make_verdict(rule.verdict, rule.why, choice);
    if (rule.severity && verdict.severity) verdict.severity = rule.severity;
    verdict.remedy = rule.remedy;
    return verdict;
  }
  return std::nullopt;
}

/// Says which integers are below the kernel's own. Nothing if none of the integers of
/// `lower_is_worse` is lower; an empty text for a single integer.
std::optional<std::string> describe_lower(const Parameter& parameter, const Integers& value,
                                          const KernelChoice& choice) {
  constexpr std::array ordinals{"first", "second", "third"};
  std::string why;
  bool lower = false;
  for (const int signed_index : parameter.lower_is_worse) {
    const auto index = static_cast<std::size_t>(signed_index);
    if (!is_below_default(choice, value, index)) continue;
    lower = true;
    if (value.size() == 1) continue;
    const std::string which =
        index < ordinals.size() ? ordinals[index] : std::to_string(index + 1) + "th";
    why += (why.empty() ? "" : " ") + ("The " + which + " integer is ") +
           std::to_string(value[index]) + "; the kernel's own value is " +
           std::to_string(choice.candidates.front()[index]) + ".";
  }
  return lower ? std::optional(why) : std::nullopt;
}

/// Names that differ only in a number, in ipv4 against ipv6, or in one letter of a pair (rmem,
/// wmem) are different parameters, not typing errors.
bool are_siblings(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i] == right[i]) continue;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto pair = [](char c) { return c == 'r' || c == 'w' || c == 't'; };
    if (!(digit(left[i]) && digit(right[i])) && !(pair(left[i]) && pair(right[i]))) return false;
  }
  return true;
}

}  // namespace

std::string version_text(const KernelVersion& version) {
  const auto text = std::to_string(version.major) + "." + std::to_string(version.minor);
  return version.patch == 0 ? text : text + "." + std::to_string(version.patch);
}

std::optional<Integers> parse_kernel_integers(std::string_view value) {
  Integers integers;
  for (const auto word : split_words(value)) {
    const auto integer = parse_kernel_integer(word);
    if (!integer) return std::nullopt;
    integers.push_back(*integer);
  }
  return integers;
}

bool same_value(std::string_view left, std::string_view right) {
  const auto left_integers = parse_kernel_integers(left);
  const auto right_integers = parse_kernel_integers(right);
  if (left_integers && right_integers) return *left_integers == *right_integers;
  return has_same_words(left, right);
}

SettingVerdict judge_value(const Parameter& parameter, std::string_view value,
                           const SettingHost& host) {
  const auto choice = compute_default(parameter, host.facts);
  if (auto verdict = judge_version(parameter, host.facts.kernel, choice))
    return *std::move(verdict);
  const auto integers = parse_kernel_integers(value);
  if (auto why = find_malformation(parameter, value, integers))
    return make_verdict(Verdict::malformed, *std::move(why), choice);
  const bool equal = integers && !choice.candidates.empty()
                         ? equals_default(choice, *integers)
                         : !choice.text.empty() && same_value(value, choice.text);
  if (equal) return make_verdict(Verdict::kernel_default, {}, choice);
  if (auto verdict =
          judge_rules(parameter, ValueFacts(normalize(value, integers), choice, host), choice))
    return *std::move(verdict);
  if (integers) {
    if (auto why = describe_lower(parameter, *integers, choice))
      return make_verdict(Verdict::lowers_default, *std::move(why), choice);
  }
  return make_verdict(Verdict::changed, {}, choice);
}

std::string suggest_parameter(std::string_view key, const Catalog& catalog) {
  std::string nearest;
  std::size_t distance = largest_typo + 1;
  for (const auto& parameter : catalog.parameters()) {
    if (parameter.kind != ParameterKind::sysctl || parameter.name.find('*') != std::string::npos)
      continue;
    const std::string_view name = parameter.name;
    const auto size_gap =
        name.size() > key.size() ? name.size() - key.size() : key.size() - name.size();
    if (size_gap > largest_typo || name.find('.') == std::string_view::npos ||
        are_siblings(key, name))
      continue;
    const auto found = edit_distance(key, name);
    if (found == 0 || found >= distance) continue;
    distance = found;
    nearest = parameter.name;
  }
  return nearest;
}

}  // namespace weir::judge
