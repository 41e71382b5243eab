#include "kernel/fake/fake_netlink.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "kernel/wire/netlink.h"
#include "kernel/wire/qdisc.h"
#include "kernel/wire/qdisc_options.h"
#include "kernel/wire/rtnetlink.h"

namespace weir::kernel {
namespace {

constexpr std::size_t sockets_per_datagram = 64;

/// A request that changes something: its name in the write journal, and its effect.
struct FakeChange {
  std::string target;
  std::string value;
  std::function<Status(FakeState&)> effect;
};

/// The name of a recorded answer in FakeNetwork::answers.
std::string netlink_key(int protocol, std::uint16_t type, std::uint8_t family,
                        std::uint32_t states) {
  std::string key = std::to_string(protocol) + "/" + std::to_string(type);
  if (protocol != wire::protocol_sock_diag) return key;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string mask;
  for (; states != 0; states >>= 4U) mask.insert(mask.begin(), digits[states & 0xFU]);
  return key + "/" + std::to_string(family) + "/" + (mask.empty() ? "0" : mask);
}

/// Sets NLM_F_DUMP_INTR on every message of the datagram.
void mark_interrupted(wire::ByteBuffer& datagram) {
  std::size_t at = 0;
  while (at + sizeof(nlmsghdr) <= datagram.size()) {
    nlmsghdr header{};
    std::memcpy(&header, datagram.data() + at, sizeof(header));
    header.nlmsg_flags = static_cast<std::uint16_t>(header.nlmsg_flags | NLM_F_DUMP_INTR);
    std::memcpy(datagram.data() + at, &header, sizeof(header));
    if (header.nlmsg_len < sizeof(header)) return;
    at += (header.nlmsg_len + 3U) & ~3U;
  }
}

wire::ByteBuffer make_done() {
  wire::MessageWriter writer;
  writer.begin(wire::message_done, NLM_F_MULTI, 0);
  writer.put_value(std::int32_t{0});
  writer.end();
  return writer.take();
}

std::vector<wire::ByteBuffer> make_socket_datagrams(const std::vector<wire::DiagSocket>& sockets,
                                                    const wire::DiagRequest& request,
                                                    std::size_t info_size) {
  std::vector<wire::ByteBuffer> datagrams;
  for (std::size_t begin = 0; begin < sockets.size(); begin += sockets_per_datagram) {
    wire::MessageWriter writer;
    for (std::size_t i = begin; i < std::min(begin + sockets_per_datagram, sockets.size()); ++i) {
      wire::DiagSocket socket = sockets[i];
      if (!request.memory) socket.drops.reset();
      wire::write_diag_socket(writer, socket, !request.family, info_size);
    }
    datagrams.push_back(writer.take());
  }
  return datagrams;
}

std::vector<wire::ByteBuffer> make_socket_answer(const FakeState& state,
                                                 const wire::DiagRequest& request,
                                                 wire::ByteSpan port_program) {
  std::vector<wire::DiagSocket> chosen;
  const auto take = [&](const wire::DiagSocket& socket) {
    const bool fits = (request.states & wire::state_bit(socket.state)) != 0 &&
                      (!request.family || *request.family == socket.family);
    if (fits && wire::run_port_filter(port_program, socket.source_port)) chosen.push_back(socket);
  };
  for (const auto& listener : state.listeners) take(wire::to_diag_socket(listener));
  for (const auto& socket : state.sockets) take(socket);
  return make_socket_datagrams(chosen, request, state.tcp_info_size);
}

std::vector<wire::ByteBuffer> make_link_answer(const FakeState& state) {
  wire::MessageWriter writer;
  for (const auto& link : state.network_links) wire::write_link(writer, link);
  return {writer.take()};
}

/// One message for each value of the requested family, in datagrams of a fixed number of messages:
/// a dump arrives in pieces.
template <class Value, class Writer>
std::vector<wire::ByteBuffer> make_route_datagrams(const std::vector<Value>& values,
                                                   std::optional<Family> family,
                                                   const Writer& write) {
  std::vector<wire::ByteBuffer> datagrams;
  wire::MessageWriter writer;
  std::size_t count = 0;
  for (const auto& value : values) {
    if (family && value.family != *family) continue;
    write(writer, value);
    if (++count % sockets_per_datagram == 0) datagrams.push_back(std::exchange(writer, {}).take());
  }
  if (!writer.bytes().empty()) datagrams.push_back(writer.take());
  return datagrams;
}

/// A filter's message; only its type matters here.
std::vector<wire::ByteBuffer> make_filter_answer(const FakeState& state,
                                                 std::span<const std::byte> request) {
  const auto body = wire::load<tcmsg>(request.subspan(std::min(sizeof(nlmsghdr), request.size())));
  if (!body || state.filtered_links.count(body->tcm_ifindex) == 0) return {};
  wire::MessageWriter writer;
  writer.begin(RTM_NEWTFILTER, NLM_F_MULTI, 0);
  writer.put_value(*body);
  writer.end();
  return {writer.take()};
}

Result<std::vector<wire::ByteBuffer>> make_route_answer(const FakeState& state, std::uint16_t type,
                                                        std::span<const std::byte> request) {
  switch (type) {
    case RTM_GETLINK: return make_link_answer(state);
    case RTM_GETADDR:
      return make_route_datagrams(state.addresses, std::nullopt, wire::write_interface_address);
    case RTM_GETROUTE:
      return make_route_datagrams(state.routes, wire::parse_route_request(request),
                                  wire::write_route);
    case RTM_GETNEIGH:
      return make_route_datagrams(state.neighbours, wire::parse_neighbour_request(request),
                                  wire::write_neighbour);
    case RTM_GETQDISC: {
      wire::MessageWriter writer;
      for (const auto& qdisc : state.qdiscs) wire::write_qdisc(writer, qdisc);
      for (const auto& setup : state.qdisc_setups) wire::write_qdisc_setup(writer, setup);
      return std::vector<wire::ByteBuffer>{writer.take()};
    }
    case RTM_GETTFILTER: return make_filter_answer(state, request);
    default:
      return make_error(ErrorCode::unsupported, "no answer to netlink request " +
                                                    netlink_key(wire::protocol_route, type, 0, 0));
  }
}

std::string dump_key(int protocol, const wire::Message& message) {
  if (protocol != wire::protocol_sock_diag) return netlink_key(protocol, message.type, 0, 0);
  wire::MessageWriter writer;
  writer.begin(message.type, message.flags, 0);
  writer.put_payload(message.payload);
  writer.end();
  const auto request = wire::parse_diag_request(writer.bytes());
  if (!request.ok()) return {};
  const auto family = static_cast<std::uint8_t>(message.payload.front());
  return netlink_key(protocol, message.type, family, request->states);
}

FakeChange make_transmit_length_change(const wire::TransmitLengthChange& change) {
  return {"link:" + std::to_string(change.index) + " txqueuelen", std::to_string(change.length),
          [change](FakeState& state) -> Status {
            for (auto& link : state.network_links) {
              if (link.index != change.index) continue;
              link.transmit_length = change.length;
              return {};
            }
            return make_error(ErrorCode::not_found,
                              "the kernel refused the change: No such device");
          }};
}

/// The next major number that the interface does not have yet, counted over all interfaces:
/// qdisc_alloc_handle(), net/sched/sch_api.c.
std::uint32_t choose_handle(FakeNetwork& network, std::int64_t link) {
  const auto is_taken = [&] {
    return std::any_of(network.qdisc_setups.begin(), network.qdisc_setups.end(),
                       [&](const QdiscSetup& setup) {
                         return setup.link == link && setup.handle == network.last_handle << 16U;
                       });
  };
  do {
    ++network.last_handle;
  } while (is_taken());
  return network.last_handle;
}

/// A pfifo without a limit takes the interface's txqueuelen: fifo_init(), net/sched/sch_fifo.c.
std::map<std::string, std::string> make_default_options(FakeNetwork& network, std::int64_t link,
                                                        const std::string& kind) {
  auto options = network.qdisc_defaults[kind];
  for (const Link& one : network.network_links)
    if (kind == "pfifo" && one.index == link && one.transmit_length)
      options.try_emplace("limit", std::to_string(*one.transmit_length));
  return options;
}

/// Changes a root as tc_modify_qdisc() and tc_get_qdisc() of net/sched/sch_api.c do.
Status change_root(FakeState& state, const wire::RootQdiscChange& change) {
  auto& setups = state.qdisc_setups;
  const auto root = std::find_if(setups.begin(), setups.end(), [&](const QdiscSetup& setup) {
    return setup.link == change.link && setup.parent == TC_H_ROOT;
  });
  if (root == setups.end())
    return make_error(ErrorCode::not_found, "the kernel refused the change: No such device");
  const bool made_by_kernel = root->handle == 0;
  if (!change.wanted) {
    if (made_by_kernel)
      return make_error(ErrorCode::not_found,
                        "the kernel refused the change: No such file or directory");
    *root = state.default_roots.at(change.link);
    return {};
  }
  const RootQdisc& wanted = *change.wanted;
  const bool same = !made_by_kernel && root->kind == wanted.kind &&
                    (!wanted.handle || *wanted.handle << 16U == root->handle);
  if (same && wanted.options.count("flows") != 0)
    return make_error(ErrorCode::wrong_use, "the kernel refused the change: Invalid argument");
  if (!same) {
    if (!made_by_kernel && wanted.handle && *wanted.handle << 16U == root->handle)
      return make_error(ErrorCode::wrong_use,
                        "the kernel refused the change (Invalid qdisc name): Invalid argument");
    const std::uint32_t handle = wanted.handle ? *wanted.handle : choose_handle(state, change.link);
    *root = {change.link,
             handle << 16U,
             TC_H_ROOT,
             wanted.kind,
             make_default_options(state, change.link, wanted.kind),
             {}};
  }
  for (const auto& [name, value] : wanted.options) root->options[name] = value;
  return {};
}

FakeChange make_root_change(const wire::RootQdiscChange& change) {
  const std::string value = change.wanted ? format_root_qdisc(*change.wanted) : "deleted";
  return {"link:" + std::to_string(change.link) + " qdisc", value,
          [change](FakeState& state) { return change_root(state, change); }};
}

Result<FakeChange> parse_change(int protocol, std::span<const std::byte> request) {
  std::optional<FakeChange> change;
  WEIR_CHECK(wire::for_each_message(request, [&](const wire::Message& message) -> Status {
    if (protocol != wire::protocol_route) return {};
    if (const auto root = wire::parse_root_qdisc_change(message)) {
      change = make_root_change(*root);
    } else if (message.type == RTM_NEWLINK) {
      if (const auto length = wire::parse_transmit_length_change(message.payload))
        change = make_transmit_length_change(*length);
    }
    return {};
  }));
  if (change) return std::move(*change);
  return make_error(ErrorCode::unsupported,
                    "no answer to a netlink change of protocol " + std::to_string(protocol));
}

Result<std::vector<wire::ByteBuffer>> make_answer(FakeState& state, int protocol,
                                                  std::span<const std::byte> request) {
  std::string key;
  std::uint16_t type = 0;
  WEIR_CHECK(wire::for_each_message(request, [&](const wire::Message& message) -> Status {
    key = dump_key(protocol, message);
    type = message.type;
    return {};
  }));
  std::vector<wire::ByteBuffer> datagrams;
  if (const auto recorded = state.answers.find(key); recorded != state.answers.end()) {
    datagrams = recorded->second;
  } else if (protocol == wire::protocol_sock_diag) {
    WEIR_TRY(const auto parsed, wire::parse_diag_request(request));
    datagrams = make_socket_answer(state, parsed, wire::find_port_program(request));
  } else if (protocol == wire::protocol_route) {
    WEIR_TRY(datagrams, make_route_answer(state, type, request));
  } else {
    return make_error(ErrorCode::unsupported, "no answer to netlink request " + key);
  }
  datagrams.push_back(make_done());
  if (state.interrupted_dumps > 0) {
    --state.interrupted_dumps;
    for (auto& datagram : datagrams) mark_interrupted(datagram);
  }
  return datagrams;
}

}  // namespace

Status FakeNetlink::dump_some(int protocol, std::span<const std::byte> request,
                              const ByteSampler& sampler) {
  if (const auto failed = state_.netlink_failures.find(protocol);
      failed != state_.netlink_failures.end())
    return failed->second;
  WEIR_TRY(const auto datagrams, make_answer(state_, protocol, request));
  for (const auto& datagram : datagrams) {
    if (!sampler(datagram)) break;
  }
  return {};
}

Status FakeNetlink::change(int protocol, std::span<const std::byte> request) {
  WEIR_TRY(FakeChange change, parse_change(protocol, request));
  return writes_.act({change.target, change.value}, [&]() -> Status {
    if (const auto failed = state_.netlink_failures.find(protocol);
        failed != state_.netlink_failures.end())
      return failed->second;
    return change.effect(state_);
  });
}

Result<std::uint64_t> FakeNetlink::namespace_cookie() {
  if (!state_.namespace_cookie)
    return make_error(ErrorCode::unsupported, "this kernel has no SO_NETNS_COOKIE");
  return *state_.namespace_cookie;
}

}  // namespace weir::kernel
