#include "act/driver_setting.h"

#include <utility>

#include "act/link_identity.h"
#include "base/text.h"

namespace weir::act {

DriverSettingLive::DriverSettingLive(LinkTarget target, const wire::DriverSetting& setting,
                                     kernel::Kernel& kernel)
    : target_(std::move(target)), setting_(setting), kernel_(kernel) {}

Result<wire::ByteBuffer> DriverSettingLive::ask(const Link& link, wire::ByteBuffer command) {
  Status status = kernel_.ethtool.ask(link.name, command);
  if (status.ok()) return command;
  Error error = std::move(status).error();
  if (error.code == ErrorCode::gone) error.code = ErrorCode::not_found;
  error.message.insert(0, name() + ": ");
  return error;
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
  // EINVAL and EOPNOTSUPP: the driver has the question but not this change, or not this value.
  if (done.error().code == ErrorCode::unsupported)
    return make_error(ErrorCode::unsupported, name() + ": the driver does not take " + value);
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

}  // namespace weir::act
