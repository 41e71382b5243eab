#include "lab/socket.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace weir::lab {
namespace {

Error failure(const std::string& what) {
  return make_error(ErrorCode::io, what + ": " + std::strerror(errno));
}

bool switch_on(int fd, int level, int option) {
  const int on = 1;
  return setsockopt(fd, level, option, &on, sizeof on) == 0;
}

}  // namespace

const sockaddr* SocketAddress::get() const {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the sockets API asks for it
  return reinterpret_cast<const sockaddr*>(&storage);
}

Result<SocketAddress> make_address(Family family, const std::string& address, int port) {
  SocketAddress made;
  const auto network_port = htons(static_cast<std::uint16_t>(port));
  int parsed = 1;
  if (family == Family::ipv4) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = network_port;
    if (!address.empty()) parsed = inet_pton(AF_INET, address.c_str(), &in.sin_addr);
    std::memcpy(&made.storage, &in, sizeof in);
    made.size = sizeof in;
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = network_port;
    if (!address.empty()) parsed = inet_pton(AF_INET6, address.c_str(), &in.sin6_addr);
    std::memcpy(&made.storage, &in, sizeof in);
    made.size = sizeof in;
  }
  if (parsed != 1) return make_error(ErrorCode::malformed, "not a numeric address: " + address);
  return made;
}

Result<UniqueFd> make_socket(Family family, int flags) {
  UniqueFd fd(
      socket(family == Family::ipv4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  if (!fd.valid()) return failure("no socket");
  return fd;
}

Status set_buffers(int fd, Bytes send, Bytes receive) {
  for (const auto& [option, size] : {std::pair{SO_SNDBUF, send}, std::pair{SO_RCVBUF, receive}}) {
    const int bytes = static_cast<int>(size.count);
    if (bytes > 0 && setsockopt(fd, SOL_SOCKET, option, &bytes, sizeof bytes) != 0)
      return failure("buffer of a socket");
  }
  return {};
}

Result<UniqueFd> listen_on(Family family, const std::string& address, int port, int backlog,
                           bool reuse_port) {
  WEIR_TRY(const SocketAddress local, make_address(family, address, port));
  WEIR_TRY(UniqueFd fd, make_socket(family, 0));
  if (!switch_on(fd.get(), SOL_SOCKET, SO_REUSEADDR)) return failure("SO_REUSEADDR");
  if (reuse_port && !switch_on(fd.get(), SOL_SOCKET, SO_REUSEPORT)) return failure("SO_REUSEPORT");
  if (family == Family::ipv6 && !switch_on(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY))
    return failure("IPV6_V6ONLY");
  if (bind(fd.get(), local.get(), local.size) != 0)
    return failure("bind to port " + std::to_string(port));
  if (listen(fd.get(), backlog) != 0) return failure("listen");
  return fd;
}

}  // namespace weir::lab
