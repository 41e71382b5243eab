#include "app/demo_scene.h"

#include <algorithm>
#include <utility>

#include <unistd.h>

#include "lab/measure.h"

namespace weir::app {
namespace {

constexpr Nanoseconds warm_up = milliseconds(300);
constexpr Nanoseconds client_patience = milliseconds(2500);
constexpr int steady_connections = 2;
constexpr const char* wrk_program = "/usr/bin/wrk";

}  // namespace

Result<DemoScene> DemoScene::build() {
  if (geteuid() != 0)
    return make_error(ErrorCode::not_permitted,
                      "the demo needs root to make its network namespaces; run `sudo weir demo`");
  WEIR_TRY(lab::Network network, lab::create_network());
  DemoScene scene(std::move(network));
  WEIR_CHECK(scene.start_server());
  return scene;
}

Status DemoScene::start_server() {
  if (lab::nginx_installed()) {
    lab::NginxOptions options;
    options.port = demo_port;
    options.backlog = demo_backlog;
    WEIR_TRY(lab::NginxProcess started, lab::NginxProcess::start(network_.server, options));
    nginx_.emplace(std::move(started));
    return {};
  }
  lab::ServerOptions options;
  options.netns = network_.server.name();
  options.port = demo_port;
  options.backlog = demo_backlog;
  options.behaviour = lab::Behaviour::event_loop;
  WEIR_TRY(lab::ServerProcess started, lab::ServerProcess::start(options));
  server_.emplace(std::move(started));
  return {};
}

std::vector<pid_t> DemoScene::server_pids() const {
  if (!nginx_) return {server_->pid()};
  auto pids = nginx_->workers();
  pids.push_back(nginx_->master());
  std::sort(pids.begin(), pids.end());
  return pids;
}

std::int64_t DemoScene::backlog() const { return lab::backlog_of_port(network_.server, demo_port); }

Status DemoScene::start_steady_requests(int seconds) {
  if (access(wrk_program, X_OK) != 0) return {};
  lab::WrkOptions options;
  options.netns = network_.client.name();
  options.url = std::string("http://") + lab::server_ipv4 + ":" + std::to_string(demo_port) + "/";
  options.connections = steady_connections;
  options.seconds = seconds;
  options.keep_alive = has_nginx();
  WEIR_TRY(lab::Wrk started, lab::Wrk::start(options));
  wrk_.emplace(std::move(started));
  return {};
}

Result<std::optional<lab::WrkResult>> DemoScene::finish_steady_requests() {
  if (!wrk_) return std::optional<lab::WrkResult>{};
  WEIR_TRY(const lab::WrkResult result, wrk_->finish());
  wrk_.reset();
  return std::optional(result);
}

Result<DemoRound> DemoScene::run_round(const std::function<Status()>& meanwhile) {
  lab::LoadOptions options;
  options.netns = network_.client.name();
  options.address = lab::server_ipv4;
  options.port = demo_port;
  options.burst = demo_burst;
  options.interval = demo_burst_interval;
  options.duration = demo_load_time;
  options.patience = client_patience;
  const std::int64_t before = lab::read_counter(network_.server, "TcpExt.ListenOverflows");
  WEIR_TRY(lab::Load load, lab::Load::start(options));
  lab::sleep_for(warm_up);
  WEIR_CHECK(meanwhile());
  DemoRound round;
  WEIR_TRY(round.clients, load.finish());
  const std::int64_t overflows =
      lab::read_counter(network_.server, "TcpExt.ListenOverflows") - before;
  round.overflows_per_second = static_cast<double>(overflows) / to_seconds(demo_load_time);
  round.backlog = backlog();
  return round;
}

}  // namespace weir::app
