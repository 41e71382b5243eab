// The frame of netlink: messages inside a datagram and attributes inside a message. Reads them
// within their bounds and writes them. Not a socket, and not the content of a message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::wire {

using ByteSpan = std::span<const std::byte>;
using ByteBuffer = std::vector<std::byte>;

/// nlmsghdr.nlmsg_type of the messages that control the conversation (linux/netlink.h).
inline constexpr std::uint16_t message_noop = 1;
inline constexpr std::uint16_t message_error = 2;
inline constexpr std::uint16_t message_done = 3;

struct Message {
  std::uint16_t type = 0;
  std::uint16_t flags = 0;
  std::uint32_t sequence = 0;
  ByteSpan payload;

  /// Something changed during the kernel's dump (NLM_F_DUMP_INTR): the data may be incomplete.
  [[nodiscard]] bool interrupted() const;
};

struct Attribute {
  std::uint16_t type = 0;
  ByteSpan payload;
};

/// A plain value at the start of the bytes, without regard to alignment; nothing if the bytes are
/// too few.
template <class Value>
[[nodiscard]] std::optional<Value> load(ByteSpan bytes) {
  static_assert(std::is_trivially_copyable_v<Value>);
  if (bytes.size() < sizeof(Value)) return std::nullopt;
  Value value{};
  std::memcpy(&value, bytes.data(), sizeof(Value));
  return value;
}

/// An attribute's text: the bytes before the first zero, at most 64, escaped. IFNAMSIZ is 16, and a
/// kind is a module's name.
[[nodiscard]] std::string load_text(ByteSpan payload);

/// Calls the visitor for each message of a datagram. Errors: malformed (a header or a length does
/// not fit into the bytes). The visitor's first error ends the walk.
Status for_each_message(ByteSpan datagram, const std::function<Status(const Message&)>& visitor);

/// Calls the visitor for each complete attribute. Bytes that are not an attribute end the walk, as
/// in the kernel's own nla_for_each_attr.
void for_each_attribute(ByteSpan bytes, const std::function<void(const Attribute&)>& visitor);

/// The error of an NLMSG_ERROR, or of the NLMSG_DONE of a failed dump, as a positive errno; 0 for
/// success.
[[nodiscard]] int parse_error_number(const Message& message);

/// The sentence that the kernel adds to an error (NLMSGERR_ATTR_MSG, for a socket with
/// NETLINK_EXT_ACK), escaped; empty if the error has none.
[[nodiscard]] std::string parse_error_text(const Message& message);

/// Writes messages and their attributes one after another, aligned as netlink requires.
class MessageWriter {
 public:
  void begin(std::uint16_t type, std::uint16_t flags, std::uint32_t sequence);
  void put_payload(ByteSpan bytes);
  template <class Value>
  void put_value(const Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    put_payload(std::as_bytes(std::span(&value, 1)));
  }
  void put_attribute(std::uint16_t type, ByteSpan bytes);
  /// with the closing zero byte
  void put_text_attribute(std::uint16_t type, std::string_view text);
  /// Opens an attribute that contains attributes; pass the result to end_nest().
  [[nodiscard]] std::size_t begin_nest(std::uint16_t type);
  void end_nest(std::size_t nest);
  /// Sets the length of the message that was begun last.
  void end();

  [[nodiscard]] const ByteBuffer& bytes() const { return bytes_; }
  [[nodiscard]] ByteBuffer take() { return std::move(bytes_); }

 private:
  void align();

  ByteBuffer bytes_;
  std::size_t message_ = 0;
};

}  // namespace weir::wire
