#include "judge/packet_flood.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "base/decimal.h"
#include "base/integers.h"
#include "base/share.h"
#include "judge/headroom.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// Packets per second. A scan sends some hundreds, and a thousand clients that try again each
/// second a thousand; floods that hurt begin at some thousands (the attacks in the published
/// reports, and those measured on 6.18, ran at 5,000 and more). weir's own marks.
constexpr double flood_warning = 1000;
constexpr double flood_critical = 3000;
/// Part of all packets of the kind. Connections that are refused on loopback give a reset for two
/// segments, a busy proxy far fewer.
constexpr double ack_share = 0.6;
constexpr double rst_share = 0.8;
/// What a host receives and takes without an answer is data, and so is what goes on arriving for a
/// connection that it aborted. Where the packets hold none, less must do.
constexpr double bare_ack_share = 0.4;
constexpr double bare_rst_share = 0.5;
constexpr double udp_share = 0.5;
/// A balancer's check is no more than these: SYN, ACK and RST.
constexpr std::int64_t segments_of_a_handshake = 3;
/// ICMP errors of up to a tenth of what the host sends are the ordinary answer to it.
constexpr std::int64_t packets_of_an_error = 10;

/// Linux, Windows and the BSDs send SYNs with 12 to 24 bytes of options, mostly 20; an ACK has at
/// most 12 unless it tells of gaps, and floods often none.
constexpr double ack_options = 12;
constexpr double most_options = 24;
constexpr double bytes_of_headers = 40;    // IPv4 and TCP without options (RFC 791, RFC 9293)
constexpr double more_bytes_of_ipv6 = 20;  // RFC 8200
/// Of all packets, those that are no TCP: more of them make the mean worthless.
constexpr std::int64_t other_packets_divisor = 10;

struct Flood {
  const char* kind = "";  ///< of packets
  const char* variant = "";
  std::int64_t packets = 0;   ///< that nothing explains
  std::int64_t all = 0;       ///< of the kind
  std::int64_t answered = 0;  ///< by this host
  double share_at_least = 0;
  std::vector<const char*> counters;  ///< shown as evidence
};

std::int64_t sum(const Window& window, std::initializer_list<const char*> names) {
  return sum_deltas(window, names).value_or(0);
}

std::int64_t without(std::int64_t all, std::int64_t explained) {
  return std::max<std::int64_t>(saturated_difference(all, std::max<std::int64_t>(explained, 0)), 0);
}

/// What the packets hold beyond IP and TCP headers without options, in the mean; nothing where too
/// many are no TCP.
std::optional<double> measure_length(const Window& window) {
  const auto of_ipv6 = sum(window, {"Ip6.InReceives"});
  const auto all = saturated_sum(sum(window, {"Ip.InReceives"}), of_ipv6);
  if (all <= 0 ||
      saturated_difference(all, sum(window, {"Tcp.InSegs"})) > all / other_packets_divisor)
    return std::nullopt;
  const auto bytes = static_cast<double>(sum(window, {"IpExt.InOctets", "Ip6.InOctets"}));
  return bytes / static_cast<double>(all) - bytes_of_headers -
         more_bytes_of_ipv6 * share_of(of_ipv6, all);
}

/// Only for the words: whoever forges packets chooses their length.
bool are_as_long_as_syns(const Window& window) {
  const auto length = measure_length(window);
  return length && *length > ack_options && *length <= most_options;
}

/// Whether there can be next to no data in what arrives.
bool are_bare(const Window& window) {
  return measure_length(window).value_or(most_options + 1) <= most_options;
}

Flood measure_acks(const Window& window) {
  const auto resets = sum(window, {"Tcp.OutRsts"});
  const auto explained =
      sum(window, {"TcpExt.TCPAbortOnData", "TcpExt.TCPAbortOnClose", "TcpExt.TCPAbortOnTimeout",
                   "TcpExt.TCPAbortOnMemory", "TcpExt.EmbryonicRsts", "Tcp.AttemptFails"});
  const char* variant = are_as_long_as_syns(window) ? "closed" : "ack";
  const double share = are_bare(window) ? bare_ack_share : ack_share;
  return {"ack",
          variant,
          without(resets, explained),
          sum(window, {"Tcp.InSegs"}),
          resets,
          share,
          {"Tcp.InSegs", "Tcp.OutRsts", "Tcp.OutSegs", "Tcp.AttemptFails"}};
}

