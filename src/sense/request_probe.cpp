#include "sense/request_probe.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/integers.h"
#include "kernel/wire/counters.h"
#include "kernel/wire/sock_diag.h"
#include "sense/local_ends.h"
#include "sense/socket_walk.h"
#include "sense/sockets.h"

namespace weir::sense {
namespace {

constexpr std::int64_t least_interval = 250 * nanoseconds_per_millisecond;
constexpr std::size_t max_listeners_probed = 512;
/// They move when a SYN queue is full, when a SYN is dropped, and when a SYN-ACK has to be sent again: a flood that fills no queue shows in the last.
constexpr std::array activity_counters{"TcpExt.TCPReqQFullDoCookies", "TcpExt.TCPReqQFullDrop", "TcpExt.ListenDrops", "TcpExt.SyncookiesSent",
                                       "TcpExt.TCPSynRetrans"};

std::int64_t sum_activity(const std::map<std::string, std::int64_t>& counters) {
  std::int64_t sum = 0;
  for (const char* name : activity_counters) {
    const auto found = counters.find(name);
    if (found != counters.end()) sum = saturated_sum(sum, found->second);
  }
  return sum;
}

}  // namespace

RequestProbe::RequestProbe(kernel::Netlink& netlink, FileReader& reader, const Snapshot& first, Nanoseconds window)
    : netlink_(netlink),
      reader_(reader),
      listeners_(first.listeners),
      interval_(std::max(least_interval, window.count / max_looks)),
      next_(interval_),
      activity_(sum_activity(first.counters)) {
  const auto alloc = first.sockstat.find("TCP.alloc");
  allowed_ = !listeners_.empty() && listeners_.size() <= max_listeners_probed && (alloc == first.sockstat.end() || alloc->second <= max_walked_sockets);
}

std::int64_t RequestProbe::read_activity() {
  std::map<std::string, std::int64_t> counters;
  wire::parse_counter_pairs(reader_.read_or_empty("/proc/net/netstat"), counters);
  return sum_activity(counters);
}

void RequestProbe::look(std::int64_t time) {
  if (!allowed_ || time < next_ || looks_ == max_looks) return;
  next_ = saturated_sum(time, interval_);
  const auto activity = read_activity();
  if (activity == std::exchange(activity_, activity)) return;
  ++looks_;
  walk(time);
}

void RequestProbe::walk(std::int64_t time) {
  wire::DiagRequest request;
  request.states = wire::state_bit(wire::TcpState::syn_recv);
  LocalEnds ends;
  const auto status = visit_sockets(
      netlink_, wire::build_diag_request(request), [&] { ends.clear(); }, [&](const wire::DiagSocket& socket) { ends.add(socket); });
  if (!status.ok()) {
    allowed_ = false;
    return;
  }
  ends.give_to(listeners_, {});
  for (const auto& listener : listeners_) {
    const auto half_open = listener.half_open.value_or(0);
    auto known = series_.find(listener.cookie);
    if (known == series_.end()) {
      if (half_open == 0) continue;
      const std::string name = series_resource(listener);
      known = series_.emplace(listener.cookie, std::pair(Series{name, "half_open", {}, {}}, Series{name, "half_open_stale", {}, {}})).first;
    }
    auto& [all, stale] = known->second;
    all.times.push_back(time);
    all.values.push_back(half_open);
    stale.times.push_back(time);
    stale.values.push_back(listener.half_open_stale.value_or(0));
  }
}

std::vector<Series> RequestProbe::take() {
  std::vector<Series> all;
  for (auto& [cookie, pair] : series_) {
    all.push_back(std::move(pair.first));
    all.push_back(std::move(pair.second));
  }
  series_.clear();
  return all;
}

}  // namespace weir::sense
