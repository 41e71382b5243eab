#include "kernel/linux/linux_netlink.h"

#include <cerrno>
#include <cstring>

#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "kernel/linux/system_error.h"
#include "kernel/wire/netlink.h"

namespace weir::kernel {
namespace {

// The kernel fills at most 32 KiB of the reader's buffer (net/netlink/af_netlink.c,
// netlink_recvmsg), unless one message is larger.
constexpr std::size_t first_buffer = std::size_t{64} << 10U;
constexpr std::size_t max_buffer = std::size_t{1} << 20U;
// SO_NETNS_COOKIE since Linux 5.14 (asm-generic/socket.h). The C library's headers may not have it.
constexpr int netns_cookie_option = 71;
constexpr int strict_check_option = NETLINK_GET_STRICT_CHK;
constexpr timeval answer_timeout{5, 0};

struct Progress {
  bool done = false;
  bool ours = false;
};

Result<Progress> inspect(std::span<const std::byte> datagram, std::uint32_t sequence) {
  Progress progress;
  WEIR_CHECK(wire::for_each_message(datagram, [&](const wire::Message& message) -> Status {
    if (message.sequence != sequence) return {};
    progress.ours = true;
    if (message.type != wire::message_error && message.type != wire::message_done) return {};
    progress.done = true;
    const int error = wire::parse_error_number(message);
    // The kernel answers ENOENT if a module is missing: then nothing can answer a dump.
    if (error == ENOENT)
      return make_error(
          ErrorCode::unsupported,
          "this kernel does not support the netlink request (a module may be missing)");
    if (error != 0) return system_error(error, "the kernel refused the netlink request");
    return {};
  }));
  return progress;
}

/// The result in an acknowledgement: success, or the kernel's refusal with its own words.
Status refusal_of(const wire::Message& message) {
  const int error = wire::parse_error_number(message);
  if (error == 0) return {};
  const std::string words = wire::parse_error_text(message);
  Error refusal = system_error(
      error, "the kernel refused the change" + (words.empty() ? "" : " (" + words + ")"));
  if (error == EINVAL) refusal.code = ErrorCode::wrong_use;
  if (error == ENODEV) refusal.code = ErrorCode::not_found;
  return refusal;
}

}  // namespace

Result<int> LinuxNetlink::open_socket(int protocol) {
  if (const auto known = sockets_.find(protocol); known != sockets_.end())
    return known->second.get();
  WEIR_TRY(const auto visit, netns_.enter());
  UniqueFd opened(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!opened.valid()) return system_error(errno, "cannot open a netlink socket");
  const int on = 1;
  static_cast<void>(setsockopt(opened.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)));
  static_cast<void>(
      setsockopt(opened.get(), SOL_SOCKET, SO_RCVTIMEO, &answer_timeout, sizeof(answer_timeout)));
  // Without it the kernel ignores the filter of a dump, such as the table of routes (Linux 4.20).
  if (protocol == NETLINK_ROUTE)
    static_cast<void>(setsockopt(opened.get(), SOL_NETLINK, strict_check_option, &on, sizeof(on)));
  const int descriptor = opened.get();
  sockets_[protocol] = std::move(opened);
  return descriptor;
}

Result<std::span<const std::byte>> LinuxNetlink::receive(int socket) {
  if (buffer_.empty()) buffer_.resize(first_buffer);
  while (true) {
    const ssize_t size = recv(socket, buffer_.data(), buffer_.size(), MSG_TRUNC);
    if (size >= 0 && static_cast<std::size_t>(size) > buffer_.size()) {
      buffer_.resize(std::min(max_buffer, static_cast<std::size_t>(size)));
      return make_error(ErrorCode::io, "a netlink answer of " + std::to_string(size) +
                                           " bytes did not fit into the buffer");
    }
    if (size >= 0) return std::span<const std::byte>(buffer_).first(static_cast<std::size_t>(size));
    if (errno == EINTR) continue;
    if (errno == EAGAIN)
      return make_error(ErrorCode::io, "the kernel did not answer the netlink request in time");
    if (errno == ENOBUFS)
      return make_error(ErrorCode::io, "the kernel lost part of its netlink answer");
    return system_error(errno, "cannot receive over netlink");
  }
}

Result<std::uint32_t> LinuxNetlink::send_request(int socket, std::span<const std::byte> request) {
  if (request.size() < sizeof(nlmsghdr))
    return make_error(ErrorCode::wrong_use, "a netlink request has a header");
  const std::uint32_t sequence = ++sequence_;
  request_.assign(request.begin(), request.end());
  std::memcpy(request_.data() + offsetof(nlmsghdr, nlmsg_seq), &sequence, sizeof(sequence));
  const sockaddr_nl kernel{AF_NETLINK, 0, 0, 0};
  ssize_t sent = -1;
  do {
    sent = sendto(socket, request_.data(), request_.size(), 0,
                  reinterpret_cast<const sockaddr*>(&kernel), sizeof(kernel));
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return system_error(errno, "cannot send over netlink");
  return sequence;
}

Result<bool> LinuxNetlink::exchange(int socket, std::span<const std::byte> request,
                                    const ByteSampler& sampler) {
  WEIR_TRY(const std::uint32_t sequence, send_request(socket, request));
  while (true) {
    WEIR_TRY(const auto datagram, receive(socket));
    WEIR_TRY(const auto progress, inspect(datagram, sequence));
    const bool goes_on = !progress.ours || sampler(datagram);
    if (progress.done) return true;
    if (!goes_on) return false;
  }
}

Status LinuxNetlink::dump_some(int protocol, std::span<const std::byte> request,
                               const ByteSampler& sampler) {
  WEIR_TRY(const int socket, open_socket(protocol));
  auto whole = exchange(socket, request, sampler);
  if (!whole.ok() || !*whole) sockets_.erase(protocol);
  if (!whole.ok()) return std::move(whole).error();
  return {};
}

Status LinuxNetlink::await_acknowledgement(int socket, std::uint32_t sequence) {
  std::optional<Status> answer;
  while (!answer) {
    WEIR_TRY(const auto datagram, receive(socket));
    WEIR_CHECK(wire::for_each_message(datagram, [&](const wire::Message& message) -> Status {
      if (message.sequence == sequence && message.type == wire::message_error)
        answer = refusal_of(message);
      return {};
    }));
  }
  return *answer;
}

Status LinuxNetlink::change(int protocol, std::span<const std::byte> request) {
  WEIR_TRY(const int socket, open_socket(protocol));
  const auto sequence = send_request(socket, request);
  Status status =
      sequence.ok() ? await_acknowledgement(socket, *sequence) : Status(sequence.error());
  // After a failure, unread data may be left. An acknowledgement that was read leaves nothing,
  // whether it reports success or an error.
  if (!status.ok()) sockets_.erase(protocol);
  return status;
}

Result<std::uint64_t> LinuxNetlink::namespace_cookie() {
  WEIR_TRY(const int socket, open_socket(NETLINK_SOCK_DIAG));
  std::uint64_t cookie = 0;
  socklen_t size = sizeof(cookie);
  if (getsockopt(socket, SOL_SOCKET, netns_cookie_option, &cookie, &size) == 0) return cookie;
  if (errno == ENOPROTOOPT)
    return make_error(ErrorCode::unsupported, "this kernel has no SO_NETNS_COOKIE (Linux 5.14)");
  return system_error(errno, "cannot read the number of the network namespace");
}

}  // namespace weir::kernel
