#include "judge/flow_limits.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/integers.h"
#include "base/number_text.h"
#include "base/share.h"
#include "base/text.h"
#include "judge/link_view.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// Below these numbers no user waits for a transfer: weir's own thresholds.
constexpr Bytes moved_at_least{100'000};
constexpr double bytes_per_second_at_least = 40e3;
/// A connection must have had data to send for this long before shares of the time mean anything.
constexpr Nanoseconds busy_at_least = milliseconds(200);
/// Below this round trip (loopback, the same rack) the program at the other end causes the waiting,
/// not the path.
constexpr Nanoseconds rtt_at_least = milliseconds(1);
/// A sender that the buffer limits waits for the buffer nearly all of its busy time. While
/// autotuning still enlarges the buffer, it waits a few per cent.
constexpr double sndbuf_share = 0.4;
/// The kernel counts only the time in which nothing is left to send (tcp_cwnd_validate(),
/// net/ipv4/tcp_output.c), and BBR's pacing spreads the data over most of the time. Measured: 17 %
/// with a buffer that held the transfer back to a quarter. This share is enough if the buffer is at
/// its maximum and the congestion window is larger than the whole buffer.
constexpr double sndbuf_share_below_window = 0.1;
constexpr double rwnd_share = 0.5;
/// Share of the buffer that is payload under way. The rest is the kernel's overhead
/// (SKB_TRUESIZE(), include/linux/skbuff.h) and the third that must be free before the kernel wakes
/// the program (sk_stream_write_space(), net/core/stream.c).
constexpr double send_fill = 0.2;
/// Autotuning keeps the window at twice the data under way. Only a window that cannot grow is
/// fuller than this.
constexpr double window_fill = 0.8;
/// The kernel's own choice for the send buffer is at least two congestion windows of data.
constexpr double windows_in_sndbuf = 2;
/// The kernel's own choice for the receive buffer is at least the data of two round trips and 16
/// segments (tcp_rcv_space_adjust(), up to Linux 6.15; later kernels need fewer).
constexpr double round_trips_in_rcvbuf = 2;
constexpr double segments_in_rcvbuf = 16;
/// A program that reads at once leaves less than this part of the buffer in the queue.
constexpr std::int64_t unread_divisor = 8;
/// Above this share a link is full, and the queue of the link causes the delay.
constexpr double link_full = 0.9;
/// A buffer this close to the maximum counts as being at it, because SO_SNDBUF and the autotuning
/// round the size.
constexpr double at_maximum = 0.95;

struct Limit {
  const FlowView* view = nullptr;
  std::string_view id;
  std::string variant;
  Severity severity = Severity::notice;
  double rate = 0;  ///< bytes per second
  Nanoseconds rtt;
  Bytes buffer;
  std::optional<std::int64_t> maximum = std::nullopt;
  double share = 0;
};

double as_double(std::int64_t value) { return static_cast<double>(value); }

double rate_over(Bytes bytes, double seconds) {
  return seconds > 0 ? as_double(bytes.count) / seconds : 0;
}

std::optional<std::string> find_send_variant(const FlowState& state, std::int64_t maximum) {
  const double buffer = as_double(state.sndbuf.count);
  if (buffer > as_double(maximum)) return "fixed";
  if (buffer >= at_maximum * as_double(maximum)) return "";
  const double two_windows =
      windows_in_sndbuf * as_double(state.snd_cwnd) * as_double(state.snd_mss.count);
  return buffer < two_windows ? std::optional<std::string>("fixed") : std::nullopt;
}

/// A sender must wait for the buffer at least this share of its busy time.
double needed_send_share(const FlowState& state, const std::string& variant) {
  const bool is_maximum = variant.empty();
  const bool window_is_larger =
      as_double(state.snd_cwnd) * as_double(state.snd_mss.count) >= as_double(state.sndbuf.count);
  return is_maximum && window_is_larger ? sndbuf_share_below_window : sndbuf_share;
}

std::optional<Limit> find_send_limit(const Window& window, const FlowView& view) {
  const FlowState& state = view.flow->last;
  if (view.acked < moved_at_least || view.busy < busy_at_least || state.rtt < rtt_at_least ||
      fills_its_path(state))
    return std::nullopt;
  Limit limit{&view,
              ids::buffers_send_limited,
              "",
              Severity::warning,
              rate_over(view.acked, to_seconds(view.busy)),
              state.rtt,
              state.sndbuf};
  limit.share = share_of(view.sndbuf_limited.count, view.busy.count);
  limit.maximum = find_setting(window.end().settings, "net.ipv4.tcp_wmem", 2);
  if (view.rwnd_limited > view.sndbuf_limited || limit.rate < bytes_per_second_at_least ||
      !limit.maximum)
    return std::nullopt;
  if (limit.rate * to_seconds(state.rtt) < send_fill * as_double(state.sndbuf.count))
    return std::nullopt;
  auto variant = find_send_variant(state, *limit.maximum);
  if (!variant || limit.share < needed_send_share(state, *variant)) return std::nullopt;
  limit.variant = *std::move(variant);
  return limit;
}

std::optional<Limit> find_peer_limit(const FlowView& view) {
  const FlowState& state = view.flow->last;
  if ((view.acked < moved_at_least && state.send_queue < moved_at_least) ||
      view.busy < busy_at_least)
    return std::nullopt;
  Limit limit{&view,
              ids::buffers_peer_window,
              "",
              Severity::notice,
              rate_over(view.acked, to_seconds(view.busy)),
              state.rtt,
              state.snd_wnd};
  limit.share = share_of(view.rwnd_limited.count, view.busy.count);
  return limit.share < rwnd_share ? std::nullopt : std::optional(limit);
}

/// The part of a receive buffer that the kernel offers as window. Before Linux 6.6,
/// tcp_adv_win_scale sets it (tcp_win_from_space(), include/net/tcp.h). Later kernels use the ratio
/// of payload to memory of the connection's own segments. They do not report the ratio, but waiting
/// data shows it; the ratio begins at a half.
double window_share(const Window& window, const FlowState& state) {
  constexpr double half = 0.5;
  constexpr KernelVersion has_scaling_ratio{6, 6, 0};
  constexpr std::int64_t enough_to_tell = 16384;
  const auto kernel = parse_kernel_version(window.end().provenance.kernel);
  if (!kernel || *kernel >= has_scaling_ratio) {
    if (state.rmem_alloc.count < enough_to_tell) return half;
    return std::clamp(share_of(state.receive_queue.count, state.rmem_alloc.count), half, 1.0);
  }
  constexpr std::int64_t range = 31;
  const auto scale = std::clamp(
      find_setting(window.end().settings, "net.ipv4.tcp_adv_win_scale").value_or(1), -range, range);
  const double part = 1 / as_double(std::int64_t{1} << std::abs(scale));
  return scale <= 0 ? part : 1 - part;
}

bool reads_at_once(const FlowState& state) {
  return state.receive_queue.count <= state.rcvbuf.count / unread_divisor;
}

/// Whether most of the delay is a queue on the path or in the sender. A larger window would only
/// make the queue longer.
bool receives_through_a_queue(const FlowState& state) {
  FlowState seen = state;
  seen.rtt = state.rcv_rtt;
  return fills_its_path(seen);
}

bool is_a_link_full(const Window& window) {
  const auto views = compute_link_views(window);
  return std::any_of(views.begin(), views.end(), [&](const LinkView& view) {
    const auto capacity = link_capacity(*view.link);
    const auto rate = per_second(window, moved_by(view, &Link::rx_bytes));
    return capacity && rate.value_or(0) >= link_full * as_double(*capacity);
  });
}

std::optional<std::string> find_receive_variant(const Window& window, const FlowState& state,
                                                std::int64_t maximum) {
  const double buffer = as_double(state.rcvbuf.count);
  if (buffer > as_double(maximum)) return "fixed";
  if (buffer >= at_maximum * as_double(maximum)) return "";
  if (find_setting(window.end().settings, "net.ipv4.tcp_moderate_rcvbuf") == 0)
    return "autotuning-off";
  const double wanted = round_trips_in_rcvbuf * as_double(state.rcv_space.count) +
                        segments_in_rcvbuf * as_double(state.rcv_mss.count);
  return buffer < wanted ? std::optional<std::string>("fixed") : std::nullopt;
}

std::optional<Limit> find_receive_limit(const Window& window, const FlowView& view) {
  if (!view.whole || view.received < moved_at_least) return std::nullopt;
  const FlowState& first = *view.flow->first;
  const FlowState& state = view.flow->last;
  if (state.rcv_rtt < rtt_at_least || state.rcvbuf.count <= 0 || state.rcvbuf > first.rcvbuf)
    return std::nullopt;
  if (!reads_at_once(first) || !reads_at_once(state) || receives_through_a_queue(state))
    return std::nullopt;
  Limit limit{&view,
              ids::buffers_receive_limited,
              "",
              Severity::warning,
              rate_over(view.received, window.seconds()),
              state.rcv_rtt,
              state.rcvbuf};
  limit.maximum = find_setting(window.end().settings, "net.ipv4.tcp_rmem", 2);
  const double allowed = window_share(window, state) * as_double(state.rcvbuf.count);
  if (!limit.maximum || limit.rate < bytes_per_second_at_least || allowed <= 0) return std::nullopt;
  limit.share = limit.rate * to_seconds(state.rcv_rtt) / allowed;
  if (limit.share < window_fill) return std::nullopt;
  auto variant = find_receive_variant(window, state, *limit.maximum);
  if (!variant) return std::nullopt;
  limit.variant = *std::move(variant);
  return limit;
}

/// Whether tcp_info has tcpi_snd_wnd. On an older kernel the field would read 0, which means a
/// closed window (commit 8f7baad7f035).
bool tells_peer_window(const Window& window) {
  constexpr KernelVersion has_peer_window{5, 4, 0};
  const auto kernel = parse_kernel_version(window.end().provenance.kernel);
  return !kernel || *kernel >= has_peer_window;
}

std::string kib(double bytes) { return std::to_string(rounded(bytes / 1024)); }

void add_limit_evidence(const Window& window, const Limit& limit, Finding& finding) {
  const FlowView& view = *limit.view;
  const FlowState& state = view.flow->last;
  finding.evidence.push_back(
      stands_at("sock_diag", "throughput of " + flow_name(*view.flow), kib(limit.rate) + " KiB/s"));
  const auto busy = " of " + decimal(to_seconds(view.busy), 2) + " s with data to send";
  const auto rtt = [](Nanoseconds time) { return decimal(to_seconds(time) * 1000, 1) + " ms"; };
  if (limit.id == ids::buffers_receive_limited) {
    finding.evidence.push_back(stands_at("sock_diag", "tcpi_rcv_rtt", rtt(state.rcv_rtt)));
    finding.evidence.push_back(
        stands_at("sock_diag", "tcpi_rcv_space", std::to_string(state.rcv_space.count)));
    finding.evidence.push_back(
        stands_at("sock_diag", "SK_MEMINFO_RCVBUF", std::to_string(state.rcvbuf.count)));
    finding.evidence.push_back(
        stands_at("sock_diag", "receive queue", std::to_string(state.receive_queue.count)));
  } else if (limit.id == ids::buffers_send_limited) {
    finding.evidence.push_back(stands_at("sock_diag", "tcpi_sndbuf_limited",
                                         decimal(to_seconds(view.sndbuf_limited), 2) + busy));
    finding.evidence.push_back(stands_at("sock_diag", "tcpi_rtt", rtt(state.rtt)));
    finding.evidence.push_back(
        stands_at("sock_diag", "SK_MEMINFO_SNDBUF", std::to_string(state.sndbuf.count)));
    finding.evidence.push_back(
        stands_at("sock_diag", "tcpi_snd_cwnd", std::to_string(state.snd_cwnd)));
  } else {
    finding.evidence.push_back(stands_at("sock_diag", "tcpi_rwnd_limited",
                                         decimal(to_seconds(view.rwnd_limited), 2) + busy));
    if (tells_peer_window(window))
      finding.evidence.push_back(
          stands_at("sock_diag", "tcpi_snd_wnd", std::to_string(state.snd_wnd.count)));
    finding.evidence.push_back(
        stands_at("sock_diag", "send queue", std::to_string(state.send_queue.count)));
  }
  const std::string setting =
      limit.id == ids::buffers_receive_limited ? "net.ipv4.tcp_rmem" : "net.ipv4.tcp_wmem";
  const auto value = window.end().settings.sysctls.find(setting);
  if (limit.maximum && value != window.end().settings.sysctls.end())
    finding.evidence.push_back(stands_at("sysctl", setting, value->second));
}

/// `same` are the limits with one id and variant. The connection that moved most is the first.
Finding compose_limit(const Window& window, const std::vector<Limit>& same) {
  const Limit& worst = same.front();
  const std::string command = flow_command(window, *worst.view->flow);
  Finding finding = make_finding(worst.id, worst.variant, worst.severity,
                                 {{"connection", flow_name(*worst.view->flow)},
                                  {"process", command.empty() ? "the program" : command},
                                  {"connections", std::to_string(same.size())},
                                  {"rate_kib", kib(worst.rate)},
                                  {"rtt_ms", decimal(to_seconds(worst.rtt) * 1000, 1)},
                                  {"buffer_kib", kib(as_double(worst.buffer.count))},
                                  {"limit_kib", kib(as_double(worst.maximum.value_or(0)))},
                                  {"share_percent", percent(std::min(worst.share, 1.0))}});
  finding.resource = flow_resource(window, *worst.view->flow);
  for (std::size_t i = 1; i < std::min(same.size(), named_at_most); ++i)
    finding.also.push_back(flow_resource(window, *same[i].view->flow));
  add_limit_evidence(window, worst, finding);
  if (same.size() > 1)
    finding.evidence.push_back(stands_at("sock_diag", "connections of the sample with this limit",
                                         std::to_string(same.size())));
  return finding;
}

}  // namespace

