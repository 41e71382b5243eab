// Rings, channels and coalescing: numbers that the driver of an interface keeps. SIOCETHTOOL reads
// and sets them.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "act/steps/identity.h"
#include "act/steps/steps.h"
#include "base/text.h"
#include "kernel/wire/ethtool_settings.h"
#include "model/link.h"

namespace weir::act {
namespace {

/// The common part of these settings. Not the rules of a single kind: its class adds them in
/// check_kind().
class DriverSettingLive : public LiveTarget {
 public:
  /// Borrows the setting, which is one of wire::driver_settings().
  DriverSettingLive(LinkTarget target, const wire::DriverSetting& setting, kernel::Kernel& kernel);

  Result<std::string> read() override;
  /// Checks that the value is between 1 and the device's maximum, if the device reports one, and
  /// makes the check of the kind.
  Status check(const std::string& value) override;
  Status write(const std::string& value) override;
  [[nodiscard]] std::string normalize(const std::string& value) const override;

 protected:
  [[nodiscard]] std::string name() const { return target_name(target_); }
  [[nodiscard]] kernel::Kernel& kernel() { return kernel_; }
  [[nodiscard]] const wire::DriverSetting& setting() const { return setting_; }

  /// Checks the value against the driver's other values. `answer` is the driver's answer for this
  /// setting.
  virtual Status check_kind(const Link& link, wire::ByteSpan answer, std::uint32_t value);
  /// Whether 0 is a valid value.
  [[nodiscard]] virtual bool may_be_zero() const { return false; }

 private:
  [[nodiscard]] Result<std::uint32_t> parse(const std::string& value) const;
  Result<wire::ByteBuffer> ask(const Link& link, wire::ByteBuffer command);

  LinkTarget target_;
  const wire::DriverSetting& setting_;
  kernel::Kernel& kernel_;
};

DriverSettingLive::DriverSettingLive(LinkTarget target, const wire::DriverSetting& setting,
                                     kernel::Kernel& kernel)
    : target_(std::move(target)), setting_(setting), kernel_(kernel) {}

Result<wire::ByteBuffer> DriverSettingLive::ask(const Link& link, wire::ByteBuffer command) {
  return ask_driver(link, std::move(command), name(), kernel_.ethtool);
}

Result<std::string> DriverSettingLive::read() {
  WEIR_TRY(const Link link, read_link(target_, kernel_));
  WEIR_TRY(const wire::ByteBuffer answer, ask(link, wire::build_setting_question(setting_)));
  const auto value = wire::parse_setting(answer, setting_);
  if (!value)
    return make_error(ErrorCode::malformed, name() + ": the driver's answer is too short");
  return wire::format_setting(setting_, *value);
}

Status DriverSettingLive::check(const std::string& value) {
  WEIR_TRY(const std::uint32_t number, parse(value));
  WEIR_TRY(const Link link, read_link(target_, kernel_));
  WEIR_TRY(const wire::ByteBuffer answer, ask(link, wire::build_setting_question(setting_)));
  const auto maximum = wire::parse_setting_maximum(answer, setting_);
  if (maximum && *maximum == 0)
    return make_error(ErrorCode::unsupported, name() + ": the device does not have this setting");
  if (maximum && number > *maximum)
    return make_error(ErrorCode::wrong_use, name() + ": the device takes at most " +
                                                std::to_string(*maximum) + ", not " +
                                                std::to_string(number));
  if (number == 0 && !setting_.is_switch && !may_be_zero())
    return make_error(ErrorCode::wrong_use, name() + " cannot be 0");
  return check_kind(link, answer, number);
}

Status DriverSettingLive::check_kind(const Link& /*link*/, wire::ByteSpan /*answer*/,
                                     std::uint32_t /*value*/) {
  return {};
}

Status DriverSettingLive::write(const std::string& value) {
  WEIR_TRY(const std::uint32_t number, parse(value));
  WEIR_TRY(const Link link, read_link(target_, kernel_));
  WEIR_TRY(const wire::ByteBuffer answer, ask(link, wire::build_setting_question(setting_)));
  auto done = ask(link, wire::build_setting_change(answer, setting_, number));
  if (done.ok()) return {};
  // EINVAL and EOPNOTSUPP: the driver knows the request, but not this change or this value.
  if (done.error().code == ErrorCode::unsupported)
    return make_error(ErrorCode::unsupported, name() + ": the driver refuses " + value);
  return std::move(done).error();
}

std::string DriverSettingLive::normalize(const std::string& value) const {
  const auto number = wire::parse_setting_text(setting_, value);
  return number ? wire::format_setting(setting_, *number) : value;
}

Result<std::uint32_t> DriverSettingLive::parse(const std::string& value) const {
  const auto number = wire::parse_setting_text(setting_, value);
  if (number) return *number;
  return make_error(ErrorCode::wrong_use,
                    name() + ": \"" + escape_bytes(value) + "\" is " +
                        (setting_.is_switch ? R"(neither "on" nor "off")" : "not a valid number"));
}

class ChannelsLive : public DriverSettingLive {
 public:
  using DriverSettingLive::DriverSettingLive;

