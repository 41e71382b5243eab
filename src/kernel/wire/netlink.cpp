#include "kernel/wire/netlink.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <libmnl/libmnl.h>
#include <linux/netlink.h>

#include "base/text.h"

namespace weir::wire {
namespace {

constexpr std::size_t alignment = 4;  // NLMSG_ALIGNTO and NLA_ALIGNTO
constexpr std::size_t header_size = sizeof(nlmsghdr);
constexpr std::size_t max_text = 64;
constexpr std::size_t max_error_text = 512;  // the kernel's texts are short

static_assert(message_noop == NLMSG_NOOP && message_error == NLMSG_ERROR &&
              message_done == NLMSG_DONE);

constexpr std::size_t aligned(std::size_t size) {
  return (size + alignment - 1) & ~(alignment - 1);
}

bool is_aligned(ByteSpan bytes) {
  return reinterpret_cast<std::uintptr_t>(bytes.data()) % alignment == 0;
}

}  // namespace

bool Message::interrupted() const { return (flags & NLM_F_DUMP_INTR) != 0; }

std::string load_text(ByteSpan payload) {
  const std::string_view bytes(reinterpret_cast<const char*>(payload.data()),
                               std::min(payload.size(), max_text));
  return escape_bytes(bytes.substr(0, bytes.find('\0')));
}

Status for_each_message(ByteSpan datagram, const std::function<Status(const Message&)>& visitor) {
  while (!datagram.empty()) {
    const auto header = load<nlmsghdr>(datagram);
    if (!header)
      return make_error(ErrorCode::malformed, "a netlink message ends inside its header");
    if (header->nlmsg_len < header_size || header->nlmsg_len > datagram.size()) {
      return make_error(ErrorCode::malformed,
                        "a netlink message announces " + std::to_string(header->nlmsg_len) +
                            " bytes, but only " + std::to_string(datagram.size()) + " are left");
    }
    const Message message{header->nlmsg_type, header->nlmsg_flags, header->nlmsg_seq,
                          datagram.subspan(header_size, header->nlmsg_len - header_size)};
    WEIR_CHECK(visitor(message));
    datagram = datagram.subspan(std::min(aligned(header->nlmsg_len), datagram.size()));
  }
  return {};
}

void for_each_attribute(ByteSpan bytes, const std::function<void(const Attribute&)>& visitor) {
  ByteBuffer copy;
  if (!is_aligned(bytes)) {  // libmnl reads the attribute's header in place
    copy.assign(bytes.begin(), bytes.end());
    bytes = copy;
  }
  while (bytes.size() >= sizeof(nlattr)) {
    const auto* attribute = reinterpret_cast<const nlattr*>(bytes.data());
    if (!mnl_attr_ok(attribute, static_cast<int>(std::min<std::size_t>(bytes.size(), INT32_MAX))))
      return;
    visitor({mnl_attr_get_type(attribute),
             bytes.subspan(sizeof(nlattr), mnl_attr_get_payload_len(attribute))});
    bytes = bytes.subspan(std::min(aligned(mnl_attr_get_len(attribute)), bytes.size()));
  }
}

int parse_error_number(const Message& message) {
  const auto error = load<std::int32_t>(message.payload);
  if (!error || *error >= 0 || *error == INT32_MIN) return 0;
  return -*error;
}

std::string parse_error_text(const Message& message) {
  if (message.type != message_error || (message.flags & NLM_F_ACK_TLVS) == 0) return {};
  const auto error = load<nlmsgerr>(message.payload);
  if (!error) return {};
  // The request follows the error, whole unless the answer is capped (net/netlink/af_netlink.c,
  // netlink_ack).
  std::size_t at = sizeof(nlmsgerr);
  if ((message.flags & NLM_F_CAPPED) == 0 && error->msg.nlmsg_len > sizeof(nlmsghdr))
    at += aligned(error->msg.nlmsg_len) - sizeof(nlmsghdr);
  if (at > message.payload.size()) return {};
  std::string text;
  for_each_attribute(message.payload.subspan(at), [&](const Attribute& attribute) {
    if (attribute.type != NLMSGERR_ATTR_MSG) return;
    const std::string_view bytes(reinterpret_cast<const char*>(attribute.payload.data()),
                                 std::min(attribute.payload.size(), max_error_text));
    text = escape_bytes(bytes.substr(0, bytes.find('\0')));
  });
  return text;
}

void MessageWriter::align() { bytes_.resize(aligned(bytes_.size())); }

void MessageWriter::begin(std::uint16_t type, std::uint16_t flags, std::uint32_t sequence) {
  align();
  message_ = bytes_.size();
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_flags = flags;
  header.nlmsg_seq = sequence;
  put_value(header);
}

void MessageWriter::put_payload(ByteSpan bytes) {
  align();
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void MessageWriter::put_attribute(std::uint16_t type, ByteSpan bytes) {
  const nlattr header{static_cast<std::uint16_t>(sizeof(nlattr) + bytes.size()), type};
  put_value(header);
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void MessageWriter::put_text_attribute(std::uint16_t type, std::string_view text) {
  const nlattr header{static_cast<std::uint16_t>(sizeof(nlattr) + text.size() + 1), type};
  put_value(header);
  const auto bytes = std::as_bytes(std::span(text));
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  bytes_.push_back(std::byte{0});
}

std::size_t MessageWriter::begin_nest(std::uint16_t type) {
  align();
  const std::size_t nest = bytes_.size();
  put_value(nlattr{0, type});
  return nest;
}

void MessageWriter::end_nest(std::size_t nest) {
  const auto length = static_cast<std::uint16_t>(bytes_.size() - nest);
  std::memcpy(bytes_.data() + nest, &length, sizeof(length));
}

void MessageWriter::end() {
  const auto length = static_cast<std::uint32_t>(bytes_.size() - message_);
  std::memcpy(bytes_.data() + message_, &length, sizeof(length));
}

}  // namespace weir::wire