Flood measure_rsts(const Window& window) {
  const auto segments = sum(window, {"Tcp.InSegs"});
  const auto answered = sum(window, {"Tcp.OutSegs"});
  // ListenDrops holds what a full queue of either kind refused without an answer; no counter of its
  // own have a handshake's SYN and ACK, and what ends it.
  const auto handshakes = sum(window, {"Tcp.PassiveOpens"});
  const auto of_handshakes = handshakes > segments / segments_of_a_handshake
                                 ? segments
                                 : handshakes * segments_of_a_handshake;
  const auto accepted = saturated_sum(
      of_handshakes,
      sum(window, {"TcpExt.TCPHPHits", "TcpExt.TCPPureAcks", "TcpExt.TCPHPAcks",
                   "TcpExt.TCPBacklogCoalesce", "TcpExt.TCPOFOQueue", "TcpExt.ListenDrops"}));
  const double share = are_bare(window) ? bare_rst_share : rst_share;
  return {"rst",
          "rst",
          without(segments, std::max(answered, accepted)),
          segments,
          answered,
          share,
          {"Tcp.InSegs", "Tcp.OutSegs", "Tcp.OutRsts", "Tcp.PassiveOpens"}};
}

Flood measure_udp(const Window& window) {
  const auto closed = sum(window, {"Udp.NoPorts", "Udp6.NoPorts"});
  const auto own = sum(window, {"Icmp.InDestUnreachs", "Icmp6.InDestUnreachs"});
  return {"udp",
          "udp",
          without(closed, own),
          saturated_sum(closed, sum(window, {"Udp.InDatagrams", "Udp6.InDatagrams"})),
          sum(window, {"Icmp.OutDestUnreachs", "Icmp6.OutDestUnreachs"}),
          udp_share,
          {"Udp.NoPorts", "Udp6.NoPorts", "Udp.InDatagrams", "Icmp.OutDestUnreachs",
           "Icmp.OutRateLimitGlobal"}};
}

Flood measure_icmp(const Window& window) {
  const auto requested = sum(window, {"Icmp.OutEchos", "Icmp6.OutEchos"});
  const auto replies = sum(window, {"Icmp.InEchoReps", "Icmp6.InEchoReplies"});
  // Requests that this host answers and whose answers it receives are its own, on loopback.
  const auto own_requests =
      std::min(sum(window, {"Icmp.InEchos", "Icmp6.InEchos"}), std::min(requested, replies));
  const auto errors = sum(window, {"Icmp.InDestUnreachs", "Icmp6.InDestUnreachs",
                                   "Icmp.InTimeExcds", "Icmp6.InTimeExcds"});
  const auto sent = sum(window, {"Tcp.OutSegs", "Udp.OutDatagrams", "Udp6.OutDatagrams"});
  const auto own_errors = sum(window, {"Icmp.OutDestUnreachs", "Icmp6.OutDestUnreachs"});
  const auto explained_errors = std::min(errors, std::max(own_errors, sent / packets_of_an_error));
  // ICMPv6 also carries the neighbour discovery of a large network, so that its kinds are counted
  // one by one.
  const auto all = saturated_sum(sum(window, {"Icmp.InMsgs"}),
                                 sum(window, {"Icmp6.InEchos", "Icmp6.InEchoReplies",
                                              "Icmp6.InDestUnreachs", "Icmp6.InTimeExcds"}));
  const auto explained =
      saturated_sum(saturated_sum(std::min(replies, requested), own_requests), explained_errors);
  return {"icmp",
          "icmp",
          without(all, explained),
          all,
          sum(window, {"Icmp.OutEchoReps", "Icmp6.OutEchoReplies"}),
          0,
          {"Icmp.InMsgs", "Icmp.InEchos", "Icmp.InEchoReps", "Icmp.InDestUnreachs", "Icmp6.InEchos",
           "Icmp6.InEchoReplies", "Icmp6.InDestUnreachs", "Icmp6.InTimeExcds",
           "Icmp.OutRateLimitGlobal"}};
}

std::optional<Finding> judge_flood(const Window& window, const Flood& flood) {
  const double rate = per_second(window, flood.packets).value_or(0);
  const double share = share_of(flood.packets, flood.all);
  if (rate < flood_warning || share < flood.share_at_least) return std::nullopt;
  Finding finding = make_finding(
      ids::transmission_flood, flood.variant,
      rate >= flood_critical ? Severity::critical : Severity::warning,
      {{"per_second", decimal(rate, 0)},
       {"answered_per_second", decimal(per_second(window, flood.answered).value_or(0), 0)},
       {"share_percent", percent(std::min(share, 1.0))}});
  finding.resource.kind = "host";
  finding.resource.name = flood.variant;
  finding.resource.identity = flood.kind;
  finding.resource.netns = window.end().provenance.place.netns;
  for (const char* name : flood.counters) {
    const auto delta = counter_delta(window, name);
    if (delta) finding.evidence.push_back(moved("snmp", name, *delta, window));
  }
  return finding;
}

}  // namespace

std::vector<Finding> judge_packet_floods(const Case& given) {
  std::vector<Finding> findings;
  if (given.window.start() == nullptr) return findings;
  for (const Flood& flood : {measure_acks(given.window), measure_rsts(given.window),
                             measure_udp(given.window), measure_icmp(given.window)}) {
    auto finding = judge_flood(given.window, flood);
    if (finding) findings.push_back(*std::move(finding));
  }
  return findings;
}

}  // namespace weir::judge
