// The `when` of a catalog's rule: a conjunction of comparisons, parsed once and evaluated against
// one value on one host. Not an expression language: no `or`, no brackets, no arithmetic beyond one
// factor (grammar: knowledge/README.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"

namespace weir::judge {

enum class TermKind {
  number,
  text,
  value,
  default_value,
  ram_bytes,
  ram_pages,
  cpus,
  kernel,
  initial_netns,
  sysctl
};

struct Term {
  TermKind kind = TermKind::number;
  double factor = 1;                 ///< the number itself, for a number
  std::string text;                  ///< of a quoted text, or the sysctl's name
  std::optional<std::size_t> index;  ///< which integer is meant; nothing: the whole value
};

enum class Comparison { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

struct Clause {
  Term left;
  Comparison comparison = Comparison::equal;
  Term right;
};

struct Condition {
  std::vector<Clause> clauses;  ///< all clauses must hold; never empty
};

/// Errors: malformed text. The message names the part that does not parse.
[[nodiscard]] Result<Condition> parse_condition(std::string_view text);

/// Where a condition finds the facts that it asks for. The judge implements it. A fact that is
/// missing makes the condition false.
class ConditionFacts {
 public:
  ConditionFacts() = default;
  ConditionFacts(const ConditionFacts&) = delete;
  ConditionFacts(ConditionFacts&&) = delete;
  ConditionFacts& operator=(const ConditionFacts&) = delete;
  ConditionFacts& operator=(ConditionFacts&&) = delete;
  virtual ~ConditionFacts() = default;

  /// the value that is judged
  [[nodiscard]] virtual std::optional<std::string> value() const = 0;
  /// what this kernel would have chosen
  [[nodiscard]] virtual std::optional<std::string> default_value() const = 0;
  [[nodiscard]] virtual std::optional<std::int64_t> ram_bytes() const = 0;
  [[nodiscard]] virtual std::optional<std::int64_t> ram_pages() const = 0;
  [[nodiscard]] virtual std::optional<std::int64_t> cpus() const = 0;
  [[nodiscard]] virtual KernelVersion kernel() const = 0;
  [[nodiscard]] virtual bool initial_netns() const = 0;
  /// another parameter's value
  [[nodiscard]] virtual std::optional<std::string> sysctl(const std::string& name) const = 0;
};

/// Whether every clause holds. A clause does not hold if it has an unknown term, or compares two
/// values that cannot be compared.
[[nodiscard]] bool holds(const Condition& condition, const ConditionFacts& facts);

}  // namespace weir::judge
