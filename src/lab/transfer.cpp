#include "lab/transfer.h"

#include <vector>

#include <poll.h>
#include <sys/socket.h>

#include "lab/namespace.h"
#include "lab/pump.h"
#include "lab/socket.h"

namespace weir::lab {
namespace {

/// Starts a connection with its buffer set. The buffer only matters before connect(): the SYN fixes
/// the window's scale.
Result<UniqueFd> start_connection(const TransferOptions& options, const SocketAddress& target) {
  WEIR_TRY(UniqueFd fd, make_socket(options.family, SOCK_NONBLOCK));
  WEIR_CHECK(options.uploads ? set_buffers(fd.get(), options.buffer, {0})
                             : set_buffers(fd.get(), {0}, options.buffer));
  (void)!connect(fd.get(), target.get(), target.size);
  return fd;
}

bool is_connected(int fd) {
  pollfd wanted{fd, POLLOUT, 0};
  return poll(&wanted, 1, 0) > 0 && (wanted.revents & (POLLERR | POLLHUP)) == 0;
}

Status run_transfer(const TransferOptions& options, Transfer::Progress& progress) {
  WEIR_CHECK(enter_namespace(options.netns));
  WEIR_TRY(const SocketAddress target, make_address(options.family, options.address, options.port));
  std::vector<UniqueFd> connecting;
  for (int i = 0; i < options.flows; ++i) {
    WEIR_TRY(UniqueFd fd, start_connection(options, target));
    connecting.push_back(std::move(fd));
  }
  Pump pump(options.uploads ? Pumping::sends : Pumping::receives, options.bytes_per_second);
  const Nanoseconds end = monotonic_now() + options.duration;
  while (monotonic_now() < end) {
    for (auto& fd : connecting) {
      if (!fd.valid() || !is_connected(fd.get())) continue;
      pump.add(std::move(fd));
      ++progress.connected;
    }
    progress.moved += pump.turn();
  }
  return {};
}

}  // namespace

Result<Transfer> Transfer::start(const TransferOptions& options) {
  WEIR_TRY(Shared<Progress> progress, Shared<Progress>::create());
  const auto body = [&](int report) {
    const auto done = run_transfer(options, *progress);
    if (!done.ok()) write_all(report, done.error().message + "\n");
    return done.ok() ? 0 : 1;
  };
  WEIR_TRY(ChildProcess child, fork_child(body));
  return Transfer(std::move(progress), std::move(child));
}

}  // namespace weir::lab
