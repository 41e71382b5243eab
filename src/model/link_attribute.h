// LinkAttribute: a part of a network interface that a step may change, by its name in plans and
// snapshots ("ring.rx", "feature.rx-gro", "rx-0.rps_cpus"). Not its values: kernel/wire knows the
// kernel's formats.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

enum class LinkAttributeKind {
  ring,      ///< ring.rx, ring.tx: descriptors
  channels,  ///< channels.combined, channels.rx, channels.tx: queues in use
  /// coalesce.rx-usecs, coalesce.rx-frames, coalesce.tx-usecs, coalesce.tx-frames,
  /// coalesce.adaptive-rx, coalesce.adaptive-tx
  coalescing,
  /// feature.NAME, in the kernel's spelling (ETH_SS_FEATURES): tx-tcp-segmentation, rx-gro
  feature,
  transmit_length,  ///< txqueuelen
  qdisc,            ///< qdisc: the root queueing discipline
  steering,         ///< rx-N.rps_cpus, rx-N.rps_flow_cnt, tx-N.xps_cpus
};

struct LinkAttribute {
  LinkAttributeKind kind = LinkAttributeKind::ring;
  /// after the first dot: "rx", "adaptive-rx", "rps_cpus"; empty for txqueuelen and qdisc
  std::string name;
  std::int64_t queue = -1;  ///< the N of a steering attribute
  friend bool operator==(const LinkAttribute&, const LinkAttribute&) = default;
};

/// Nothing for any other name.
[[nodiscard]] std::optional<LinkAttribute> parse_link_attribute(std::string_view text);

/// Whether its change can interrupt traffic or lose the link. Drivers stop the interface to make
/// new rings, queues or offloads, and a new queueing discipline drops the packets that wait in the
/// old one.
[[nodiscard]] bool can_cut_traffic(LinkAttributeKind kind);

/// The place of a change among those of one interface. Channels come first, because their change
/// removes settings of a queue (below). A step that depends on another comes after it, so that
/// undoing in the reverse order finds its requirements:
///   channels    netif_set_real_num_tx_queues() resets the XPS maps and the qdiscs of removed
///               queues, and sysfs drops their rps_cpus (net/core/dev.c,
///               net/core/net-sysfs.c); several drivers make new rings with their default sizes
///   ring        per queue, so after the number of queues
///   coalescing  "adaptive" before the times and frames that it would overwrite
///   feature     checksums before the features that need them (netdev_fix_features,
///               net/core/dev.c)
///   txqueuelen  pfifo_fast reads it when it is made
///   qdisc       mq has one part for each queue; also before net.core.default_qdisc, because
///               undoing makes the old default again with it
///   steering    masks of queues that must exist
[[nodiscard]] int rank_link_attribute(const LinkAttribute& attribute);

}  // namespace weir
