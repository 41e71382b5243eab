// DelayLine: one direction of a path: packets come out later, or not at all.
// Not a device: Path moves the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include "base/units.h"

namespace weir::lab {

struct LineOptions {
  Nanoseconds delay{0};              ///< one way
  double loss = 0;                   ///< share of packets, 0 to 1, each by chance
  std::uint64_t seed = 1;            ///< of that chance
  std::int64_t bits_per_second = 0;  ///< 0: as fast as the machine
  /// in front of the rate; what does not fit is dropped at its tail
  Bytes queue{std::int64_t{256} * 1024};
  int longest_packet = 0;  ///< 0: any; longer IP packets vanish without a word
  int silent_port = 0;     ///< SYNs to this port vanish; 0: none
  /// bytes in front of each IP packet that are no part of it
  std::size_t preamble = 0;
};

/// What became of a packet.
enum class Fate { carried, lost, queue_full, too_long, silenced };
inline constexpr std::size_t fates = 5;

/// Packets stand one behind the other in a ring of bytes and are read and written there: none is
/// copied.
class DelayLine {
 public:
  /// of the largest: 65,535 bytes of IP, a preamble, and up to the next cache line
  static constexpr std::size_t slot_size = 65'664;
  /// packets; 1 Gbit/s of 1,500 bytes each for 190 ms
  static constexpr std::size_t slots = 16'384;
  /// bytes; 10 Gbit/s for 50 ms. Memory is taken only as far as it was ever written
  static constexpr std::size_t capacity = std::size_t{64} << 20U;

  struct Slot {
    char* data = nullptr;
    std::size_t size = 0;
  };

  explicit DelayLine(const LineOptions& options);

  [[nodiscard]] bool has_room() const;
  /// Where the next packet is to be written, slot_size bytes. Only while there is room.
  [[nodiscard]] char* next_slot() { return bytes_.get() + next_start(); }
  /// Takes the packet of `size` bytes, its preamble included, that stands in next_slot().
  Fate take(std::size_t size, Nanoseconds now);

  [[nodiscard]] bool empty() const { return count_ == 0; }
  /// When the oldest packet comes out. Only while it is not empty.
  [[nodiscard]] Nanoseconds next_due() const { return packets_[first_ % slots].due; }
  [[nodiscard]] Slot oldest() {
    return {bytes_.get() + packets_[first_ % slots].start, packets_[first_ % slots].size};
  }
  void drop_oldest();

 private:
  struct Packet {
    std::size_t start = 0;
    std::size_t size = 0;
    Nanoseconds due{0};
  };

  /// Where the next packet begins: behind the newest, or at the ring's begin where too little is
  /// left before its end.
  [[nodiscard]] std::size_t next_start() const;
  [[nodiscard]] Nanoseconds transmission_time(Bytes size) const;

  LineOptions options_;
  std::mt19937_64 chance_;
  std::uniform_real_distribution<double> share_{0.0, 1.0};
  Nanoseconds line_free_{0};  ///< when the last packet taken has left the queue
  std::unique_ptr<char[]> bytes_;
  std::vector<Packet> packets_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

/// Whether an IP packet is a TCP SYN without ACK to this port. (No IPv6 extension headers: the
/// kernel's TCP sends none.)
[[nodiscard]] bool is_syn_to(std::string_view packet, int port);

}  // namespace weir::lab
