#include "kernel/wire/neighbour.h"

#include <algorithm>
#include <array>
#include <utility>

#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "base/text.h"
#include "kernel/wire/address.h"

namespace weir::wire {
namespace {

constexpr std::array<std::pair<std::uint16_t, std::string_view>, 8> state_names{
    {{NUD_INCOMPLETE, "incomplete"},
     {NUD_REACHABLE, "reachable"},
     {NUD_STALE, "stale"},
     {NUD_DELAY, "delay"},
     {NUD_PROBE, "probe"},
     {NUD_FAILED, "failed"},
     {NUD_NOARP, "noarp"},
     {NUD_PERMANENT, "permanent"}}};

}  // namespace

std::string_view neighbour_state_name(std::uint16_t state) {
  const auto* const found = std::find_if(state_names.begin(), state_names.end(),
                                         [&](const auto& entry) { return entry.first == state; });
  return found == state_names.end() ? std::string_view{} : found->second;
}

std::uint16_t parse_neighbour_state(std::string_view name) {
  const auto* const found = std::find_if(state_names.begin(), state_names.end(),
                                         [&](const auto& entry) { return entry.second == name; });
  return found == state_names.end() ? std::uint16_t{0} : found->first;
}

bool is_unanswered(std::uint16_t state) { return (state & (NUD_INCOMPLETE | NUD_FAILED)) != 0; }
bool is_fixed(std::uint16_t state) { return (state & (NUD_PERMANENT | NUD_NOARP)) != 0; }

ByteBuffer build_neighbour_request(Family family) {
  ndmsg body{};
  body.ndm_family = family_number(family);
  MessageWriter writer;
  writer.begin(RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP, 0);
  writer.put_value(body);
  writer.end();
  return writer.take();
}

std::optional<Family> parse_neighbour_request(ByteSpan request) {
  return parse_request_family(request, RTM_GETNEIGH);
}

Result<bool> parse_neighbour_datagram(ByteSpan datagram,
                                      const std::function<void(const Neighbour&)>& visitor) {
  bool interrupted = false;
  WEIR_CHECK(for_each_message(datagram, [&](const Message& message) -> Status {
    interrupted = interrupted || message.interrupted();
    if (message.type != RTM_NEWNEIGH) return {};
    const auto body = load<ndmsg>(message.payload);
    if (!body)
      return make_error(ErrorCode::malformed, "a neighbour message of " +
                                                  std::to_string(message.payload.size()) +
                                                  " bytes is too short");
    const auto family = family_of(body->ndm_family);
    if (!family) return {};
    Neighbour neighbour;
    neighbour.family = *family;
    neighbour.link = body->ndm_ifindex;
    neighbour.state = body->ndm_state;
    for_each_attribute(message.payload.subspan(sizeof(ndmsg)), [&](const Attribute& attribute) {
      if (attribute.type == NDA_DST && attribute.payload.size() == address_size(*family))
        neighbour.address = load_address(attribute.payload);
      if (attribute.type == NDA_LLADDR)
        neighbour.link_address = format_link_address(attribute.payload);
    });
    visitor(neighbour);
    return {};
  }));
  return interrupted;
}

void write_neighbour(MessageWriter& writer, const Neighbour& neighbour) {
  ndmsg body{};
  body.ndm_family = family_number(neighbour.family);
  body.ndm_ifindex = static_cast<int>(neighbour.link);
  body.ndm_state = neighbour.state;
  writer.begin(RTM_NEWNEIGH, NLM_F_MULTI, 0);
  writer.put_value(body);
  writer.put_attribute(
      NDA_DST, std::as_bytes(std::span(neighbour.address)).first(address_size(neighbour.family)));
  if (!neighbour.link_address.empty())
    writer.put_attribute(NDA_LLADDR, parse_link_address(neighbour.link_address));
  writer.end();
}

}  // namespace weir::wire
