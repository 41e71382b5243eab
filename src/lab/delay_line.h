// DelayLine: one direction of a path: packets come out later, or never. Not a device: Path moves
// the bytes.
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
  double loss = 0;                   ///< share of packets, 0 to 1, chosen at random
  std::uint64_t seed = 1;            ///< of this random choice
  std::int64_t bits_per_second = 0;  ///< 0: as fast as the machine
  /// before the rate limit; packets that do not fit are dropped at its tail
  Bytes queue{std::int64_t{256} * 1024};
  int longest_packet = 0;  ///< 0: any; longer IP packets are lost silently
  int silent_port = 0;     ///< SYNs to this port vanish; 0: none
  /// bytes before each IP packet that do not belong to it
  std::size_t preamble = 0;
};

/// The outcome for a packet.
enum class Fate { carried, lost, queue_full, too_long, silenced };
inline constexpr std::size_t fates = 5;

/// Packets are one after another in a ring of bytes, and are read and written there. None is
/// copied.
class DelayLine {
 public:
  /// for the largest packet: 65,535 bytes of IP, a preamble, and up to the next cache line
  static constexpr std::size_t slot_size = 65'664;
  /// packets; 1 Gbit/s of 1,500-byte packets for 190 ms
  static constexpr std::size_t slots = 16'384;
  /// bytes; 10 Gbit/s for 50 ms. Only pages that were written use memory
  static constexpr std::size_t capacity = std::size_t{64} << 20U;

  struct Slot {
    char* data = nullptr;
    std::size_t size = 0;
  };

  explicit DelayLine(const LineOptions& options);

  [[nodiscard]] bool has_room() const;
  /// The place for the next packet, slot_size bytes. Call it only if there is room.
  [[nodiscard]] char* next_slot() { return bytes_.get() + next_start(); }
  /// Takes the packet in next_slot(), `size` bytes with its preamble.
  Fate take(std::size_t size, Nanoseconds now);

  [[nodiscard]] bool empty() const { return count_ == 0; }
  /// The time when the oldest packet comes out. Call it only if the line is not empty.
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

  /// The start of the next packet: after the newest one, or at the start of the ring if too little
  /// room is left before its end.
  [[nodiscard]] std::size_t next_start() const;
  [[nodiscard]] Nanoseconds transmission_time(Bytes size) const;

  LineOptions options_;
  std::mt19937_64 chance_;
  std::uniform_real_distribution<double> share_{0.0, 1.0};
  Nanoseconds line_free_{0};  ///< when the last taken packet leaves the queue
  std::unique_ptr<char[]> bytes_;
  std::vector<Packet> packets_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

/// Whether an IP packet is a TCP SYN without ACK to this port. (No IPv6 extension headers: the
/// kernel's TCP sends none.)
[[nodiscard]] bool is_syn_to(std::string_view packet, int port);

}  // namespace weir::lab
