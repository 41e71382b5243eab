#include "lab/flood.h"

#include <algorithm>
#include <array>
#include <random>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "lab/forged_packet.h"
#include "lab/socket.h"

namespace weir::lab {
namespace {

constexpr std::size_t packets_of_a_call = 64;  // sendmmsg()
constexpr Nanoseconds flood_tick = milliseconds(1);
constexpr std::uint16_t first_source_port = 1024;

/// The ranges of the forged sources, in the form for ip(8).
const char* source_range(Family family) {
  return family == Family::ipv4 ? "198.18.0.0/15" : "2001:2::/48";
}

/// The way back: the server has a route through the client, which drops these packets without an
/// ICMP error.
Status prepare_routes(const Network& network, Family family) {
  const std::string version = family == Family::ipv4 ? "-4" : "-6";
  const char* client = family == Family::ipv4 ? client_ipv4 : client_ipv6;
  WEIR_CHECK(run_ip({version, "route", "replace", "blackhole", source_range(family)},
                    network.client.name()));
  return run_ip(
      {version, "route", "replace", source_range(family), "via", client, "dev", link_name},
      network.server.name());
}

/// A raw socket that sends whole IP packets.
Result<UniqueFd> raw_socket(Family family) {
  UniqueFd fd(
      socket(family == Family::ipv4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
  if (!fd.valid()) return make_error(ErrorCode::not_permitted, "no raw socket: " + last_error());
  return fd;
}

std::string address_bytes(Family family) {
  std::array<char, sizeof(in6_addr)> bytes{};
  inet_pton(family == Family::ipv4 ? AF_INET : AF_INET6,
            family == Family::ipv4 ? server_ipv4 : server_ipv6, bytes.data());
  return {bytes.data(), family == Family::ipv4 ? sizeof(in_addr) : sizeof(in6_addr)};
}

class Flooder {
 public:
  Flooder(const FloodOptions& options, UniqueFd socket, const SocketAddress& target)
      : options_(options),
        chance_(options.seed),
        target_bytes_(address_bytes(options.family)),
        socket_(std::move(socket)),
        target_(target) {}

  void run(std::atomic<std::int64_t>& sent) {
    const Nanoseconds begin = monotonic_now();
    const Nanoseconds end = begin + options_.duration;
    for (Nanoseconds now = begin; now < end; now = monotonic_now()) {
      const auto due = static_cast<std::int64_t>(to_seconds(now - begin) *
                                                 static_cast<double>(options_.packets_per_second)) -
                       sent;
      if (due > 0) {
        sent += send_batch(std::min(static_cast<std::size_t>(due), packets_of_a_call));
      } else {
        sleep_for(flood_tick);
      }
    }
  }

 private:
  std::string random_source() {
    const std::uint64_t number = chance_();
    std::string source = options_.family == Family::ipv4
                             ? std::string("\xc6\x12", 2)
                             : std::string("\x20\x01\x00\x02\x00\x00\x00\x00", 8);
    if (options_.family == Family::ipv4)
      source[1] = static_cast<char>(source[1] | static_cast<char>(number >> 16 & 1));
    for (int shift = options_.family == Family::ipv4 ? 8 : 56; shift >= 0; shift -= 8)
      source += static_cast<char>(number >> shift & 0xff);
    return source;
  }

  std::int64_t send_batch(std::size_t count) {
    std::array<std::string, packets_of_a_call> packets;
    std::array<iovec, packets_of_a_call> parts{};
    std::array<mmsghdr, packets_of_a_call> messages{};
    for (std::size_t i = 0; i < count; ++i) {
      const auto number = static_cast<std::uint32_t>(chance_());
      const auto source_port =
          static_cast<std::uint16_t>(first_source_port + number % (65'536 - first_source_port));
      packets[i] = forge_packet(
          options_.kind, options_.family,
          {random_source(), target_bytes_, source_port, static_cast<std::uint16_t>(options_.port)},
          number);
      parts[i] = {packets[i].data(), packets[i].size()};
      messages[i].msg_hdr.msg_name = &target_.storage;
      messages[i].msg_hdr.msg_namelen = target_.size;
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    return std::max(0, sendmmsg(socket_.get(), messages.data(), static_cast<unsigned>(count), 0));
  }

  const FloodOptions& options_;
  std::mt19937_64 chance_;
  std::string target_bytes_;
  UniqueFd socket_;
  SocketAddress target_;
};

Status run_flood(int report, const std::string& netns, const FloodOptions& options,
                 std::atomic<std::int64_t>& sent) {
  prctl(PR_SET_NAME, "weir-lab-flood");
  WEIR_CHECK(enter_namespace(netns));
  WEIR_TRY(UniqueFd socket, raw_socket(options.family));
  // The port of a raw IPv6 address must be zero or the protocol: raw(7).
  WEIR_TRY(
      const SocketAddress target,
      make_address(options.family, options.family == Family::ipv4 ? server_ipv4 : server_ipv6, 0));
  write_all(report, "ready\n");
  Flooder flooder(options, std::move(socket), target);
  flooder.run(sent);
  return {};
}

}  // namespace

Result<Flood> Flood::start(const Network& network, const FloodOptions& options) {
  WEIR_CHECK(prepare_routes(network, options.family));
  WEIR_TRY(Shared<std::atomic<std::int64_t>> sent, Shared<std::atomic<std::int64_t>>::create());
  const auto body = [&](int report) {
    const auto done = run_flood(report, network.client.name(), options, *sent);
    if (!done.ok()) write_all(report, done.error().message + "\n");
    return done.ok() ? 0 : 1;
  };
  WEIR_TRY(ChildProcess child, fork_child(body));
  WEIR_TRY(const std::string said, child.read_report_line(start_limit).with_context("the flood"));
  if (said != "ready") return make_error(ErrorCode::io, "the flood did not start: " + said);
  return Flood(std::move(sent), std::move(child));
}

}  // namespace weir::lab
