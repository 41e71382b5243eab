#include "judge/condition.h"

#include <array>
#include <cmath>
#include <utility>
#include <variant>

namespace weir::judge {
namespace {

/// More integers than any sysctl has (the longest lists of net/ have 32). It keeps a wrong index
/// from being taken for a value.
constexpr std::size_t most_integers = 64;

constexpr std::string_view decimal_digits = "0123456789";
constexpr std::string_view name_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

struct Operator {
  std::string_view text;
  Comparison comparison;
};
/// The operators of two characters come first, because `<=` begins with `<`.
constexpr std::array<Operator, 6> operators{{{"==", Comparison::equal},
                                             {"!=", Comparison::not_equal},
                                             {"<=", Comparison::less_or_equal},
                                             {">=", Comparison::greater_or_equal},
                                             {"<", Comparison::less},
                                             {">", Comparison::greater}}};

Error malformed(std::string_view what, std::string_view at) {
  return make_error(ErrorCode::malformed,
                    std::string(what) + " at '" + std::string(at.substr(0, 40)) + "'");
}

/// A decimal such as 12 or 0.25 at the start of `rest`. The locale is not used, and an exponent is
/// not read.
std::optional<double> take_number(std::string_view& rest) {
  const auto whole = rest.substr(0, rest.find_first_not_of(decimal_digits));
  if (whole.empty()) return std::nullopt;
  const auto number = parse_unsigned(whole);
  if (!number) return std::nullopt;
  rest.remove_prefix(whole.size());
  auto value = static_cast<double>(*number);
  if (!rest.starts_with('.')) return value;
  rest.remove_prefix(1);
  double weight = 0.1;
  for (; !rest.empty() && decimal_digits.find(rest.front()) != std::string_view::npos;
       rest.remove_prefix(1)) {
    value += weight * (rest.front() - '0');
    weight /= 10;
  }
  return value;
}

std::optional<std::size_t> parse_index(std::string_view text) {
  const auto index = parse_unsigned(text);
  return index && *index < most_integers ? std::optional(static_cast<std::size_t>(*index))
                                         : std::nullopt;
}

Result<Term> parse_name(std::string_view name, std::string_view rest) {
  Term term;
  constexpr std::array<std::pair<std::string_view, TermKind>, 5> fixed{
      {{"ram.bytes", TermKind::ram_bytes},
       {"ram.pages", TermKind::ram_pages},
       {"cpus", TermKind::cpus},
       {"kernel", TermKind::kernel},
       {"netns.initial", TermKind::initial_netns}}};
  for (const auto& [id, kind] : fixed) {
    if (name != id) continue;
    term.kind = kind;
    return term;
  }
  constexpr std::array<std::pair<std::string_view, TermKind>, 2> indexed{
      {{"value", TermKind::value}, {"default", TermKind::default_value}}};
  for (const auto& [id, kind] : indexed) {
    if (name == id) {
      term.kind = kind;
      return term;
    }
    if (!name.starts_with(id) || name[id.size()] != '.') continue;
    term.kind = kind;
    term.index = parse_index(name.substr(id.size() + 1));
    if (!term.index) return malformed("an index is missing or too large", name);
    return term;
  }
  if (name.find('.') == std::string_view::npos || name.front() == '.' || name.back() == '.')
    return malformed("a term is expected", rest);
  term.kind = TermKind::sysctl;
  term.text = name;
  return term;
}

Result<Term> take_name(std::string_view& rest) {
  const auto at = rest;
  const auto name = rest.substr(0, rest.find_first_not_of(name_characters));
  if (name.empty()) return malformed("a term is expected", rest);
  WEIR_TRY(Term term, parse_name(name, at));
  rest.remove_prefix(name.size());
  if (!rest.starts_with('#')) return term;
  rest.remove_prefix(1);
  const auto index = rest.substr(0, rest.find_first_not_of(decimal_digits));
  term.index = parse_index(index);
  if (term.kind != TermKind::sysctl || !term.index)
    return malformed("'#' belongs between a sysctl and an index", at);
  rest.remove_prefix(index.size());
  return term;
}

Result<Term> take_term(std::string_view& rest) {
  rest = trim(rest);
  if (rest.starts_with('\'')) {
    const auto close = rest.find('\'', 1);
    if (close == std::string_view::npos)
      return malformed("a quoted text has no closing quote", rest);
    Term term;
    term.kind = TermKind::text;
    term.text = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
    return term;
  }
  const bool negative = rest.starts_with('-');
  if (negative) rest.remove_prefix(1);
  const auto number = take_number(rest);
  if (!number)
    return negative ? Result<Term>(malformed("a number is expected", rest)) : take_name(rest);
  const double factor = negative ? -*number : *number;
  if (!rest.starts_with('*')) {
    Term term;
    term.factor = factor;
    return term;
  }
  rest.remove_prefix(1);
  WEIR_TRY(Term term, take_name(rest));
  if (term.kind == TermKind::kernel) return malformed("a version takes no factor", rest);
  term.factor = factor;
  return term;
}

Result<Comparison> take_operator(std::string_view& rest) {
  rest = trim(rest);
  for (const auto& candidate : operators) {
    if (!rest.starts_with(candidate.text)) continue;
    rest.remove_prefix(candidate.text.size());
    return candidate.comparison;
  }
  return malformed("one of == != < <= > >= is expected", rest);
}

/// The value of a term on this host. A text that is one integer counts as a number.
using Known = std::variant<double, std::string, KernelVersion>;

std::optional<Known> known_text(const std::optional<std::string>& text, const Term& term) {
  if (!text) return std::nullopt;
  const auto words = split_words(*text);
  if (!term.index && words.size() != 1) return Known(std::string(trim(*text)));
  const std::size_t index = term.index.value_or(0);
  if (index >= words.size()) return std::nullopt;
  if (const auto number = parse_integer(words[index]))
    return Known(term.factor * static_cast<double>(*number));
  return Known(std::string(words[index]));
}

std::optional<Known> known_number(const std::optional<std::int64_t>& number, const Term& term) {
  if (!number) return std::nullopt;
  return Known(term.factor * static_cast<double>(*number));
}

std::optional<Known> find_known(const Term& term, const ConditionFacts& facts) {
  switch (term.kind) {
    case TermKind::number: return Known(term.factor);
    case TermKind::text: return Known(term.text);
    case TermKind::value: return known_text(facts.value(), term);
    case TermKind::default_value: return known_text(facts.default_value(), term);
    case TermKind::ram_bytes: return known_number(facts.ram_bytes(), term);
    case TermKind::ram_pages: return known_number(facts.ram_pages(), term);
    case TermKind::cpus: return known_number(facts.cpus(), term);
    case TermKind::kernel: return Known(facts.kernel());
    case TermKind::initial_netns: return Known(facts.initial_netns() ? 1.0 : 0.0);
    case TermKind::sysctl: return known_text(facts.sysctl(term.text), term);
  }
  return std::nullopt;
}

template <class Ordered>
bool compare(const Ordered& left, Comparison comparison, const Ordered& right) {
  switch (comparison) {
    case Comparison::equal: return left == right;
    case Comparison::not_equal: return left != right;
    case Comparison::less: return left < right;
    case Comparison::less_or_equal: return left <= right;
    case Comparison::greater: return left > right;
    case Comparison::greater_or_equal: return left >= right;
  }
  return false;
}

bool compare_texts(const std::string& left, Comparison comparison, const std::string& right) {
  // Texts can only be equal or not equal: a rule cannot mean an order of texts.
  const bool equal = has_same_words(left, right);
  return (comparison == Comparison::equal && equal) ||
         (comparison == Comparison::not_equal && !equal);
}

/// A number as text, to compare it with a quoted text.
std::string as_text(double number) {
  constexpr double largest = 9e18;
  return std::abs(number) < largest ? std::to_string(static_cast<std::int64_t>(number))
                                    : std::string();
}

bool clause_holds(const Clause& clause, const ConditionFacts& facts) {
  const auto left = find_known(clause.left, facts);
  const auto right = find_known(clause.right, facts);
  if (!left || !right) return false;
  const auto* left_version = std::get_if<KernelVersion>(&*left);
  const auto* right_version = std::get_if<KernelVersion>(&*right);
  const auto* left_text = std::get_if<std::string>(&*left);
  const auto* right_text = std::get_if<std::string>(&*right);
  if (left_version != nullptr || right_version != nullptr) {
    const auto version = [](const KernelVersion* known, const std::string* text) {
      return known != nullptr  ? std::optional(*known)
             : text != nullptr ? parse_kernel_version(*text)
                               : std::nullopt;
    };
    const auto left_kernel = version(left_version, left_text);
    const auto right_kernel = version(right_version, right_text);
    return left_kernel && right_kernel && compare(*left_kernel, clause.comparison, *right_kernel);
  }
  const auto* left_number = std::get_if<double>(&*left);
  const auto* right_number = std::get_if<double>(&*right);
  if (left_number != nullptr && right_number != nullptr)
    return compare(*left_number, clause.comparison, *right_number);
  return compare_texts(left_text != nullptr ? *left_text : as_text(*left_number), clause.comparison,
                       right_text != nullptr ? *right_text : as_text(*right_number));
}

}  // namespace

Result<Condition> parse_condition(std::string_view text) {
  Condition condition;
  std::string_view rest = text;
  while (true) {
    Clause clause;
    WEIR_TRY(clause.left, take_term(rest));
    WEIR_TRY(clause.comparison, take_operator(rest));
    WEIR_TRY(clause.right, take_term(rest));
    condition.clauses.push_back(std::move(clause));
    rest = trim(rest);
    if (rest.empty()) return condition;
    if (split_words(rest).front() != "and") return malformed("'and' is expected", rest);
    rest.remove_prefix(3);
  }
}

bool holds(const Condition& condition, const ConditionFacts& facts) {
  if (condition.clauses.empty()) return false;
  for (const auto& clause : condition.clauses) {
    if (!clause_holds(clause, facts)) return false;
  }
  return true;
}

}  // namespace weir::judge