std::vector<Finding> judge_flow_limits(const Case& given) {
  if (given.window.start() == nullptr) return {};
  const bool is_full = is_a_link_full(given.window);
  std::map<std::pair<std::string_view, std::string>, std::vector<Limit>> merged;
  const auto keep = [&](std::optional<Limit> limit) {
    if (!limit) return;
    auto& alike = merged[{limit->id, limit->variant}];
    alike.push_back(*std::move(limit));
  };
  for (const auto& view : given.flows) {
    if (!is_full) keep(find_receive_limit(given.window, view));
    auto send = find_send_limit(given.window, view);
    keep(send ? std::move(send) : find_peer_limit(view));
  }
  std::vector<Finding> findings;
  for (auto& same : merged) {
    std::stable_sort(same.second.begin(), same.second.end(), [](const Limit& a, const Limit& b) {
      return std::tuple(saturated_sum(b.view->acked.count, b.view->received.count),
                        a.view->flow->cookie) <
             std::tuple(saturated_sum(a.view->acked.count, a.view->received.count),
                        b.view->flow->cookie);
    });
    findings.push_back(compose_limit(given.window, same.second));
  }
  return findings;
}

std::vector<NotSeen> list_unseen_flows(const Case& given) {
  std::vector<NotSeen> all;
  for (const auto& sample : given.window.recording().flow_samples) {
    if (sample.seen >= sample.total) continue;
    all.push_back({Subject::flows,
                   "tcp_info of " +
                       std::to_string(saturated_difference(sample.total, sample.seen)) + " of " +
                       std::to_string(sample.total) + " connections",
                   "a sample was looked at" +
                       (sample.chosen.empty() ? std::string() : ": " + sample.chosen)});
  }
  return all;
}

}  // namespace weir::judge
