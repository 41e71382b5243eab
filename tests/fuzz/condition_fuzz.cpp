// Conditions of the catalog: any text parses or is refused with one sentence, and a parsed
// condition can be evaluated against any value.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "judge/condition.h"

namespace {

/// The text itself is the value of every term that it may ask for.
class EchoFacts final : public weir::judge::ConditionFacts {
 public:
  explicit EchoFacts(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] std::optional<std::string> value() const override { return text_; }
  [[nodiscard]] std::optional<std::string> default_value() const override {
    return "9223372036854775807 -1 0";
  }
  [[nodiscard]] std::optional<std::int64_t> ram_bytes() const override { return INT64_MAX; }
  [[nodiscard]] std::optional<std::int64_t> ram_pages() const override { return std::nullopt; }
  [[nodiscard]] std::optional<std::int64_t> cpus() const override { return 2; }
  [[nodiscard]] weir::KernelVersion kernel() const override { return {6, 18, 0}; }
  [[nodiscard]] bool initial_netns() const override { return true; }
  [[nodiscard]] std::optional<std::string> sysctl(const std::string& name) const override {
    return name.size() % 2 == 0 ? std::optional(name) : std::nullopt;
  }

 private:
  std::string text_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto condition = weir::judge::parse_condition(text);
  if (!condition.ok()) {
    if (condition.error().message.empty()) __builtin_trap();
    return 0;
  }
  if (condition->clauses.empty()) __builtin_trap();
  const EchoFacts facts(text);
  if (holds(*condition, facts) != holds(*condition, facts)) __builtin_trap();
  return 0;
}
