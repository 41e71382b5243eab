#include <algorithm>
#include <bit>
#include <string_view>
#include <utility>

#include "act/steps/identity.h"
#include "act/steps/steps.h"
#include "base/text.h"
#include "kernel/wire/host.h"
#include "model/link_attribute.h"

namespace weir::act {
namespace {

/// From store_rps_dev_flow_table_cnt() (net/core/net-sysfs.c): the kernel rounds the number up to a
/// power of two, which must fit into 32 bits.
constexpr std::uint64_t max_flows = std::uint64_t{1} << 31U;

class SteeringLive : public LiveTarget {
 public:
  SteeringLive(LinkTarget target, LinkAttribute attribute, kernel::Kernel& kernel)
      : target_(std::move(target)), attribute_(std::move(attribute)), kernel_(kernel) {}

  Result<std::string> read() override {
    WEIR_TRY(const std::string file, find_file());
    auto text = kernel::read_text(kernel_.files, file);
    if (!text.ok()) return explain(std::move(text).error());
    const auto value = parse(*text);
    if (!value)
      return make_error(ErrorCode::malformed,
                        name() + ": \"" + escape_bytes(trim(*text)) + "\" is not a valid value");
    return *value;
  }

  Status check(const std::string& value) override {
    WEIR_TRY(const std::string checked, require(value));
    if (is_mask() && checked != "0") return check_cpus(checked);
    return {};
  }

  Status write(const std::string& value) override {
    WEIR_TRY(const std::string checked, require(value));
    WEIR_TRY(const std::string file, find_file());
    const Status status =
        kernel_.files.write(file, (is_mask() ? wire::group_cpu_mask(checked) : checked) + "\n");
    if (!status.ok()) return explain(status.error());
    return {};
  }

  [[nodiscard]] std::string normalize(const std::string& value) const override {
    return parse(value).value_or(value);
  }

 private:
  [[nodiscard]] std::string name() const { return target_name(target_); }
  [[nodiscard]] bool is_mask() const { return attribute_.name != "rps_flow_cnt"; }
  [[nodiscard]] std::string queue() const {
    return (attribute_.name == "xps_cpus" ? "tx-" : "rx-") + std::to_string(attribute_.queue);
  }

  [[nodiscard]] std::optional<std::string> parse(const std::string& value) const {
    if (is_mask()) return wire::normalize_cpu_mask(value);
    const auto number = parse_unsigned(trim(value));
    if (!number || *number > max_flows) return std::nullopt;
    return std::to_string(*number == 0 ? 0 : std::bit_ceil(*number));
  }

  Result<std::string> require(const std::string& value) const {
    const auto parsed = parse(value);
    if (parsed) return *parsed;
    return make_error(ErrorCode::wrong_use, name() + ": \"" + escape_bytes(value) + "\" is " +
                                                (is_mask() ? "not a mask of CPUs in hexadecimal"
                                                           : "not a number of flows up to 2^31"));
  }

  Result<std::string> find_file() {
    WEIR_TRY(const Link link, read_link(target_, kernel_));
    auto folder = find_queue_folder(link, kernel_.files);
    if (!folder.ok()) return std::move(folder).with_context(name());
    const auto queues = kernel_.files.list(*folder);
    if (queues.ok() && std::find(queues->begin(), queues->end(), queue()) == queues->end())
      return make_error(ErrorCode::not_found,
                        name() + ": the interface no longer has the queue " + queue());
    return *folder + "/" + queue() + "/" + attribute_.name;
  }

  /// The queue exists. If its file does not exist or cannot be read, this kernel or this interface
  /// does not have the setting.
  [[nodiscard]] Error explain(Error error) const {
    if (error.code == ErrorCode::not_found) {
      const bool sends = attribute_.name == "xps_cpus";
      return make_error(
          ErrorCode::unsupported,
          name() + (sends ? ": the interface has one transmit queue, so there is nothing to choose"
                          : ": this kernel does not have this file"));
    }
    error.message.insert(0, name() + ": ");
    return error;
  }

  /// The kernel accepts bits of CPUs that can never exist; such bits would hide a mistake.
  Status check_cpus(const std::string& mask) {
    const auto possible = kernel::read_text(kernel_.files, "/sys/devices/system/cpu/possible");
    if (!possible.ok()) return {};
    const std::string_view last =
        trim(std::string_view(*possible).substr(possible->find_last_of("-,") + 1));
    const auto highest = parse_unsigned(last);
    if (!highest) return {};
    constexpr std::size_t digit_bits = 4;
    const auto top_digit = parse_hex(mask.substr(0, 1)).value_or(0);
    const std::size_t bits =
        (mask.size() - 1) * digit_bits + static_cast<std::size_t>(std::bit_width(top_digit));
    if (bits <= *highest + 1) return {};
    return make_error(ErrorCode::wrong_use,
                      name() + ": the mask " + mask + " names CPU " + std::to_string(bits - 1) +
                          ", but the last CPU is " + std::to_string(*highest));
  }

  LinkTarget target_;
  LinkAttribute attribute_;
  kernel::Kernel& kernel_;
};

}  // namespace

Result<std::unique_ptr<LiveTarget>> find_steering(const LinkTarget& target,
                                                  kernel::Kernel& kernel) {
  auto attribute = parse_link_attribute(target.attribute);
  if (!attribute || attribute->kind != LinkAttributeKind::steering)
    return make_error(ErrorCode::wrong_use, target.attribute + " is not a file of a queue");
  return std::unique_ptr<LiveTarget>(
      std::make_unique<SteeringLive>(target, std::move(*attribute), kernel));
}

}  // namespace weir::act
