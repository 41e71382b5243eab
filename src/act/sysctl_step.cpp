#include "act/sysctl_step.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "model/congestion_control.h"
#include "model/sysctl_name.h"

namespace weir::act {
namespace {

/// A sysctl's text is at most a page; some (tcp_available_congestion_control) are lists.
constexpr std::size_t value_limit = 65536;

class SysctlLive : public LiveTarget {
 public:
  SysctlLive(std::string name, std::string path, kernel::Files& files) : name_(std::move(name)), path_(std::move(path)), files_(files) {}

  Result<std::string> read() override {
    WEIR_TRY(const std::string text, kernel::read_text(files_, path_, value_limit).with_context(name_));
    return normalize(text);
  }

  Status check(const std::string& value) override {
    if (value.find_first_of(std::string_view("\n\0", 2)) != std::string::npos) return make_error(ErrorCode::wrong_use, name_ + ": a value is one line of text");
    return {};
  }

  Status write(const std::string& value) override { return files_.write(path_, value + "\n").with_context(name_); }

  [[nodiscard]] std::string normalize(const std::string& value) const override { return single_spaced(value); }

 private:
  std::string name_;
  std::string path_;
  kernel::Files& files_;
};

/// The default congestion control, whose undo takes away what the kernel allowed with it.
class CongestionControlLive final : public SysctlLive {
 public:
  CongestionControlLive(std::string path, std::string allowed_path, kernel::Files& files)
      : SysctlLive(std::string(congestion_control_name), std::move(path), files), allowed_path_(std::move(allowed_path)), files_(files) {}

  std::string complete_for_undo(const std::string& now) override { return format_congestion_control({now, read_allowed()}); }

  /// A plan names an algorithm; the list is the journal's.
  Status check(const std::string& value) override {
    if (parse_congestion_control(value).allowed)
      return make_error(ErrorCode::wrong_use, std::string(congestion_control_name) + ": \"" + escape_bytes(value) + "\" is no name of an algorithm");
    return SysctlLive::check(value);
  }

  /// The list first: killed between the two, the default still tells that weir's change stands.
  Status write(const std::string& value) override {
    const CongestionControl wanted = parse_congestion_control(value);
    if (wanted.allowed) WEIR_CHECK(take_from_allowed(*wanted.allowed));
    return SysctlLive::write(wanted.name);
  }

  [[nodiscard]] std::string normalize(const std::string& value) const override { return SysctlLive::normalize(parse_congestion_control(value).name); }

 private:
  std::optional<std::string> read_allowed() {
    const auto text = kernel::read_text(files_, allowed_path_, value_limit);
    return text.ok() ? std::optional(single_spaced(*text)) : std::nullopt;
  }

  /// What is the default now, unless it was allowed before; what others added meanwhile stays.
  Status take_from_allowed(const std::string& before) {
    WEIR_TRY(const std::string name, read());
    const std::string allowed = read_allowed().value_or("");
    const auto words_before = split_words(before);
    auto words = split_words(allowed);
    const auto found = std::find(words.begin(), words.end(), name);
    if (found == words.end() || std::find(words_before.begin(), words_before.end(), name) != words_before.end()) return {};
    words.erase(found);
    return files_.write(allowed_path_, join_texts({words.begin(), words.end()}, " ") + "\n").with_context(std::string(allowed_congestion_control_name));
  }

  std::string allowed_path_;
  kernel::Files& files_;
};

}  // namespace

Result<std::string> compute_sysctl_path(const std::string& name) {
  const auto components = parse_sysctl_name(name);
  if (!components) return make_error(ErrorCode::wrong_use, "\"" + escape_bytes(name) + "\" is not the name of a sysctl");
  std::string path = "/proc/sys";
  for (const std::string& component : *components) path += "/" + component;
  return path;
}

Result<std::unique_ptr<LiveTarget>> find_sysctl(const SysctlTarget& target, kernel::Kernel& kernel) {
  WEIR_TRY(std::string path, compute_sysctl_path(target.name));
  if (target.name == congestion_control_name) {
    WEIR_TRY(std::string allowed_path, compute_sysctl_path(std::string(allowed_congestion_control_name)));
    return std::unique_ptr<LiveTarget>(std::make_unique<CongestionControlLive>(std::move(path), std::move(allowed_path), kernel.files));
  }
  return std::unique_ptr<LiveTarget>(std::make_unique<SysctlLive>(target.name, std::move(path), kernel.files));
}

}  // namespace weir::act
