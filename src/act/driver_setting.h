// DriverSettingLive: a number that the driver of an interface keeps, read and set by SIOCETHTOOL:
// what rings, channels and coalescing have in common. Not the rules of one kind: its file adds them
// in check_kind().
#pragma once

#include <cstdint>
#include <string>

#include "act/target.h"
#include "kernel/wire/ethtool_settings.h"
#include "model/link.h"

namespace weir::act {

class DriverSettingLive : public LiveTarget {
 public:
  /// Borrows the setting, which is of wire::driver_settings().
  DriverSettingLive(LinkTarget target, const wire::DriverSetting& setting, kernel::Kernel& kernel);

  Result<std::string> read() override;
  /// Between 1 and the device's maximum where it tells one, and what the kind asks for.
  Status check(const std::string& value) override;
  Status write(const std::string& value) override;
  [[nodiscard]] std::string normalize(const std::string& value) const override;

 protected:
  [[nodiscard]] std::string name() const { return target_name(target_); }
  [[nodiscard]] kernel::Kernel& kernel() { return kernel_; }
  [[nodiscard]] const wire::DriverSetting& setting() const { return setting_; }

  /// Whether this value would be right beside what else the driver has; `answer` is of the question
  /// of this setting.
  virtual Status check_kind(const Link& link, wire::ByteSpan answer, std::uint32_t value);
  /// Whether 0 is a value of it.
  [[nodiscard]] virtual bool may_be_zero() const { return false; }

 private:
  [[nodiscard]] Result<std::uint32_t> parse(const std::string& value) const;
  Result<wire::ByteBuffer> ask(const Link& link, wire::ByteBuffer command);

  LinkTarget target_;
  const wire::DriverSetting& setting_;
  kernel::Kernel& kernel_;
};

/// Makes the LiveTarget of one kind. Errors: wrong_use (the attribute is none of a driver's).
template <class Live>
Result<std::unique_ptr<LiveTarget>> make_driver_setting(const LinkTarget& target,
                                                        kernel::Kernel& kernel) {
  const wire::DriverSetting* setting = wire::find_driver_setting(target.attribute);
  if (setting == nullptr)
    return make_error(ErrorCode::wrong_use, "no driver has a setting " + target.attribute);
  return std::unique_ptr<LiveTarget>(std::make_unique<Live>(target, *setting, kernel));
}

}  // namespace weir::act
