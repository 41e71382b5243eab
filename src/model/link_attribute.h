// LinkAttribute: what of a network interface a step may change, by its name in plans and snapshots
// ("ring.rx", "feature.rx-gro", "rx-0.rps_cpus"). Not its values: kernel/wire knows how the kernel
// tells them.
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
  /// behind the first dot: "rx", "adaptive-rx", "rps_cpus"; empty for txqueuelen and qdisc
  std::string name;
  std::int64_t queue = -1;  ///< the N of a steering attribute
  friend bool operator==(const LinkAttribute&, const LinkAttribute&) = default;
};

/// Nothing for a name that is none of the above.
[[nodiscard]] std::optional<LinkAttribute> parse_link_attribute(std::string_view text);

/// Whether a change of it can interrupt traffic or lose the link: drivers stop the interface to
/// make new rings, queues or offloads, and a new queueing discipline drops what waits in the old
/// one.
[[nodiscard]] bool can_cut_traffic(LinkAttributeKind kind);

/// The place of a change among those of one interface. Channels come first, because their change
/// takes away what hangs on a queue (below); a step that depends on another comes behind it, so
/// that undoing in the reverse order finds what it needs:
///   channels    netif_set_real_num_tx_queues() resets the XPS maps and the qdiscs of queues that
///               go, and sysfs drops their rps_cpus (net/core/dev.c, net/core/net-sysfs.c); several
///               drivers make new rings with their default sizes
///   ring        per queue, so behind the number of queues
///   coalescing  "adaptive" before the times and frames that it would overwrite
///   feature     checksums before what needs them (netdev_fix_features, net/core/dev.c)
///   txqueuelen  read by pfifo_fast when it is made
///   qdisc       mq has one part for each queue; also before net.core.default_qdisc, with which
///               undoing makes the old default one again
///   steering    masks of queues that must exist
[[nodiscard]] int rank_link_attribute(const LinkAttribute& attribute);

}  // namespace weir
