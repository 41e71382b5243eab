#include "kernel/wire/interface_address.h"

#include <string>

#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "kernel/wire/family_number.h"

namespace weir::wire {

bool is_link_local(Family family, const RawAddress& address) {
  constexpr unsigned ten_bits = 0xC0;
  if (family == Family::ipv6) return address[0] == 0xFE && (address[1] & ten_bits) == 0x80;
  return address[0] == 169 && address[1] == 254;
}

ByteBuffer build_address_request() {
  MessageWriter writer;
  writer.begin(RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP, 0);
  writer.put_value(ifaddrmsg{});
  writer.end();
  return writer.take();
}

Result<bool> parse_address_datagram(ByteSpan datagram,
                                    const std::function<void(const InterfaceAddress&)>& visitor) {
  bool interrupted = false;
  WEIR_CHECK(for_each_message(datagram, [&](const Message& message) -> Status {
    interrupted = interrupted || message.interrupted();
    if (message.type != RTM_NEWADDR) return {};
    const auto body = load<ifaddrmsg>(message.payload);
    if (!body)
      return make_error(ErrorCode::malformed, "an address message of " +
                                                  std::to_string(message.payload.size()) +
                                                  " bytes is too short");
    const auto family = family_of(body->ifa_family);
    if (!family) return {};
    InterfaceAddress address{*family, body->ifa_index, {}};
    bool local = false;  // IFA_ADDRESS is the peer's where there is an IFA_LOCAL (linux/if_addr.h)
    for_each_attribute(message.payload.subspan(sizeof(ifaddrmsg)), [&](const Attribute& attribute) {
      if (attribute.payload.size() != address_size(*family)) return;
      if (attribute.type == IFA_LOCAL || (attribute.type == IFA_ADDRESS && !local))
        address.address = load_address(attribute.payload);
      local = local || attribute.type == IFA_LOCAL;
    });
    visitor(address);
    return {};
  }));
  return interrupted;
}

void write_interface_address(MessageWriter& writer, const InterfaceAddress& address) {
  ifaddrmsg body{};
  body.ifa_family = family_number(address.family);
  body.ifa_index = static_cast<std::uint32_t>(address.link);
  writer.begin(RTM_NEWADDR, NLM_F_MULTI, 0);
  writer.put_value(body);
  writer.put_attribute(
      address.family == Family::ipv4 ? IFA_LOCAL : IFA_ADDRESS,
      std::as_bytes(std::span(address.address)).first(address_size(address.family)));
  writer.end();
}

}  // namespace weir::wire
