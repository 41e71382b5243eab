// Packets and the CPUs that process them: packets a second of a load, the CPU time that is left for
// each packet and each connection, and how a NIC hands packets to the CPUs (rings, channels,
// software steering). The values of a NIC are those of Link::attributes and Link::maxima
// (model/link.h).
// Not a promise: what a packet costs depends on the CPU, the NIC and the firewall, so the budget is
// given, not the speed. Not whether the NIC is the cause: a finding says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/units.h"

namespace weir::plan::formula {

/// Payload of a full-sized segment: an MTU of 1500 less 40 bytes of headers and 12 of timestamps.
inline constexpr Bytes segment{1448};
/// A full-sized frame on the wire: 1500, 14 of Ethernet, and the 24 of checksum, preamble and gap
/// (IEEE 802.3).
inline constexpr Bytes frame{1538};
/// Packets of a connection that carries one small request and its answer, both directions, the
/// close included: SYN, SYN-ACK, ACK, request, answer, FIN, FIN, and ACKs of the last four.
inline constexpr std::int64_t packets_of_connection = 11;
/// Of the CPUs' time, what a plan may use: queues grow without bound towards 1 (M/M/1: at 0.7 a
/// request waits 2.3 times its service).
inline constexpr std::int64_t busy_percent = 70;

/// CPU time of the kernel on the server's side for a connection of one request, accept() to
/// close(): 25 to 28 microseconds measured on 6.18 over loopback (bench/connection_cost.cpp),
/// softirq included. A faster CPU needs less, a firewall or a NIC's driver more; the application's
/// own time comes on top.
inline constexpr Nanoseconds kernel_time_of_connection{28'000};

/// Packets a second, both directions: full-sized segments and an acknowledgement for every second
/// of them at this rate of payload, those of new connections, and probes.
[[nodiscard]] PerSecond compute_packet_rate(BitsPerSecond payload, PerSecond connections,
                                            PerSecond probes);

/// The share of the link that payload leaves of a rate on the wire, and the inverse: payload · 1538
/// / 1448.
[[nodiscard]] BitsPerSecond compute_wire_rate(BitsPerSecond payload);

/// The CPU time for each of `rate` events a second: cpus · 70 % / rate, rounded down. INT64_MAX
/// without events, 0 without CPUs.
[[nodiscard]] Nanoseconds compute_time_budget(std::int64_t cpus, PerSecond rate);

/// CPUs, or workers of one thread, for events that take so long each: rate · time / 70 %, rounded
/// up; at least 1.
[[nodiscard]] std::int64_t compute_workers(PerSecond rate, Nanoseconds time_each);

/// The rate that so many CPUs carry at 70 %, rounded down. INT64_MAX where an event takes no time.
[[nodiscard]] PerSecond compute_rate_of_cpus(std::int64_t cpus, Nanoseconds time_each);

/// One doubling of a ring that overran, at most what the device takes: `min(2 · now, max)`. A ring
/// is memory of the CPU's cache too, so it grows in steps that are measured in between rather than
/// to the maximum at once. Nothing when it is at the maximum, or a number is not known (0 or less).
[[nodiscard]] std::optional<std::int64_t> compute_ring(std::int64_t now, std::int64_t max);

/// Combined channels: one for each CPU that takes interrupts, at most what the device has:
/// `min(cpus, max)` (Documentation/networking/scaling.rst, "RSS Configuration": more queues than
/// CPUs only add interrupts). Nothing when that is not more than there are.
[[nodiscard]] std::optional<std::int64_t> compute_channels(std::int64_t now, std::int64_t cpus,
                                                           std::int64_t max);

/// rps_cpus of each receive queue, in hexadecimal: all CPUs. Nothing where the device has a queue
/// for each of them, and RPS would only add work (scaling.rst, "RPS: Suggested Configuration"),
/// with one CPU, or with more than the kernel can have (NR_CPUS is at most 8192).
[[nodiscard]] std::optional<std::string> compute_rps_mask(std::int64_t cpus, std::int64_t queues);

}  // namespace weir::plan::formula
