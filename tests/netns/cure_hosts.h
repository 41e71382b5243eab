// Cures: two hosts under the same load in the same seconds. One host never had the fault, and weir
// cures the other. Not the faults: each test makes its own.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "netns/cures.h"

namespace weir::scenario::cures_test {

inline constexpr int port = 8080;
inline constexpr const char* window = "2s";
inline constexpr Nanoseconds longest_load = seconds(60);  // the load ends when weir has looked
// The kernel sends a SYN again after 1 s, so a visitor who waits longer has lost a packet.
inline constexpr Nanoseconds patience = seconds(1);
inline constexpr int slices = 3;
// Other work on the machine may have disturbed one slice.
inline constexpr int attempts = 3;
// The flows of an undisturbed healthy host fill this share of its line.
inline constexpr double undisturbed_share = 0.8;
inline constexpr Nanoseconds slice = milliseconds(600);

/// The two hosts of a test, or their measures.
template <class T>
struct Pair {
  T healthy;
  T ill;
};

struct Felt {
  double healthy = 0;
  double ill = 0;
  Check seen;  ///< weir's look at the ill host under the load
};

inline double percent(std::int64_t part, std::int64_t whole) {
  return whole <= 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}
inline double answered(const lab::LoadResult& result) {
  return percent(result.answered, result.started);
}
inline double connected(const lab::LoadResult& result) {
  return percent(result.connected, result.started);
}

class Cures : public testing::Test {
 protected:
  explicit Cures(Family family) : family_(family) {}

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root, for network namespaces";
  }

  void connect_directly() {
    for (auto* site : {&healthy_, &ill_}) {
      auto made = lab::create_network();
      ASSERT_TRUE(made.ok()) << made.error().message;
      site->emplace(Site{std::move(*made), std::nullopt});
    }
    treatment_.emplace(std::vector<std::string>{"--netns", ill().server.name()});
  }

  void connect_by(const lab::PathOptions& healthy_path, const lab::PathOptions& ill_path) {
    for (const auto& [site, options] :
         {std::pair{&healthy_, healthy_path}, std::pair{&ill_, ill_path}}) {
      auto made = lab::create_path(options);
      ASSERT_TRUE(made.ok()) << made.error().message;
      site->emplace(Site{std::move(made->network), std::move(made->path)});
    }
    treatment_.emplace(std::vector<std::string>{"--netns", ill().server.name()});
  }

  lab::Network& healthy() { return healthy_->network; }
  lab::Network& ill() { return ill_->network; }
  Treatment& treatment() { return *treatment_; }
  std::array<lab::Network*, 2> both() { return {&healthy(), &ill()}; }
  void set(const std::string& name, const std::string& value) {
    ASSERT_TRUE(ill().server.set_sysctl(name, value).ok());
  }
  [[nodiscard]] std::string server_address() const {
    return family_ == Family::ipv4 ? lab::server_ipv4 : lab::server_ipv6;
  }
  [[nodiscard]] std::string client_address() const {
    return family_ == Family::ipv4 ? lab::client_ipv4 : lab::client_ipv6;
  }

  /// The same server on each host: in the host's server namespace, or, for a host that connects to
  /// others, in its client namespace.
  void serve(lab::ServerOptions options,
             lab::Namespace lab::Network::*where = &lab::Network::server) {
    options.family = family_;
    for (auto* network : both()) {
      options.netns = (network->*where).name();
      auto started = lab::ServerProcess::start(options);
      ASSERT_TRUE(started.ok()) << started.error().message;
      servers_.push_back(std::move(*started));
    }
  }

  /// Bursts of visitors.
  [[nodiscard]] lab::LoadOptions bursts(int burst, Nanoseconds interval) const {
    lab::LoadOptions options;
    options.family = family_;
    options.address = server_address();
    options.port = port;
    options.burst = burst;
    options.interval = interval;
    options.duration = longest_load;
    options.patience = patience;
    return options;
  }

  /// weir's look at the ill host; repeated until the wanted finding appears.
  Check look_for(const std::string& wanted) {
    Check seen;
    for (int attempt = 0; attempt < attempts; ++attempt) {
      seen = treatment().examine(window);
      if (wanted.empty() || finds(seen, wanted)) break;
    }
    return seen;
  }

