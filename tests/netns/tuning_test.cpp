// The proof, small: a host with weir's plan is not slower than a host with the kernel's defaults,
// and faster where the default was the limit.
#include "lab/tuning.h"

#include <algorithm>
#include <iostream>
#include <optional>

#include "lab/contest.h"
#include "lab/nginx.h"
#include "lab/wrk.h"
#include "netns/scenario.h"

namespace weir::scenario::tuning_test {

constexpr Nanoseconds far_away = milliseconds(50);
constexpr Nanoseconds warm_up = milliseconds(1000);
constexpr Nanoseconds measured = milliseconds(800);
constexpr int rounds = 2;  // the better run counts: other work on the machine only makes it slower
constexpr double as_good = 0.9;
constexpr double clearly_more = 1.1;
constexpr double far_more = 1.3;
constexpr const char* wide = "4096 131072 268435456";

std::int64_t best_of(const lab::Contestant& one) {
  return lab::compute_spread(one.values.front()).greatest;
}

lab::TuningOptions tuning() {
  lab::TuningOptions options;
  options.weir = weir_binary();
  options.window = milliseconds(1500);
  return options;
}

/// A server that streams to its client over a long path.
struct FarHost {
  lab::PathNetwork place;
  lab::ServerProcess server;
};

class Tuning : public FamilyTest {
 protected:
  Result<FarHost> make_far_host() {
    auto path = lab::long_path(far_away);
    path.uncut = true;
    WEIR_TRY(lab::PathNetwork place, lab::create_path(path));
    lab::ServerOptions options;
    options.netns = place.network.server.name();
    options.family = GetParam();
    options.behaviour = lab::Behaviour::streams;
    WEIR_TRY(lab::ServerProcess server, lab::ServerProcess::start(options));
    return FarHost{std::move(place), std::move(server)};
  }

  Result<lab::Transfer> start_transfer(const FarHost& host, Nanoseconds duration) {
    lab::TransferOptions options;
    options.netns = host.place.network.client.name();
    options.family = GetParam();
    options.address = server_address();
    options.duration = duration;
    return lab::Transfer::start(options);
  }

  /// Bits per second of one transfer, once it has full speed.
  Result<std::vector<std::int64_t>> measure_transfer(const FarHost& host) {
    WEIR_TRY(lab::Transfer transfer, start_transfer(host, seconds(10)));
    lab::sleep_for(warm_up);
    const Bytes before = transfer.moved();
    const Nanoseconds begin = lab::monotonic_now();
    lab::sleep_for(measured);
    const auto moved = static_cast<double>((transfer.moved() - before).count);
    return std::vector<std::int64_t>{
        static_cast<std::int64_t>(moved * 8 / to_seconds(lab::monotonic_now() - begin))};
  }
};

INSTANTIATE_TEST_SUITE_P(Families, Tuning, testing::Values(Family::ipv4, Family::ipv6),
                         family_name);

TEST_P(Tuning, FarTransferOfAPlannedHostIsAsFastAsThePathLetsIt) {
  auto by_default = make_far_host();
  auto planned = make_far_host();
  auto unlimited = make_far_host();
  ASSERT_TRUE(by_default.ok() && planned.ok() && unlimited.ok());
  for (const auto* end : {&unlimited->place.network.client, &unlimited->place.network.server})
    for (const char* name : {"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"})
      ASSERT_TRUE(end->set_sysctl(name, wide).ok());
  {
    const auto load = start_transfer(*planned, seconds(40));
    ASSERT_TRUE(load.ok());
    lab::sleep_for(warm_up);
    for (const auto* end : {&planned->place.network.server, &planned->place.network.client}) {
      const auto steps = lab::tune_with_weir(*end, tuning());
      ASSERT_TRUE(steps.ok()) << steps.error().message;
      for (const auto& step : *steps)
        std::cout << step.target << " from " << step.from << " to " << step.to << " ("
                  << step.finding << ")\n";
    }
  }
  std::vector<lab::Contestant> all{{"defaults", [&] { return measure_transfer(*by_default); }},
                                   {"plan", [&] { return measure_transfer(*planned); }},
                                   {"unlimited", [&] { return measure_transfer(*unlimited); }}};

  const auto done = lab::run_contest(all, rounds);

  ASSERT_TRUE(done.ok()) << done.error().message;
  const auto defaults = static_cast<double>(best_of(all[0]));
  const auto plan = static_cast<double>(best_of(all[1]));
  const auto path = static_cast<double>(best_of(all[2]));
  std::cout << "Mbit/s: defaults " << defaults / 1e6 << ", plan " << plan / 1e6 << ", path "
            << path / 1e6 << "\n";
  EXPECT_GT(defaults, 0);
  EXPECT_GE(plan, as_good * defaults);
  if (path > far_more * defaults) {
    EXPECT_GE(plan, clearly_more * defaults)
        << "the path carries more, and the plan does not use it";
  }
}

}  // namespace weir::scenario::tuning_test
