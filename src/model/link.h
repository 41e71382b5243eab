// Link: one network interface with its counters and everything attached to it: the modes of its
// hardware, its queueing disciplines, the gateways behind it. Not rates: those need two Snapshots.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/family.h"

namespace weir {

/// The abilities of both ends of a cable (ETHTOOL_GLINKSETTINGS). Speeds are in 10^6 bits per
/// second; nothing if not reported.
struct LinkModes {
  std::string duplex;  ///< "full", "half", empty if not known
  bool autonegotiation = false;
  /// the highest speed that the hardware can do
  std::optional<std::int64_t> supported_mbit = std::nullopt;
  /// the highest that it offers to the other end
  std::optional<std::int64_t> advertised_mbit = std::nullopt;
  /// the highest that the other end offers
  std::optional<std::int64_t> peer_mbit = std::nullopt;
  bool supports_full = false;                    ///< the hardware can do full duplex
  std::optional<bool> peer_full = std::nullopt;  ///< the other end offers full duplex
  friend bool operator==(const LinkModes&, const LinkModes&) = default;
};

/// One network interface (rtnetlink, IFLA_STATS64).
struct Link {
  std::int64_t index = 0;
  std::string name;
  std::string kind;      ///< IFLA_INFO_KIND ("veth", "bond"), empty for hardware
  bool up = false;       ///< IFF_UP
  bool carrier = false;  ///< IFF_LOWER_UP
  bool loopback = false;
  /// IFLA_ADDRESS as "52:54:00:00:00:01", empty if it has none
  std::string address = {};
  /// IFLA_PERM_ADDRESS, which a bond does not change; empty if it has none (software), and before
  /// Linux 5.6
  std::string permanent_address = {};
  std::int64_t mtu = 0;
  std::optional<std::int64_t> speed_mbit;  ///< null if it is not known
  std::int64_t rx_bytes = 0, tx_bytes = 0, rx_packets = 0, tx_packets = 0;
  std::int64_t rx_errors = 0, tx_errors = 0, rx_dropped = 0, tx_dropped = 0, rx_missed_errors = 0;
  /// index of the bond or bridge that it belongs to; 0: none
  std::int64_t master = 0;
  /// IFLA_CARRIER_CHANGES, since the interface was made
  std::optional<std::int64_t> carrier_changes = std::nullopt;
  std::vector<std::string> addresses = {};  ///< numeric; bounded
  /// has an address that is not link-local
  bool addressed = false;
  /// a unicast route of the main table leads through it
  bool routed = false;
  /// receive queues in use; 0: not known
  std::int64_t rx_queues = 0;
  /// whether a queue hands packets to other CPUs (rps_cpus)
  std::optional<bool> rps = std::nullopt;
  std::optional<LinkModes> modes = std::nullopt;               ///< of hardware
  std::optional<std::int64_t> transmit_length = std::nullopt;  ///< IFLA_TXQLEN, txqueuelen
  /// The attributes that weir can change, by the names of model/link_attribute.h, in the form in
  /// which steps hold values; only for hardware. The features are those that the driver allows to
  /// switch.
  std::map<std::string, std::string> attributes = {};
  /// The largest value that the device accepts for an attribute, if the device reports one
  /// ("ring.rx", "channels.combined").
  std::map<std::string, std::int64_t> maxima = {};
  /// The other fields of rtnl_link_stats64 by their kernel names ("rx_crc_errors",
  /// "tx_carrier_errors", "collisions", …); counters that are 0 may be missing.
  std::map<std::string, std::int64_t> statistics = {};
  /// Counters of the driver (ethtool -S) that the allow list of sense/ethtool.cpp names,
  /// e.g. "rx_out_of_buffer", "bw_in_allowance_exceeded".
  std::map<std::string, std::int64_t> driver = {};
  friend bool operator==(const Link&, const Link&) = default;
};

/// The identity of an interface: the permanent hardware address if it has one, otherwise its
/// current address.
[[nodiscard]] inline const std::string& link_identity(const Link& link) {
  return link.permanent_address.empty() ? link.address : link.permanent_address;
}

/// A network card, also one that a hypervisor gives to its guest. Not loopback, and not an
/// interface that the kernel makes itself (veth, bridge, tunnel), which has a kind.
[[nodiscard]] inline bool is_hardware(const Link& link) {
  return link.kind.empty() && !link.loopback;
}

/// A queueing discipline of an interface (RTM_GETQDISC).
struct Qdisc {
  std::int64_t link = 0;  ///< index of the interface
  std::string kind;       ///< "fq_codel", "tbf", "mq", …
  std::int64_t handle = 0;
  std::int64_t parent = 0;
  bool root = false;     ///< the interface's own, not a class's
  bool ingress = false;  ///< ingress or clsact: it has no queue
  std::int64_t bytes = 0, packets = 0, drops = 0, overlimits = 0, requeues = 0;
  std::int64_t backlog = 0;       ///< bytes that wait
  std::int64_t queue_length = 0;  ///< packets that wait
  /// bytes per second that it lets through, if it shapes
  std::optional<std::int64_t> rate_bytes = std::nullopt;
  /// packets, or bytes for tbf and bfifo, that may wait; nothing if not reported
  std::optional<std::int64_t> limit = std::nullopt;
  friend bool operator==(const Qdisc&, const Qdisc&) = default;
};

/// A default gateway and its entry in the neighbour table.
struct Gateway {
  Family family = Family::ipv4;
  std::string address;
  std::int64_t link = 0;
  std::string link_address;  ///< its MAC; empty if the table has none
  /// NUD_… in lower case: "reachable", "stale", "failed"; empty without an entry
  std::string state;
  friend bool operator==(const Gateway&, const Gateway&) = default;
};

}  // namespace weir
