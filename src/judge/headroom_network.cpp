#include <algorithm>
#include <utility>

#include "base/integers.h"
#include "base/number_text.h"
#include "base/share.h"
#include "judge/flow_view.h"
#include "judge/headroom.h"
#include "judge/link_view.h"

namespace weir::judge {

namespace {

std::optional<std::int64_t> rounded_rate(const Window& window, std::optional<std::int64_t> delta) {
  const auto value = per_second(window, delta);
  if (!value) return std::nullopt;
  return rounded(*value);
}

std::optional<std::int64_t> sum_of_known(std::optional<std::int64_t> a,
                                         std::optional<std::int64_t> b) {
  if (!a || !b) return a ? a : b;
  return saturated_sum(*a, *b);
}

ResourceUse direction(const Link& link, const char* name,
                      std::optional<std::int64_t> bytes_per_second,
                      std::optional<std::int64_t> drops) {
  ResourceUse use;
  use.kind = "interface";
  use.name = link.name + " " + name;
  use.unit = "bytes/s";
  // An interface that the kernel makes has no speed of its own, whatever it reports.
  if (is_hardware(link)) use.capacity = link_capacity(link);
  use.used = bytes_per_second;
  use.errors = drops;
  return use;
}

/// The narrower of the cable and the qdisc limits the sending direction. If the qdisc dropped
/// packets, its queue was full.
void add_qdisc(const Window& window, const LinkView& view, ResourceUse& use) {
  const auto qdisc = find_root_qdisc(window, *view.link);
  if (!qdisc) return;
  const auto drops = moved_by(*qdisc, &Qdisc::drops);
  use.errors = sum_of_known(use.errors, drops);
  const auto shaped = qdisc->qdisc->rate_bytes;
  if (shaped.value_or(0) <= 0 || (use.capacity && *use.capacity <= *shaped)) return;
  use.capacity = shaped;
  use.used = rounded_rate(window, moved_by(*qdisc, &Qdisc::bytes));
  if (drops.value_or(0) > 0) use.peak = shaped;
}

ResourceUse neighbour_table(const Window& window, const std::string& family) {
  ResourceUse use;
  use.kind = "table";
  use.name = family;
  use.unit = "entries";
  const std::string prefix = "net." + family + ".neigh.default.gc_thresh";
  for (const char* number : {"1", "2", "3"}) {
    const auto threshold = find_setting(window.end().settings, prefix + number);
    if (threshold) use.thresholds.push_back(*threshold);
  }
  use.capacity = find_setting(window.end().settings, prefix + "3");
  // Outside of the first namespace the kernel reports only the namespace's own entries, and no
  // limit.
  use.used = find_number(window.end().counters.tables, "neighbour." + family + ".entries");
  if (!use.used)
    use.used = find_number(window.end().counters.tables, "neighbour." + family + ".listed");
  use.errors = table_delta(window, "neighbour." + family + ".table_fulls");
  return use;
}

struct BufferUse {
  const Flow* flow = nullptr;
  const char* buffer = "";
  std::int64_t used = 0;
  std::int64_t size = 0;
};

/// The fullest buffer of the sampled connections.
std::optional<BufferUse> find_tightest_buffer(const Window& window) {
  std::optional<BufferUse> tightest;
  const auto look = [&](const BufferUse& use) {
    if (use.size <= 0 || use.used < 0) return;
    if (!tightest || share_of(use.used, use.size) > share_of(tightest->used, tightest->size))
      tightest = use;
  };
  for (const auto& flow : window.recording().flows) {
    look({&flow, "receive buffer", flow.last.rmem_alloc.count, flow.last.rcvbuf.count});
    look({&flow, "send buffer", flow.last.wmem_queued.count, flow.last.sndbuf.count});
  }
  return tightest;
}

}  // namespace

std::vector<ResourceUse> link_headroom(const Window& window) {
  std::vector<ResourceUse> uses;
  for (const auto& view : compute_link_views(window)) {
    if (!view.link->up) continue;
    // rx_dropped is left out: it also counts packets of protocols that this host does not use.
    uses.push_back(direction(*view.link, "rx",
                             rounded_rate(window, moved_by(view, &Link::rx_bytes)),
                             ring_losses(window, view)));
    uses.push_back(direction(*view.link, "tx",
                             rounded_rate(window, moved_by(view, &Link::tx_bytes)),
                             moved_by(view, &Link::tx_dropped)));
    add_qdisc(window, view, uses.back());
  }
  return uses;
}

std::vector<ResourceUse> neighbour_headroom(const Window& window) {
  return {neighbour_table(window, "ipv4"), neighbour_table(window, "ipv6")};
}

std::vector<ResourceUse> buffers_headroom(const Window& window) {
  ResourceUse memory;
  memory.kind = "table";
  memory.name = "TCP memory";
  memory.unit = "pages";
  for (std::size_t i = 0; i < 3; ++i) {
    const auto threshold = find_setting(window.end().settings, "net.ipv4.tcp_mem", i);
    if (threshold) memory.thresholds.push_back(*threshold);
  }
  memory.capacity = find_setting(window.end().settings, "net.ipv4.tcp_mem", 2);
  memory.used = find_number(window.end().counters.sockstat, "TCP.mem");
  memory.errors = sum_deltas(window, {"TcpExt.TCPMemoryPressures", "TcpExt.TCPAbortOnMemory"});

  ResourceUse receive;
  receive.kind = "host";
  receive.name = "receive queues";
  receive.unit = "segments";
  receive.errors = sum_deltas(window, {"TcpExt.PruneCalled", "TcpExt.RcvPruned",
                                       "TcpExt.TCPRcvCollapsed", "TcpExt.TCPRcvQDrop"});
  std::vector<ResourceUse> uses{std::move(memory), std::move(receive)};
  const auto tightest = find_tightest_buffer(window);
  if (tightest) {
    ResourceUse use;
    use.kind = "connection";
    use.name = std::string(tightest->buffer) + " of " + flow_name(*tightest->flow);
    use.unit = "bytes";
    use.capacity = tightest->size;
    use.used = tightest->used;
    uses.push_back(std::move(use));
  }
  return uses;
}

std::vector<ResourceUse> transmission_headroom(const Window& window) {
  ResourceUse use;
  use.kind = "host";
  use.name = "segments sent";
  use.unit = "segments/s";
  use.used = rounded_rate(window, counter_delta(window, "Tcp.OutSegs"));
  use.errors = counter_delta(window, "Tcp.RetransSegs");
  std::vector<ResourceUse> uses{std::move(use)};
  const auto sent = counter_delta(window, "Tcp.OutSegs");
  if (uses.front().errors && sent.value_or(0) > 0) {
    ResourceUse share;
    share.kind = "host";
    share.name = "sent again";
    share.unit = "per 1000 segments";
    share.used = rounded(share_of(*uses.front().errors, *sent) * 1000);
    uses.push_back(std::move(share));
  }
  return uses;
}

}  // namespace weir::judge
