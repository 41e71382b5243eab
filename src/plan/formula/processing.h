// Packets and the CPUs that process them: packets a second of a load, the CPU time that remains for
// each packet and each connection, and how a NIC hands packets to the CPUs (rings, channels,
// software steering). The values of a NIC are those of Link::attributes and Link::maxima
// (model/link.h). Not a promise: the cost of a packet depends on the CPU, the NIC and the firewall.
// So the result is a budget, not a speed. A finding says whether the NIC is the cause.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/units.h"

namespace weir::plan::formula {

/// Payload of a full-sized segment: an MTU of 1500 less 40 bytes of headers and 12 of timestamps.
inline constexpr Bytes segment{1448};
/// A full-sized frame on the wire: 1500, 14 of Ethernet, and 24 of checksum, preamble and gap (IEEE
/// 802.3).
inline constexpr Bytes frame{1538};
/// Packets of a connection with one small request and its answer, in both directions, including the
/// close: SYN, SYN-ACK, ACK, request, answer, FIN, FIN, and ACKs of the last four.
inline constexpr std::int64_t packets_of_connection = 11;
/// Share of the CPUs' time that a plan may use. Towards 100 %, queues grow without bound (M/M/1: at
/// 0.7 a request waits 2.3 times its service time).
inline constexpr std::int64_t busy_percent = 70;

/// CPU time of the kernel on the server's side for a connection of one request, from accept() to
/// close(): 25 to 28 microseconds, measured on 6.18 over loopback (bench/connection_cost.cpp),
/// softirq included. A faster CPU needs less; a firewall or a NIC's driver needs more. The
/// application's own time is extra.
inline constexpr Nanoseconds kernel_time_of_connection{28'000};

/// Packets a second in both directions: the full-sized segments of this payload rate, an
/// acknowledgement for every second segment, the packets of new connections, and probes.
[[nodiscard]] PerSecond compute_packet_rate(BitsPerSecond payload, PerSecond connections,
                                            PerSecond probes);

/// The rate on the wire for a payload rate, and the inverse: payload · 1538 / 1448.
[[nodiscard]] BitsPerSecond compute_wire_rate(BitsPerSecond payload);

/// The CPU time for each of `rate` events a second: cpus · 70 % / rate, rounded down. INT64_MAX
/// without events, 0 without CPUs.
[[nodiscard]] Nanoseconds compute_time_budget(std::int64_t cpus, PerSecond rate);

/// CPUs, or workers of one thread, for events that take this time each: rate · time / 70 %, rounded
/// up; at least 1.
[[nodiscard]] std::int64_t compute_workers(PerSecond rate, Nanoseconds time_each);

/// The rate that this many CPUs carry at 70 %, rounded down. INT64_MAX if an event takes no time.
[[nodiscard]] PerSecond compute_rate_of_cpus(std::int64_t cpus, Nanoseconds time_each);

/// Doubles a ring that overran, at most to the device's maximum: `min(2 · now, max)`. A larger ring
/// takes more of the CPU's cache. So it grows in steps, with measurements in between, and not to
/// the maximum at once. Nothing if the ring is at its maximum, or a number is not known (0 or
/// less).
[[nodiscard]] std::optional<std::int64_t> compute_ring(std::int64_t now, std::int64_t max);

/// Combined channels: one for each CPU that takes interrupts, at most as many as the device has:
/// `min(cpus, max)` (Documentation/networking/scaling.rst, "RSS Configuration": more queues than
/// CPUs only add interrupts). Nothing if that is not more than the present number.
[[nodiscard]] std::optional<std::int64_t> compute_channels(std::int64_t now, std::int64_t cpus,
                                                           std::int64_t max);

/// rps_cpus of each receive queue, in hexadecimal: all CPUs. Nothing in three cases. The device has
/// a queue for each CPU, so RPS would only add work (scaling.rst, "RPS: Suggested Configuration").
/// There is only one CPU. There are more CPUs than the kernel can have (NR_CPUS is at most 8192).
[[nodiscard]] std::optional<std::string> compute_rps_mask(std::int64_t cpus, std::int64_t queues);

}  // namespace weir::plan::formula
