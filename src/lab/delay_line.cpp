#include "lab/delay_line.h"

#include <algorithm>

#include <netinet/in.h>

namespace weir::lab {
namespace {

constexpr int bits_per_byte = 8;
constexpr std::size_t cache_line = 64;
constexpr std::size_t ipv6_header = 40;
constexpr std::size_t shortest_ipv4_header = 20;
constexpr std::size_t flags_offset = 13;  // RFC 9293, 3.1
constexpr unsigned char syn_flag = 0x02;
constexpr unsigned char ack_flag = 0x10;

unsigned char byte_of(std::string_view packet, std::size_t at) {
  return at < packet.size() ? static_cast<unsigned char>(packet[at]) : 0;
}

}  // namespace

// The bytes are not initialised: pages never written are not allocated.
DelayLine::DelayLine(const LineOptions& options)
    : options_(options), chance_(options.seed), bytes_(new char[capacity]), packets_(slots) {}

std::size_t DelayLine::next_start() const {
  if (count_ == 0) return 0;
  const Packet& newest = packets_[(first_ + count_ - 1) % slots];
  const std::size_t end = (newest.start + newest.size + cache_line - 1) / cache_line * cache_line;
  return end + slot_size <= capacity ? end : 0;
}

bool DelayLine::has_room() const {
  if (count_ == 0) return true;
  if (count_ == slots) return false;
  const std::size_t oldest = packets_[first_ % slots].start;
  const std::size_t newest = packets_[(first_ + count_ - 1) % slots].start;
  const std::size_t start = next_start();
  const bool begins_anew = start <= newest;
  if (newest < oldest) return !begins_anew && start + slot_size <= oldest;
  return !begins_anew || slot_size <= oldest;
}

Fate DelayLine::take(std::size_t size, Nanoseconds now) {
  const std::size_t start = next_start();
  const std::string_view packet(bytes_.get() + start + options_.preamble,
                                size - std::min(size, options_.preamble));
  if (options_.longest_packet > 0 &&
      packet.size() > static_cast<std::size_t>(options_.longest_packet))
    return Fate::too_long;
  if (options_.silent_port > 0 && is_syn_to(packet, options_.silent_port)) return Fate::silenced;
  if (options_.loss > 0 && share_(chance_) < options_.loss) return Fate::lost;
  Nanoseconds leaves = now;
  if (options_.bits_per_second > 0) {
    const Nanoseconds waiting = std::max(line_free_, now) - now;
    const Nanoseconds own = transmission_time({static_cast<std::int64_t>(packet.size())});
    if (waiting + own > transmission_time(options_.queue)) return Fate::queue_full;
    leaves = now + waiting + own;
    line_free_ = leaves;
  }
  packets_[(first_ + count_) % slots] = {start, size, leaves + options_.delay};
  ++count_;
  return Fate::carried;
}

void DelayLine::drop_oldest() {
  ++first_;
  --count_;
}

Nanoseconds DelayLine::transmission_time(Bytes size) const {
  return {size.count * bits_per_byte * nanoseconds_per_second / options_.bits_per_second};
}

bool is_syn_to(std::string_view packet, int port) {
  const int version = byte_of(packet, 0) >> 4;
  std::size_t header = 0;
  if (version == 4 && byte_of(packet, 9) == IPPROTO_TCP)
    header = static_cast<std::size_t>(byte_of(packet, 0) & 0x0f) * 4;
  if (version == 6 && byte_of(packet, 6) == IPPROTO_TCP) header = ipv6_header;
  if (header < shortest_ipv4_header || packet.size() <= header + flags_offset) return false;
  const int to = byte_of(packet, header + 2) << 8 | byte_of(packet, header + 3);
  return to == port && (byte_of(packet, header + flags_offset) & (syn_flag | ack_flag)) == syn_flag;
}

}  // namespace weir::lab
