// applier STATE NETNS DEADMAN PORT SOMAXCONN BACKLOG WITHIN_MS [NAME=VALUE…]: applies a plan to a
// real namespace, as weir does, and prints how it ended. The plan has two steps (somaxconn, a
// listener's backlog), and one step for each further sysctl. WITHIN_MS 0: without a deadline.
#include <cstdio>
#include <string>
#include <vector>

#include <unistd.h>

#include "act/steps/identity.h"
#include "act/steps/steps.h"
#include "act/transaction.h"
#include "base/text.h"
#include "kernel/linux/linux_kernel.h"
#include "kernel/linux/spawn.h"
#include "kernel/wire/sock_diag.h"

namespace weir {
namespace {

Result<Listener> find_listener(kernel::Kernel& kernel, std::int64_t port) {
  wire::DiagRequest request;
  request.family = Family::ipv4;
  request.states = wire::state_bit(wire::TcpState::listen);
  std::vector<Listener> found;
  WEIR_CHECK(kernel.netlink.dump(
      wire::protocol_sock_diag, wire::build_diag_request(request),
      [&](std::span<const std::byte> datagram) {
        static_cast<void>(wire::parse_diag_datagram(datagram, [&](const wire::DiagSocket& socket) {
                            if (socket.source_port == port)
                              found.push_back(wire::to_listener(socket));
                          }).ok());
      }));
  if (found.empty()) return make_error(ErrorCode::not_found, "no listener");
  return found.front();
}

Step make_step(StepTarget target, std::string expected, std::string wanted) {
  Step step;
  step.target = std::move(target);
  step.expected = std::move(expected);
  step.wanted = std::move(wanted);
  return step;
}

Status run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 7)
    return make_error(ErrorCode::wrong_use,
                      "STATE NETNS DEADMAN PORT SOMAXCONN BACKLOG WITHIN_MS [NAME=VALUE…]");
  WEIR_TRY(const auto linux_kernel, kernel::LinuxKernel::open_netns(arguments[1]));
  kernel::Kernel kernel = linux_kernel->kernel();
  WEIR_TRY(const Listener listener, find_listener(kernel, parse_integer(arguments[3]).value_or(0)));
  WEIR_TRY(const std::string somaxconn,
           kernel::read_text(kernel.files, "/proc/sys/net/core/somaxconn"));
  Plan plan;
  WEIR_TRY(plan.binding, act::read_binding(kernel));
  plan.steps.push_back(
      make_step(SysctlTarget{"net.core.somaxconn"}, std::string(trim(somaxconn)), arguments[4]));
  ListenerTarget target;
  target.cookie = listener.cookie;
  target.inode = listener.inode;
  target.name = listener_name(listener);
  plan.steps.push_back(make_step(target, std::to_string(listener.backlog), arguments[5]));
  for (std::size_t i = 7; i < arguments.size(); ++i) {
    const std::size_t equals = arguments[i].find('=');
    const std::string name = arguments[i].substr(0, equals);
    WEIR_TRY(const std::string path, act::compute_sysctl_path(name));
    WEIR_TRY(const std::string old_value, kernel::read_text(kernel.files, path));
    plan.steps.push_back(make_step(SysctlTarget{name}, std::string(trim(old_value)),
                                   arguments[i].substr(equals + 1)));
  }
  WEIR_TRY(auto watchdog, kernel::DeadmanSpawner::open(arguments[2]));
  WEIR_TRY(const auto lock, store::WriterLock::acquire(arguments[0]));
  WEIR_TRY(auto journal, store::Journal::open(arguments[0], store::Journal::Access::write));
  act::ApplyOptions options;
  options.netns_path = arguments[1];
  if (const auto within = parse_integer(arguments[6]); within && *within > 0)
    options.confirm_within = milliseconds(*within);
  WEIR_TRY(options.applier, act::read_process_identity(kernel.files, ::getpid()));
  WEIR_TRY(const act::Outcome outcome, act::apply(plan, kernel, journal, *watchdog, options));
  std::printf("%s\n", std::string(entry_state_id(outcome.entry.state)).c_str());
  if (!outcome.succeeded) return make_error(ErrorCode::io, outcome.failure);
  return {};
}

}  // namespace
}  // namespace weir

int main(int argc, char** argv) {
  const weir::Status status = weir::run(std::vector<std::string>(argv + 1, argv + argc));
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.error().message.c_str());
  return status.ok() ? 0 : 1;
}
