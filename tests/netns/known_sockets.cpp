#include "netns/known_sockets.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/socket.h"

namespace weir::scenario {
namespace {

constexpr int backlog = 64;
constexpr std::uint8_t hops = 64;
constexpr std::size_t pseudo_header_size = 40;

const char* loopback(Family family) { return family == Family::ipv6 ? "::1" : "127.0.0.1"; }
const char* silent_address(Family family) {
  return family == Family::ipv6 ? "fd88::99" : "10.88.0.99";
}

Error last_error(const std::string& what) {
  return make_error(ErrorCode::io, what + ": " + std::strerror(errno));
}

Status run(const lab::Namespace& place, const std::vector<std::string>& command) {
  lab::CommandOptions options;
  options.netns = place.name();
  WEIR_TRY(const auto done, lab::run_command(command, options));
  if (done.use.exit_code != 0) return make_error(ErrorCode::io, command.front() + ": " + done.err);
  return {};
}

/// RFC 1071.
std::uint16_t checksum(std::span<const std::uint8_t> bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
    sum += static_cast<std::uint32_t>(bytes[i] << 8U) | bytes[i + 1];
  while (sum > UINT16_MAX) sum = (sum & UINT16_MAX) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

/// A SYN with the checksum of the IPv6 pseudo header; for two IPv4 addresses at even places, this
/// gives the sum of IPv4.
tcphdr make_syn(std::span<const std::uint8_t> source, std::span<const std::uint8_t> destination,
                int source_port, int port) {
  tcphdr segment{};
  segment.source = htons(static_cast<std::uint16_t>(source_port));
  segment.dest = htons(static_cast<std::uint16_t>(port));
  segment.seq = htonl(1);
  segment.doff = sizeof(tcphdr) / 4;
  segment.syn = 1;
  segment.window = htons(UINT16_MAX);
  std::array<std::uint8_t, pseudo_header_size + sizeof(tcphdr)> covered{};
  std::memcpy(covered.data(), source.data(), source.size());
  std::memcpy(covered.data() + sizeof(in6_addr), destination.data(), destination.size());
  covered[35] = sizeof(tcphdr);
  covered[39] = IPPROTO_TCP;
  std::memcpy(covered.data() + pseudo_header_size, &segment, sizeof segment);
  segment.check = htons(checksum(covered));
  return segment;
}

std::vector<std::uint8_t> make_packet(Family family, const char* source, const char* destination,
                                      int source_port) {
  std::array<std::uint8_t, sizeof(in6_addr)> from{};
  std::array<std::uint8_t, sizeof(in6_addr)> to{};
  const int number = family == Family::ipv6 ? AF_INET6 : AF_INET;
  const std::size_t size = family == Family::ipv6 ? sizeof(in6_addr) : sizeof(in_addr);
  inet_pton(number, source, from.data());
  inet_pton(number, destination, to.data());
  const tcphdr segment =
      make_syn(std::span(from).first(size), std::span(to).first(size), source_port, half_open_port);
  std::vector<std::uint8_t> packet;
  const auto append = [&](const auto& value) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
    packet.insert(packet.end(), bytes, bytes + sizeof value);
  };
  if (family == Family::ipv6) {
    ip6_hdr header{};
    header.ip6_flow = htonl(0x60000000);
    header.ip6_plen = htons(sizeof(tcphdr));
    header.ip6_nxt = IPPROTO_TCP;
    header.ip6_hlim = hops;
    std::memcpy(&header.ip6_src, from.data(), size);
    std::memcpy(&header.ip6_dst, to.data(), size);
    append(header);
  } else {
    iphdr header{};  // the kernel fills in length and checksum
    header.version = IPVERSION;
    header.ihl = sizeof(iphdr) / 4;
    header.ttl = hops;
    header.protocol = IPPROTO_TCP;
    std::memcpy(&header.saddr, from.data(), size);
    std::memcpy(&header.daddr, to.data(), size);
    append(header);
  }
  append(segment);
  return packet;
}

}  // namespace

Result<KnownSockets> KnownSockets::make(const lab::Namespace& place, Family family) {
  KnownSockets known(place, family);
  WEIR_CHECK(known.prepare_neighbour());
  WEIR_CHECK(known.inside([&] { return known.make_all(); }));
  return known;
}

Status KnownSockets::inside(const std::function<Status()>& body) const {
  Status status;
  WEIR_CHECK(lab::run_inside(place_.name(), [&] { status = body(); }));
  return status;
}

/// A link whose far end receives everything and has no address, and a known neighbour there that
/// never answers.
Status KnownSockets::prepare_neighbour() {
  const bool v6 = family_ == Family::ipv6;
  const std::string host = std::string(host_address()) + (v6 ? "/64" : "/24");
  WEIR_CHECK(
      run(place_, {"ip", "link", "add", "quiet0", "type", "veth", "peer", "name", "quiet1"}));
  WEIR_CHECK(run(place_, {"ip", "link", "set", "quiet0", "up"}));
  WEIR_CHECK(run(place_, {"ip", "link", "set", "quiet1", "up"}));
  if (v6) {
    WEIR_CHECK(run(place_, {"ip", "addr", "add", host, "dev", "quiet0", "nodad"}));
  } else {
    WEIR_CHECK(run(place_, {"ip", "addr", "add", host, "dev", "quiet0"}));
  }
  return run(place_, {"ip", "neigh", "add", silent_address(family_), "lladdr", "02:00:00:00:00:99",
                      "dev", "quiet0", "nud", "permanent"});
}

Status KnownSockets::make_pairs(const UniqueFd& listener, int port, int count,
                                const std::function<void(UniqueFd, UniqueFd)>& keep) {
  WEIR_TRY(const auto address, lab::make_address(family_, loopback(family_), port));
  // All sockets connect before any closes, so no port is used again.
  std::vector<std::pair<UniqueFd, UniqueFd>> pairs;
  for (int i = 0; i < count; ++i) {
    WEIR_TRY(auto client, lab::make_socket(family_, 0));
    if (connect(client.get(), address.get(), address.size) != 0) return last_error("connect");
    UniqueFd server(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!server.valid()) return last_error("accept");
    pairs.emplace_back(std::move(client), std::move(server));
  }
  for (auto& [client, server] : pairs) keep(std::move(client), std::move(server));
  return {};
}

Status KnownSockets::make_all() {
  const auto keep_both = [&](UniqueFd client, UniqueFd server) {
    sockets_.push_back(std::move(client));
    sockets_.push_back(std::move(server));
  };
  WEIR_TRY(auto established, lab::listen_on(family_, "", established_port, backlog, false));
  WEIR_TRY(auto half_open, lab::listen_on(family_, "", half_open_port, backlog, false));
  WEIR_TRY(auto closing, lab::listen_on(family_, "", closing_port, backlog, false));
  WEIR_TRY(auto closed, lab::listen_on(family_, "", closed_port, backlog, false));
  WEIR_CHECK(make_pairs(established, established_port, established_pairs, keep_both));
  WEIR_CHECK(
      make_pairs(established, established_port, close_waits, [&](UniqueFd client, UniqueFd server) {
        client = UniqueFd();
        sockets_.push_back(std::move(server));
      }));
  WEIR_CHECK(make_pairs(established, established_port, half_closed_pairs,
                        [&](UniqueFd client, UniqueFd server) {
                          shutdown(client.get(), SHUT_WR);
                          keep_both(std::move(client), std::move(server));
                        }));
  WEIR_CHECK(
      make_pairs(closing, closing_port, client_time_waits, [](UniqueFd client, UniqueFd server) {
        client = UniqueFd();
        server = UniqueFd();
      }));
  WEIR_CHECK(
      make_pairs(closed, closed_port, server_time_waits, [](UniqueFd client, UniqueFd server) {
        server = UniqueFd();
        client = UniqueFd();
      }));
  WEIR_TRY(const auto silent, lab::make_address(family_, silent_address(family_), silent_port));
  for (int i = 0; i < unanswered_connects; ++i) {
    WEIR_TRY(auto client, lab::make_socket(family_, SOCK_NONBLOCK));
    if (connect(client.get(), silent.get(), silent.size) == 0 || errno != EINPROGRESS)
      return last_error("connect without an answer");
    sockets_.push_back(std::move(client));
  }
  for (auto* listener : {&established, &half_open, &closing, &closed})
    sockets_.push_back(std::move(*listener));
  return {};
}

Status KnownSockets::send_syns(int count) {
  return inside([&]() -> Status {
    const UniqueFd raw(
        socket(family_ == Family::ipv6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
    if (!raw.valid()) return last_error("raw socket");
    WEIR_TRY(const auto target, lab::make_address(family_, host_address(), 0));
    for (int i = 0; i < count; ++i) {
      const auto packet =
          make_packet(family_, silent_address(family_), host_address(), next_source_port_++);
      if (sendto(raw.get(), packet.data(), packet.size(), 0, target.get(), target.size) < 0)
        return last_error("sending a SYN");
    }
    return {};
  });
}

Status KnownSockets::open_late_listener(int port) {
  return inside([&]() -> Status {
    WEIR_TRY(late_, lab::listen_on(family_, "", port, backlog, false));
    return {};
  });
}

}  // namespace weir::scenario
