// FlowSample: looks at a bounded number of connections, keeps those that a rule may need, and adds
// up the rest by network and by idle time. Not all connections: the kernel's hash mixes their
// addresses with a secret, so the first connections of a walk are a fair sample.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "kernel/wire/sock_diag.h"
#include "model/recording.h"
#include "sense/socket_place.h"

namespace weir::sense {

/// The states of the connections at the start of the window, by cookie.
struct FlowsBefore {
  std::unordered_map<std::uint64_t, std::shared_ptr<const FlowState>> flows;
  /// every connection was read: a connection that is not in the map began inside the window
  bool all = false;
};

class FlowSampler {
 public:
  explicit FlowSampler(const ListeningPorts& listening) : listening_(listening) {}

  void clear() { seen_.clear(); }
  /// Skips sockets without tcp_info. False if enough sockets were seen.
  bool add(const wire::DiagSocket& socket);
  [[nodiscard]] std::int64_t seen() const { return static_cast<std::int64_t>(seen_.size()); }

  [[nodiscard]] FlowsBefore remember(bool all) const;
  /// At most max_flows: the stuck ones, and those that moved most, waited longest for a window or a
  /// buffer, lost most, or hold most unread data.
  [[nodiscard]] std::vector<Flow> choose(const FlowsBefore* before) const;
  /// Incoming established connections, by network and local port; largest first, at most
  /// max_peer_groups.
  [[nodiscard]] std::vector<PeerGroup> group_peers() const;
  /// "idle.without_keepalive": established connections without a keepalive timer, by seconds since
  /// the last data in either direction.
  [[nodiscard]] Histogram measure_idle() const;

  static constexpr std::size_t max_looks = 4096;
  static constexpr std::size_t max_flows = 64;
  static constexpr std::size_t max_peer_groups = 16;
  static constexpr const char* chosen =
      "the first connections of the kernel's hash table, whose order is random";

 private:
  const ListeningPorts& listening_;
  std::vector<wire::DiagSocket> seen_;
};

}  // namespace weir::sense
