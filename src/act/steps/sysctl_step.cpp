#include <string_view>
#include <utility>

#include "act/steps/identity.h"
#include "act/steps/steps.h"
#include "base/text.h"
#include "model/sysctl_name.h"

namespace weir::act {
namespace {

/// A sysctl's text is at most a page; some (tcp_available_congestion_control) are lists.
constexpr std::size_t value_limit = 65536;

std::string make_sysctl_path(const std::vector<std::string>& components) {
  std::string path = "/proc/sys";
  for (const std::string& component : components) path += "/" + component;
  return path;
}

class SysctlLive final : public LiveTarget {
 public:
  SysctlLive(SysctlTarget target, std::vector<std::string> components, kernel::Kernel& kernel)
      : target_(std::move(target)), components_(std::move(components)), kernel_(kernel) {}

  Result<std::string> read() override {
    WEIR_TRY(const std::string path, find_path());
    return read_sysctl(path, kernel_.files).with_context(target_.name);
  }

  Status check(const std::string& value) override {
    if (value.find_first_of(std::string_view("\n\0", 2)) != std::string::npos)
      return make_error(ErrorCode::wrong_use, target_.name + ": a value is one line of text");
    return {};
  }

  Status write(const std::string& value) override {
    WEIR_TRY(const std::string path, find_path());
    return kernel_.files.write(path, value + "\n").with_context(target_.name);
  }

  [[nodiscard]] std::string normalize(const std::string& value) const override {
    return single_spaced(value);
  }

 private:
  /// Uses the current name of the interface: another interface may have the old name.
  Result<std::string> find_path() {
    const std::string interface =
        target_.index == 0 ? std::string() : sysctl_interface(components_);
    if (interface.empty()) return make_sysctl_path(components_);
    WEIR_TRY(const Link link, read_link({interface, target_.index, target_.address, {}}, kernel_));
    return make_sysctl_path(with_sysctl_interface(components_, link.name));
  }

  SysctlTarget target_;
  std::vector<std::string> components_;
  kernel::Kernel& kernel_;
};

Result<std::vector<std::string>> parse_components(const std::string& name) {
  auto components = parse_sysctl_name(name);
  if (!components)
    return make_error(ErrorCode::wrong_use,
                      "\"" + escape_bytes(name) + "\" is not the name of a sysctl");
  return std::move(*components);
}

}  // namespace

Result<std::string> compute_sysctl_path(const std::string& name) {
  WEIR_TRY(const auto components, parse_components(name));
  return make_sysctl_path(components);
}

Result<std::string> read_sysctl(const std::string& path, kernel::Files& files) {
  WEIR_TRY(const std::string text, kernel::read_text(files, path, value_limit));
  return single_spaced(text);
}

Result<std::unique_ptr<LiveTarget>> find_sysctl(const SysctlTarget& target,
                                                kernel::Kernel& kernel) {
  WEIR_TRY(auto components, parse_components(target.name));
  return std::unique_ptr<LiveTarget>(
      std::make_unique<SysctlLive>(target, std::move(components), kernel));
}

Status bind_sysctls(Plan& plan, kernel::Kernel& kernel) {
  std::vector<Link> links;
  for (Step& step : plan.steps) {
    auto* target = std::get_if<SysctlTarget>(&step.target);
    if (target == nullptr || target->index != 0) continue;
    // The check of the plan reports an invalid name.
    const auto components = parse_sysctl_name(target->name);
    if (!components || sysctl_interface(*components).empty()) continue;
    if (links.empty()) {
      WEIR_TRY(links, read_links(kernel));
    }
    *target = make_sysctl_target(target->name, links);
  }
  return {};
}

}  // namespace weir::act
