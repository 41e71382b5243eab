#include "lab/forged_packet.h"

#include <netinet/in.h>

namespace weir::lab {
namespace {

constexpr char hop_limit = 64;
constexpr char echo_request = 8;
constexpr char echo_request_v6 = static_cast<char>(128);
constexpr std::uint16_t advertised_window = 64'240;
constexpr char tcp_header_words = 0x50;  // five, in the upper half

/// Appends numbers in network order.
class Writer {
 public:
  void u8(char value) { bytes_ += value; }
  void u16(std::uint32_t value) {
    bytes_ += static_cast<char>(value >> 8 & 0xff);
    bytes_ += static_cast<char>(value & 0xff);
  }
  void u32(std::uint32_t value) {
    u16(value >> 16);
    u16(value & 0xffff);
  }
  void text(const std::string& value) { bytes_ += value; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

char tcp_flags(FloodKind kind) {
  switch (kind) {
    case FloodKind::syn: return 0x02;
    case FloodKind::ack: return 0x10;
    case FloodKind::rst: return 0x04;
    case FloodKind::udp:
    case FloodKind::icmp_echo: break;
  }
  return 0;
}

int protocol_of(FloodKind kind, Family family) {
  switch (kind) {
    case FloodKind::syn:
    case FloodKind::ack:
    case FloodKind::rst: return IPPROTO_TCP;
    case FloodKind::udp: return IPPROTO_UDP;
    case FloodKind::icmp_echo: break;
  }
  if (family == Family::ipv4) return IPPROTO_ICMP;
  return IPPROTO_ICMPV6;
}

/// The bytes after the IP header, with a zero checksum, and the offset of the checksum.
std::pair<std::string, std::size_t> segment_of(FloodKind kind, Family family,
                                               const PacketEnds& ends, std::uint32_t number) {
  Writer out;
  if (kind == FloodKind::icmp_echo) {
    out.u8(family == Family::ipv4 ? echo_request : echo_request_v6);
    out.u8(0);
    out.u16(0);
    out.u32(number);
    return {out.take(), 2};
  }
  out.u16(ends.source_port);
  out.u16(ends.target_port);
  if (kind == FloodKind::udp) {
    out.u16(8);
    out.u16(0);
    return {out.take(), 6};
  }
  out.u32(number);
  out.u32(kind == FloodKind::syn ? 0 : number);
  out.u8(tcp_header_words);
  out.u8(tcp_flags(kind));
  out.u16(advertised_window);
  out.u32(0);
  return {out.take(), 16};
}

std::uint32_t partial_sum(const std::string& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    sum += static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (i % 2 == 0 ? 8 : 0);
  return sum;
}

std::string ip_header(Family family, const PacketEnds& ends, int protocol, std::size_t length) {
  Writer out;
  const auto size = static_cast<std::uint32_t>(length);
  if (family == Family::ipv4) {
    out.u16(0x4500);
    out.u16(20 + size);
    out.u32(0);
    out.u8(hop_limit);
    out.u8(static_cast<char>(protocol));
    out.u16(0);  // the kernel fills in this, the length and the identification: raw(7)
  } else {
    out.u32(0x60000000);
    out.u16(size);
    out.u8(static_cast<char>(protocol));
    out.u8(hop_limit);
  }
  out.text(ends.source);
  out.text(ends.target);
  return out.take();
}

}  // namespace

std::uint16_t internet_checksum(const std::string& bytes, std::uint32_t sum) {
  sum += partial_sum(bytes);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

std::string forge_packet(FloodKind kind, Family family, const PacketEnds& ends,
                         std::uint32_t number) {
  const int protocol = protocol_of(kind, family);
  auto [segment, at] = segment_of(kind, family, ends, number);
  // Only the checksum of IPv4's ICMP leaves out the addresses.
  const std::uint32_t pseudo = protocol == IPPROTO_ICMP
                                   ? 0
                                   : partial_sum(ends.source) + partial_sum(ends.target) +
                                         static_cast<std::uint32_t>(protocol) +
                                         static_cast<std::uint32_t>(segment.size());
  const std::uint16_t sum = internet_checksum(segment, pseudo);
  segment[at] = static_cast<char>(sum >> 8);
  segment[at + 1] = static_cast<char>(sum & 0xff);
  return ip_header(family, ends, protocol, segment.size()) + segment;
}

}  // namespace weir::lab
