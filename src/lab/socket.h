// Socket addresses of the lab's servers and clients.
// Not a stream: the servers and the load read and write by themselves.
#pragma once

#include <string>

#include <sys/socket.h>

#include "base/fd.h"
#include "base/result.h"
#include "base/units.h"
#include "model/family.h"

namespace weir::lab {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] const sockaddr* get() const;
};

/// A numeric address; empty: any. Errors: malformed.
Result<SocketAddress> make_address(Family family, const std::string& address, int port);
/// A TCP socket with the given SOCK_… flags. Errors: io.
Result<UniqueFd> make_socket(Family family, int flags);
/// Sets SO_SNDBUF and SO_RCVBUF if they are not zero; the kernel doubles them, and stops tuning
/// them. Errors: io.
Status set_buffers(int fd, Bytes send, Bytes receive);
/// A listening TCP socket with IPV6_V6ONLY. Errors: io.
Result<UniqueFd> listen_on(Family family, const std::string& address, int port, int backlog,
                           bool reuse_port);

}  // namespace weir::lab
