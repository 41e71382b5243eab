// DelayLine: one direction of a path: packets come out later, or not at all.
// Not a device: Path moves the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
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
  Bytes queue{256 * 1024};           ///< in front of the rate; what does not fit is dropped at its tail
  int longest_packet = 0;            ///< 0: any; longer IP packets vanish without a word
  int silent_port = 0;               ///< SYNs to this port vanish; 0: none
};

/// What became of a packet.
enum class Fate { carried, lost, queue_full, too_long, silenced };
inline constexpr std::size_t fates = 5;

/// Packets stand in a ring of slots and are read and written there: none is copied.
class DelayLine {
 public:
  static constexpr std::size_t slot_size = 2048;  ///< of a packet; a TUN device's MTU is 1,500
  static constexpr std::size_t slots = 16'384;    ///< 1 Gbit/s of full packets for 190 ms

  struct Slot {
    char* data = nullptr;
    std::size_t size = 0;
  };

  explicit DelayLine(const LineOptions& options);

  [[nodiscard]] bool has_room() const { return count_ < slots; }
  /// Where the next packet is to be written, slot_size bytes. Only while there is room.
  [[nodiscard]] char* next_slot() { return at(first_ + count_); }
  /// Takes the packet of `size` bytes that stands in next_slot().
  Fate take(std::size_t size, Nanoseconds now);

  [[nodiscard]] bool empty() const { return count_ == 0; }
  /// When the oldest packet comes out. Only while it is not empty.
  [[nodiscard]] Nanoseconds next_due() const { return due_[first_ % slots]; }
  [[nodiscard]] Slot oldest() { return {at(first_), sizes_[first_ % slots]}; }
  void drop_oldest();

 private:
  [[nodiscard]] char* at(std::size_t number) { return bytes_.data() + number % slots * slot_size; }
  [[nodiscard]] Nanoseconds transmission_time(Bytes size) const;

  LineOptions options_;
  std::mt19937_64 chance_;
  std::uniform_real_distribution<double> share_{0.0, 1.0};
  Nanoseconds line_free_{0};  ///< when the last packet taken has left the queue
  std::vector<char> bytes_;
  std::vector<std::size_t> sizes_;
  std::vector<Nanoseconds> due_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

/// Whether an IP packet is a TCP SYN without ACK to this port. (No IPv6 extension headers: the kernel's TCP sends none.)
[[nodiscard]] bool is_syn_to(std::string_view packet, int port);

}  // namespace weir::lab
