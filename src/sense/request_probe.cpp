#include "sense/request_probe.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/integers.h"
#include "kernel/wire/counters.h"
#include "kernel/wire/probe_records.h"
#include "kernel/wire/sock_diag.h"
#include "sense/local_ends.h"
#include "sense/socket_walk.h"
#include "sense/sockets.h"

namespace weir::sense {
namespace {

constexpr std::int64_t least_interval = 250 * nanoseconds_per_millisecond;
/// They move when a SYN queue is full, when a SYN is dropped, and when a SYN-ACK is sent again. A
/// flood that fills no queue moves only the last one.
constexpr std::array activity_counters{"TcpExt.TCPReqQFullDoCookies", "TcpExt.TCPReqQFullDrop",
                                       "TcpExt.ListenDrops", "TcpExt.SyncookiesSent",
                                       "TcpExt.TCPSynRetrans"};

std::int64_t sum_activity(const std::map<std::string, std::int64_t>& counters) {
  std::int64_t sum = 0;
  for (const char* name : activity_counters) {
    const auto found = counters.find(name);
    if (found != counters.end()) sum = saturated_sum(sum, found->second);
  }
  return sum;
}

/// Each dump walks the hash of all connections.
bool is_huge(const Counters& counters) {
  const auto alloc = counters.sockstat.find("TCP.alloc");
  return alloc != counters.sockstat.end() && alloc->second > max_walked_sockets;
}

}  // namespace

RequestProbe::RequestProbe(kernel::Kernel& kernel, FileReader& reader, const Counters& counters,
                           std::vector<Listener> listeners, Nanoseconds window)
    : kernel_(kernel),
      reader_(reader),
      listeners_(std::move(listeners)),
      interval_(std::max(least_interval, window.count / max_dumps)),
      next_(interval_),
      activity_(sum_activity(counters.snmp)),
      is_huge_(is_huge(counters)) {}

void RequestProbe::look(std::int64_t time, std::size_t listeners) {
  if (listeners_.empty()) return;
  looked_ = true;
  if (!look_by_probes(time, listeners)) look_by_dump(time);
}

std::string RequestProbe::method() const {
  if (!looked_ || is_too_dear()) return {};
  return no_probes_.empty() ? "BPF" : "sock_diag, because " + no_probes_;
}

bool RequestProbe::look_by_probes(std::int64_t time, std::size_t listeners) {
  if (!no_probes_.empty()) return false;
  bytes_.clear();
  const auto read = kernel_.probes.read_listeners(listeners, [this](wire::ByteSpan bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  });
  const auto probes = read.ok() ? wire::parse_listener_probes(bytes_)
                                : Result<std::vector<wire::ListenerProbe>>(read.error());
  if (!probes.ok()) {
    no_probes_ = probes.error().message;
    return false;
  }
  for (const auto& probe : *probes)
    append(probe.cookie, time, probe.syn_queue,
           std::max<std::int64_t>(probe.syn_queue - probe.young, 0));
  return true;
}

std::int64_t RequestProbe::read_activity() {
  std::map<std::string, std::int64_t> counters;
  wire::parse_counter_pairs(reader_.read_or_empty("/proc/net/netstat"), counters);
  return sum_activity(counters);
}

void RequestProbe::look_by_dump(std::int64_t time) {
  if (is_huge_ || !dump_works_ || time < next_ || dumps_ == max_dumps ||
      listeners_.size() > max_listeners_followed)
    return;
  next_ = saturated_sum(time, interval_);
  const auto activity = read_activity();
  if (activity == std::exchange(activity_, activity)) return;
  ++dumps_;
  dump(time);
}

void RequestProbe::dump(std::int64_t time) {
  wire::DiagRequest request;
  request.states = wire::state_bit(wire::TcpState::syn_recv);
  LocalEnds ends;
  const auto status = visit_sockets(
      kernel_.netlink, wire::build_diag_request(request), [&] { ends.clear(); },
      [&](const wire::DiagSocket& socket) { ends.add(socket); });
  if (!status.ok()) {
    dump_works_ = false;
    return;
  }
  ends.give_to(listeners_, {});
  for (const auto& listener : listeners_)
    append(listener.cookie, time, listener.half_open.value_or(0),
           listener.half_open_stale.value_or(0));
}

void RequestProbe::append(std::uint64_t cookie, std::int64_t time, std::int64_t half_open,
                          std::int64_t stale) {
  auto known = series_.find(cookie);
  if (known == series_.end()) {
    if (half_open == 0 || series_.size() == max_listeners_followed) return;
    known = series_
                .emplace(cookie, Pair{{ListenerMetric{cookie, Metric::half_open}, {}, {}},
                                      {ListenerMetric{cookie, Metric::half_open_stale}, {}, {}}})
                .first;
  }
  auto& [all, of_them_stale] = known->second;
  all.times.push_back(time);
  all.values.push_back(half_open);
  of_them_stale.times.push_back(time);
  of_them_stale.values.push_back(stale);
}

std::vector<Series> RequestProbe::take() {
  std::vector<Series> all;
  for (auto& [cookie, pair] : series_) {
    all.push_back(std::move(pair.all));
    all.push_back(std::move(pair.stale));
  }
  series_.clear();
  return all;
}

}  // namespace weir::sense
