#include <limits>
#include <utility>

#include "act/steps/link_identity.h"
#include "act/steps/steps.h"
#include "base/text.h"
#include "kernel/wire/rtnetlink.h"

namespace weir::act {
namespace {

class TransmitLengthLive : public LiveTarget {
 public:
  TransmitLengthLive(LinkTarget target, kernel::Kernel& kernel)
      : target_(std::move(target)), kernel_(kernel) {}

  Result<std::string> read() override {
    WEIR_TRY(const Link link, read_link(target_, kernel_));
    if (!link.transmit_length)
      return make_error(ErrorCode::unsupported, name() + ": the kernel does not report it");
    return std::to_string(*link.transmit_length);
  }

  Status check(const std::string& value) override {
    WEIR_TRY(const std::uint32_t length, parse(value));
    static_cast<void>(length);
    return {};
  }

  Status write(const std::string& value) override {
    WEIR_TRY(const std::uint32_t length, parse(value));
    WEIR_TRY(const Link link, read_link(target_, kernel_));
    return kernel_.netlink
        .change(wire::protocol_route, wire::build_transmit_length_change(link.index, length))
        .with_context(name());
  }

  [[nodiscard]] std::string normalize(const std::string& value) const override {
    const auto number = parse_unsigned(trim(value));
    return number ? std::to_string(*number) : value;
  }

 private:
  [[nodiscard]] std::string name() const { return target_name(target_); }

  Result<std::uint32_t> parse(const std::string& value) const {
    const auto number = parse_unsigned(trim(value));
    if (number && *number <= std::numeric_limits<std::uint32_t>::max())
      return static_cast<std::uint32_t>(*number);
    return make_error(ErrorCode::wrong_use,
                      name() + ": \"" + escape_bytes(value) + "\" is not a number of packets");
  }

  LinkTarget target_;
  kernel::Kernel& kernel_;
};

}  // namespace

Result<std::unique_ptr<LiveTarget>> find_txqueuelen(const LinkTarget& target,
                                                    kernel::Kernel& kernel) {
  return std::unique_ptr<LiveTarget>(std::make_unique<TransmitLengthLive>(target, kernel));
}

}  // namespace weir::act