 protected:
  /// A driver with combined channels may have 0 of the other kinds. The kernel itself refuses a
  /// change that leaves no channel (ethtool_set_channels, net/ethtool/ioctl.c).
  [[nodiscard]] bool may_be_zero() const override { return true; }

  Status check_kind(const Link& link, wire::ByteSpan answer, std::uint32_t value) override {
    const std::uint64_t now = count_receive_queues(answer, std::nullopt);
    const std::uint64_t wanted = count_receive_queues(answer, value);
    if (wanted == 0)
      return make_error(ErrorCode::wrong_use,
                        name() + ": this would leave the interface without a receive queue");
    if (wanted >= now) return {};
    const auto folder = find_queue_folder(link, kernel().files);
    if (!folder.ok()) return Status(folder.error()).with_context(name());
    for (std::uint64_t queue = wanted; queue < now; ++queue)
      WEIR_CHECK(check_queue(*folder, queue));
    return {};
  }

 private:
  /// The number of receive queues for the channels of the answer, with one of the numbers replaced.
  [[nodiscard]] std::uint64_t count_receive_queues(wire::ByteSpan answer,
                                                   std::optional<std::uint32_t> replaced) const {
    std::uint64_t queues = 0;
    for (const char* attribute : {"channels.rx", "channels.combined"}) {
      const wire::DriverSetting* one = wire::find_driver_setting(attribute);
      if (one == nullptr) continue;
      queues +=
          replaced && one == &setting() ? *replaced : wire::parse_setting(answer, *one).value_or(0);
    }
    return queues;
  }

  /// A setting of a queue is lost with the queue, and no undo would restore it.
  Status check_queue(const std::string& folder, std::uint64_t queue) {
    const std::string name_of_queue = "rx-" + std::to_string(queue);
    for (const std::string file : {"rps_cpus", "rps_flow_cnt"}) {
      const auto text = kernel::read_text(
          kernel().files,
          std::string(folder).append("/").append(name_of_queue).append("/").append(file));
      if (!text.ok() || trim(*text).find_first_not_of("0,") == std::string_view::npos) continue;
      std::string would_go = "this removes queue " + name_of_queue;
      would_go.append(", whose ")
          .append(file)
          .append(" is ")
          .append(trim(*text))
          .append("; set it to 0 first");
      return make_error(ErrorCode::conflict, name() + ": " + would_go);
    }
    return {};
  }
};

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
    return make_error(ErrorCode::conflict, name() + ": the driver sets this value itself while " +
                                               std::string(adaptive) + " is on; turn " +
                                               std::string(adaptive) + " off first");
  }
};

/// Makes the LiveTarget of one kind. Errors: wrong_use (no driver has this attribute).
template <class Live>
Result<std::unique_ptr<LiveTarget>> make_driver_setting(const LinkTarget& target,
                                                        kernel::Kernel& kernel) {
  const wire::DriverSetting* setting = wire::find_driver_setting(target.attribute);
  if (setting == nullptr)
    return make_error(ErrorCode::wrong_use, "no driver has a setting " + target.attribute);
  return std::unique_ptr<LiveTarget>(std::make_unique<Live>(target, *setting, kernel));
}

}  // namespace

Result<std::unique_ptr<LiveTarget>> find_ring(const LinkTarget& target, kernel::Kernel& kernel) {
  return make_driver_setting<DriverSettingLive>(target, kernel);
}

Result<std::unique_ptr<LiveTarget>> find_channels(const LinkTarget& target,
                                                  kernel::Kernel& kernel) {
  return make_driver_setting<ChannelsLive>(target, kernel);
}

Result<std::unique_ptr<LiveTarget>> find_coalescing(const LinkTarget& target,
                                                    kernel::Kernel& kernel) {
  return make_driver_setting<CoalescingLive>(target, kernel);
}

}  // namespace weir::act
