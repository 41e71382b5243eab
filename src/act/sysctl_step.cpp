#include "act/sysctl_step.h"

#include <string_view>

#include "base/text.h"
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
  return std::unique_ptr<LiveTarget>(std::make_unique<SysctlLive>(target.name, std::move(path), kernel.files));
}

}  // namespace weir::act
