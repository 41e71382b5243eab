#include "act/coalescing_step.h"

#include <string_view>

#include "act/driver_setting.h"

namespace weir::act {
namespace {

class CoalescingLive : public DriverSettingLive {
 public:
  using DriverSettingLive::DriverSettingLive;

 protected:
  [[nodiscard]] bool may_be_zero() const override { return true; }

  Status check_kind(const Link& /*link*/, wire::ByteSpan answer, std::uint32_t /*value*/) override {
    if (setting().is_switch) return {};
    const std::string_view adaptive = setting().attribute.starts_with("coalesce.rx-")
                                          ? "coalesce.adaptive-rx"
                                          : "coalesce.adaptive-tx";
    const wire::DriverSetting* other = wire::find_driver_setting(adaptive);
    if (other == nullptr || wire::parse_setting(answer, *other).value_or(0) == 0) return {};
    return make_error(ErrorCode::conflict, name() + ": the driver sets it itself while " +
                                               std::string(adaptive) +
                                               " is on; turn that off first");
  }
};

}  // namespace

Result<std::unique_ptr<LiveTarget>> find_coalescing(const LinkTarget& target,
                                                    kernel::Kernel& kernel) {
  return make_driver_setting<CoalescingLive>(target, kernel);
}

}  // namespace weir::act
