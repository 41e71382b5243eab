#include "tuning_hosts.h"

#include <functional>

#include "lab/transfer.h"
#include "lab/wrk.h"

namespace weir::bench {
namespace {

constexpr int web_connections = 64;  ///< of wrk at a time, each for one request
constexpr Nanoseconds pause_between = milliseconds(150);
constexpr Nanoseconds longest_tuning = seconds(60);

/// Applies the recipe at both ends: an administrator who follows a recipe applies it to all hosts.
void set_up_recipe(const Variant& variant, const lab::Network& network, Notes& notes) {
  (void)lab::apply_recipe(network.client, variant.recipe);  // leaves out the same lines
  for (const auto& left : lab::apply_recipe(network.server, variant.recipe))
    notes.push_back(variant.name + ": left out " + left.name + ": " + left.why);
}

/// Makes and applies a plan for each end, under the load that the caller has begun.
Status set_up_weir(const Variant& variant, const lab::Network& network, const std::string& weir,
                   Nanoseconds window, Notes& notes) {
  const lab::TuningOptions options{weir, *variant.weir_profile, window};
  for (const auto* end : {&network.server, &network.client}) {
    const std::string which = end == &network.server ? "server" : "client";
    WEIR_TRY(const auto steps, lab::tune_with_weir(*end, options).with_context("at the " + which));
    if (steps.empty()) notes.push_back(variant.name + ": no step at the " + which);
    for (const auto& step : steps)
      notes.push_back(variant.name + ": at the " + which + " " + step.target + " from " +
                      step.from + " to " + step.to + " (" + step.finding + ")");
  }
  return {};
}

lab::TransferOptions transfer_options(const lab::Network& network, int flows,
                                      Nanoseconds duration) {
  lab::TransferOptions options;
  options.netns = network.client.name();
  options.address = lab::server_ipv4;
  options.flows = flows;
  options.duration = duration;
  return options;
}

lab::WrkOptions wrk_options(const lab::Network& network, int seconds) {
  lab::WrkOptions options;
  options.netns = network.client.name();
  options.url = std::string("http://") + lab::server_ipv4 + ":8080/";
  options.connections = web_connections;
  options.seconds = seconds;
  options.keep_alive = false;
  return options;
}

}  // namespace

Result<BulkHost> BulkHost::set_up(const Variant& variant, const BulkLoad& load,
                                  const std::string& weir, const Timing& timing, Notes& notes) {
  lab::PathOptions path = lab::long_path(load.round_trip);
  path.uncut = true;
  WEIR_TRY(lab::PathNetwork place, lab::create_path(path));
  set_up_recipe(variant, place.network, notes);
  lab::ServerOptions options;
  options.netns = place.network.server.name();
  options.behaviour = lab::Behaviour::streams;
  WEIR_TRY(lab::ServerProcess server, lab::ServerProcess::start(options));
  BulkHost made(std::move(place), std::move(server), load, timing);
  if (!variant.weir_profile) return made;
  WEIR_TRY(lab::Transfer transfer,
           lab::Transfer::start(transfer_options(made.place_.network, load.flows, longest_tuning)));
  lab::sleep_for(timing.warm_up);
  WEIR_CHECK(set_up_weir(variant, made.place_.network, weir, timing.plan_window, notes));
  transfer.stop();
  return made;
}

Result<std::vector<std::int64_t>> BulkHost::measure() const {
  const Nanoseconds whole = timing_.warm_up + timing_.measured + seconds(1);
  WEIR_TRY(lab::Transfer transfer,
           lab::Transfer::start(transfer_options(place_.network, load_.flows, whole)));
  lab::sleep_for(timing_.warm_up);
  if (transfer.connected() != load_.flows)
    return make_error(ErrorCode::busy, "not all flows were connected within the warm-up");
  const Bytes before = transfer.moved();
  const Nanoseconds begin = lab::monotonic_now();
  lab::sleep_for(timing_.measured);
  const Bytes moved = transfer.moved() - before;
  const double elapsed = to_seconds(lab::monotonic_now() - begin);
  transfer.stop();
  lab::sleep_for(pause_between);
  return std::vector<std::int64_t>{
      static_cast<std::int64_t>(static_cast<double>(moved.count) * 8 / elapsed)};
}

Result<WebHost> WebHost::set_up(const Variant& variant, const std::string& weir,
                                const Timing& timing, Notes& notes) {
  WEIR_TRY(lab::Network place, lab::create_network());
  set_up_recipe(variant, place, notes);
  WEIR_TRY(lab::NginxProcess nginx, lab::NginxProcess::start(place.server, {}));
  WebHost made(std::move(place), std::move(nginx), timing);
  if (!variant.weir_profile) return made;
  WEIR_TRY(const lab::Wrk load,
           lab::Wrk::start(wrk_options(
               made.place_, static_cast<int>(longest_tuning.count / nanoseconds_per_second))));
  lab::sleep_for(milliseconds(300));
  WEIR_CHECK(set_up_weir(variant, made.place_, weir, timing.plan_window, notes));
  return made;
}

Result<std::vector<std::int64_t>> WebHost::measure() const {
  constexpr std::int64_t nanoseconds_per_microsecond = 1000;
  WEIR_TRY(lab::Wrk wrk, lab::Wrk::start(wrk_options(place_, timing_.wrk_seconds)));
  WEIR_TRY(const lab::WrkResult result, wrk.finish());
  lab::sleep_for(pause_between);
  return std::vector<std::int64_t>{static_cast<std::int64_t>(result.requests_per_second),
                                   result.p99.count / nanoseconds_per_microsecond, result.failed()};
}

}  // namespace weir::bench