  /// The load on both hosts, and weir's look at the ill host once the load has warmed up. `wanted`:
  /// the finding to look for; empty: none.
  Felt feel(lab::LoadOptions options, Nanoseconds warm_up,
            double (*measure)(const lab::LoadResult&), lab::Namespace lab::Network::*from,
            const std::string& wanted = "") {
    std::vector<lab::Load> loads;
    for (auto* network : both()) {
      options.netns = (network->*from).name();
      auto started = lab::Load::start(options);
      EXPECT_TRUE(started.ok()) << started.error().message;
      if (started.ok()) loads.push_back(std::move(*started));
    }
    lab::sleep_for(warm_up);
    Felt felt;
    felt.seen = look_for(wanted);
    for (auto& load : loads) load.end();
    for (std::size_t i = 0; i < loads.size(); ++i) {
      const auto result = loads[i].finish();
      EXPECT_TRUE(result.ok()) << result.error().message;
      if (result.ok()) (i == 0 ? felt.healthy : felt.ill) = measure(*result);
    }
    return felt;
  }

  /// The whole cure, for a load of visitors.
  void cure_visits(const std::string& scenario, const lab::LoadOptions& options,
                   Nanoseconds warm_up, const Expected& finding,
                   const std::vector<std::string>& targets) {
    const Felt before = feel(options, warm_up, answered, &lab::Network::client, finding.id);
    expect_among(before.seen.report, finding);
    treatment().apply(targets);
    const Felt after = feel(options, warm_up, answered, &lab::Network::client);
    after_ = after.seen;
    expect_cured({family_, scenario, "visitors answered within 1 s, %", after.healthy, before.ill,
                  after.ill, before.healthy});
  }

  /// Flows at both hosts at full speed, and the megabits per second of each in slices of the same
  /// time.
  struct Flows {
    bool uploads = false;
    int count = 1;
    double line = 0;  ///< Mbit/s of the path
  };
  struct Rates {
    std::vector<double> healthy, ill;
    Check seen;
  };
  Rates transfer(const Flows& flows, Nanoseconds warm_up, const std::string& wanted) {
    std::vector<lab::Transfer> transfers;
    lab::TransferOptions options;
    options.family = family_;
    options.address = server_address();
    options.port = port;
    options.uploads = flows.uploads;
    options.flows = flows.count;
    options.duration = longest_load;
    for (auto* network : both()) {
      options.netns = network->client.name();
      auto started = lab::Transfer::start(options);
      EXPECT_TRUE(started.ok()) << started.error().message;
      if (started.ok()) transfers.push_back(std::move(*started));
    }
    Rates rates;
    if (transfers.size() < 2) return rates;
    lab::sleep_for(warm_up);
    EXPECT_EQ(transfers[1].connected(), flows.count);
    for (int attempt = 0; attempt < attempts; ++attempt) {
      measure_slices(flows.uploads, rates);
      if (compute_median(rates.healthy) >= undisturbed_share * flows.line) break;
    }
    rates.seen = look_for(wanted);
    return rates;
  }

  void measure_slices(bool uploads, Rates& rates) {
    rates.healthy.clear();
    rates.ill.clear();
    for (int i = 0; i < slices; ++i) {
      const auto received = measure_slice(uploads);
      rates.healthy.push_back(received.healthy);
      rates.ill.push_back(received.ill);
    }
  }

  /// The bytes that the receivers got.
  Pair<double> measure_slice(bool uploads) {
    const auto end = uploads ? &lab::Network::server : &lab::Network::client;
    const auto received = [&](const lab::Network& network) {
      const auto link = lab::read_link(network.*end, lab::link_name);
      EXPECT_TRUE(link.ok());
      return link.ok() ? link->rx_bytes : 0;
    };
    const Nanoseconds begin = lab::monotonic_now();
    const Pair<std::int64_t> first{received(healthy()), received(ill())};
    lab::sleep_for(slice);
    const Pair<std::int64_t> last{received(healthy()), received(ill())};
    const double megabits = 8 / 1e6 / to_seconds(lab::monotonic_now() - begin);
    return {static_cast<double>(last.healthy - first.healthy) * megabits,
            static_cast<double>(last.ill - first.ill) * megabits};
  }

  /// The whole cure, for a transfer. `recovery`: the time until the cure of the host shows.
  void cure_transfer(const std::string& scenario, const Flows& flows, Nanoseconds recovery,
                     const Expected& finding, const std::string& target) {
    const Rates before = transfer(flows, milliseconds(800), finding.id);
    expect_among(before.seen.report, finding);
    treatment().apply({target});
    const Rates after = transfer(flows, recovery, "");
    expect_gone(after.seen, finding.id);
    expect_cured({family_, scenario,
                  std::string(flows.uploads ? "upload" : "download") + " of " +
                      std::to_string(flows.count) + " flows, Mbit/s",
                  compute_median(after.healthy), compute_median(before.ill),
                  compute_median(after.ill), compute_median(before.healthy)});
  }

  const Family family_;
  Check after_;  ///< weir's look after the cure of visits

 private:
  std::optional<Site> healthy_;
  std::optional<Site> ill_;
  std::optional<Treatment> treatment_;
  std::vector<lab::ServerProcess> servers_;
};

}  // namespace weir::scenario::cures_test
