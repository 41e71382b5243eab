#include "sense/port_uses.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>

namespace weir::sense {
namespace {

constexpr int strip_count = 16;
constexpr int parities = 2;

}  // namespace

PortStrips spread_over(const PortRange& range, double share) {
  PortStrips strips{{{range.low, range.high}, {}}, 1};
  const int size = static_cast<int>(range.size());
  const int period = size / strip_count / parities * parities;
  const int pairs = static_cast<int>(std::clamp(share, 0.0, 1.0) * period) / parities;
  const int width = std::max(pairs, 1) * parities;
  if (width >= period) return strips;
  // The last gap would reach the end of the range, so the span ends before the gap.
  for (int i = 0; i + 1 < strip_count; ++i) {
    const int strip = range.low + i * period;
    strips.filter.without.push_back({static_cast<std::uint16_t>(strip + width),
                                     static_cast<std::uint16_t>(strip + period - 1)});
  }
  strips.filter.span.high =
      static_cast<std::uint16_t>(range.low + (strip_count - 1) * period + width - 1);
  strips.scale = static_cast<double>(size) / (static_cast<double>(width) * strip_count);
  return strips;
}

std::size_t PortUses::TupleHash::operator()(const Tuple& tuple) const {
  const auto bytes = [](const wire::RawAddress& address) {
    return std::hash<std::string_view>{}(
        std::string_view(reinterpret_cast<const char*>(address.data()), address.size()));
  };
  constexpr std::size_t factor = 1'099'511'628'211U;  // FNV's prime
  return (bytes(tuple.source.address) * factor ^ bytes(tuple.destination.address)) * factor ^
         tuple.port;
}

void PortUses::clear() {
  tuples_.clear();
  dropped_ = 0;
}

PortUses::Count* PortUses::find_or_add(const Tuple& tuple) {
  const auto found = tuples_.find(tuple);
  if (found != tuples_.end()) return &found->second;
  return tuples_.size() == max_destinations ? nullptr : &tuples_[tuple];
}

void PortUses::add(const wire::DiagSocket& socket) {
  if (listening_.has(socket.source_port)) return;
  Count* count =
      find_or_add({make_end(socket.family, socket.source),
                   make_end(socket.family, socket.destination), socket.destination_port});
  if (count == nullptr) {
    ++dropped_;
    return;
  }
  ++count->used;
  if (socket.state == wire::TcpState::time_wait) ++count->time_wait;
  if (socket.inode != 0) count->inode = socket.inode;
}

void PortUses::replace_counts(const std::vector<wire::OutgoingCounts>& counts) {
  dropped_ = 0;
  for (auto& [tuple, count] : tuples_) count.used = count.time_wait = 0;
  for (const auto& counted : counts) {
    Count* count =
        find_or_add({make_end(counted.family, counted.source),
                     make_end(counted.family, counted.destination), counted.destination_port});
    if (count == nullptr) {
      dropped_ += counted.sockets;
      continue;
    }
    count->used += counted.sockets;
    count->time_wait += counted.time_wait;
  }
}

std::int64_t PortUses::largest() const {
  std::int64_t most = 0;
  for (const auto& [tuple, count] : tuples_) most = std::max(most, count.used);
  return most;
}

std::vector<PortUse> PortUses::take(double scale) {
  std::vector<PortUse> uses;
  for (const auto& [tuple, count] : tuples_) {
    if (count.used < 2) continue;  // one connection is not enough
    PortUse use;
    use.family = tuple.destination.family;
    use.source = to_text(tuple.source);
    use.destination = to_text(tuple.destination);
    use.port = tuple.port;
    use.used = std::llround(static_cast<double>(count.used) * scale);
    use.time_wait = std::llround(static_cast<double>(count.time_wait) * scale);
    use.inode = count.inode;
    uses.push_back(std::move(use));
  }
  tuples_.clear();
  std::sort(uses.begin(), uses.end(), [](const PortUse& a, const PortUse& b) {
    return std::tie(b.used, a.source, a.destination, a.port) <
           std::tie(a.used, b.source, b.destination, b.port);
  });
  uses.resize(std::min(uses.size(), max_port_uses));
  return uses;
}

}  // namespace weir::sense
