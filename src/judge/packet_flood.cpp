#include "judge/packet_flood.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "base/integers.h"
#include "base/number_text.h"
#include "base/share.h"
#include "judge/headroom.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// Packets per second. A scan sends some hundreds. A thousand clients that try again each second
/// send a thousand. Floods that hurt begin at some thousands: the attacks in the published reports,
/// and those measured on 6.18, ran at 5,000 and more. weir's own thresholds.
constexpr double flood_warning = 1000;
constexpr double flood_critical = 3000;
/// Shares of all packets of the kind. Refused connections on loopback give one reset for two
/// segments; a busy proxy gives far fewer.
constexpr double ack_share = 0.6;
constexpr double rst_share = 0.8;
/// If a host takes segments without answering them, they normally carry data, or they belong to a
/// connection that it aborted. If the packets carry no data, a smaller share is enough.
constexpr double bare_ack_share = 0.4;
constexpr double bare_rst_share = 0.5;
constexpr double udp_share = 0.5;
/// The check of a load balancer has no more segments than these: SYN, ACK and RST.
constexpr std::int64_t segments_of_a_handshake = 3;
/// ICMP errors of up to a tenth of the packets that the host sends are an ordinary answer to them.
constexpr std::int64_t packets_of_an_error = 10;

/// Linux, Windows and the BSDs send SYNs with 12 to 24 bytes of options, mostly 20. An ACK has at
/// most 12, unless it reports gaps, and floods often have none.
constexpr double ack_options = 12;
constexpr double most_options = 24;
constexpr double bytes_of_headers = 40;    // IPv4 and TCP without options (RFC 791, RFC 9293)
constexpr double more_bytes_of_ipv6 = 20;  // RFC 8200
/// Share of the packets that are not TCP. More of them make the mean useless.
constexpr std::int64_t other_packets_divisor = 10;

struct Flood {
  const char* kind = "";  ///< kind of packets
  const char* variant = "";
  std::int64_t packets = 0;   ///< packets that nothing explains
  std::int64_t all = 0;       ///< all packets of the kind
  std::int64_t answered = 0;  ///< packets that this host answered
  double share_at_least = 0;
  std::vector<const char*> counters;  ///< shown as evidence
};

std::int64_t sum(const Window& window, std::initializer_list<const char*> names) {
  return sum_deltas(window, names).value_or(0);
}

std::int64_t without(std::int64_t all, std::int64_t explained) {
  return std::max<std::int64_t>(saturated_difference(all, std::max<std::int64_t>(explained, 0)), 0);
}

/// Mean length of the packets beyond IP and TCP headers without options. Nothing if too many
/// packets are not TCP.
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

/// Chooses the words only: an attacker who forges packets can choose their length.
bool are_as_long_as_syns(const Window& window) {
  const auto length = measure_length(window);
  return length && *length > ack_options && *length <= most_options;
}

/// Whether the arriving packets are too short to carry data.
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
  // ListenDrops counts the segments that a full queue of either kind refused without an answer. No
  // counter holds the SYN and the ACK of a handshake, or the segment that ends the connection.
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
  // If this host both answers requests and receives the answers, the requests are its own, on
  // loopback.
  const auto own_requests =
      std::min(sum(window, {"Icmp.InEchos", "Icmp6.InEchos"}), std::min(requested, replies));
  const auto errors = sum(window, {"Icmp.InDestUnreachs", "Icmp6.InDestUnreachs",
                                   "Icmp.InTimeExcds", "Icmp6.InTimeExcds"});
  const auto sent = sum(window, {"Tcp.OutSegs", "Udp.OutDatagrams", "Udp6.OutDatagrams"});
  const auto own_errors = sum(window, {"Icmp.OutDestUnreachs", "Icmp6.OutDestUnreachs"});
  const auto explained_errors = std::min(errors, std::max(own_errors, sent / packets_of_an_error));
  // ICMPv6 also carries the neighbour discovery of a large network, so its kinds are counted one by
  // one.
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
