#include "kernel/wire/probe_records.h"

#include <algorithm>
#include <optional>
#include <string>

#include <arpa/inet.h>

#include "bpf/records.h"
#include "kernel/wire/address.h"

namespace weir::wire {
namespace {

static_assert(std::tuple_size_v<decltype(StateCounts::of)> == WEIR_TCP_STATES);
static_assert(sizeof(weir_totals) == 64 && sizeof(weir_port) == 64 && sizeof(weir_outgoing) == 56 &&
              sizeof(weir_listener) == 40);
static_assert(sizeof(weir_tuple::source) == sizeof(RawAddress));

Error malformed(const std::string& what) {
  return make_error(ErrorCode::malformed, "the answer of the probes " + what);
}

StateCounts to_states(const __u32 (&numbers)[WEIR_TCP_STATES]) {
  StateCounts states;
  std::copy(std::begin(numbers), std::end(numbers), states.of.begin());
  return states;
}

std::uint32_t to_number(std::int64_t count) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(count, 0, UINT32_MAX));
}

void put_states(const StateCounts& states, __u32 (&numbers)[WEIR_TCP_STATES]) {
  std::transform(states.of.begin(), states.of.end(), numbers, to_number);
}

/// Calls the visitor with the kind and all bytes of each record.
Status for_each_record(ByteSpan bytes,
                       const std::function<Status(std::uint32_t kind, ByteSpan record)>& visitor) {
  while (!bytes.empty()) {
    const auto head = load<weir_record>(bytes);
    if (!head || head->size < sizeof(weir_record) || head->size > bytes.size())
      return malformed("ends within a record");
    WEIR_CHECK(visitor(head->kind, bytes.first(head->size)));
    bytes = bytes.subspan(head->size);
  }
  return {};
}

template <class Record>
Result<Record> load_record(ByteSpan bytes) {
  const auto record = load<Record>(bytes);
  if (!record) return malformed("has a record that is too short");
  return *record;
}

Status read_totals(ByteSpan bytes, SocketCounts& counts) {
  WEIR_TRY(const auto totals, load_record<weir_totals>(bytes));
  counts.states = to_states(totals.states);
  counts.ports_left_out = totals.ports_left_out;
  counts.outgoing_left_out = totals.outgoing_left_out;
  return {};
}

Status read_port(ByteSpan bytes, SocketCounts& counts) {
  WEIR_TRY(const auto port, load_record<weir_port>(bytes));
  counts.ports.push_back({port.port, port.retransmitted, to_states(port.states)});
  return {};
}

Status read_outgoing(ByteSpan bytes, SocketCounts& counts) {
  WEIR_TRY(const auto record, load_record<weir_outgoing>(bytes));
  const auto family = family_of(record.tuple.family);
  if (!family) return malformed("has connections of an unknown address family");
  OutgoingCounts outgoing;
  outgoing.family = *family;
  const std::size_t size = address_size(*family);
  std::memcpy(outgoing.source.data(), record.tuple.source, size);
  std::memcpy(outgoing.destination.data(), record.tuple.destination, size);
  outgoing.destination_port = ntohs(record.tuple.destination_port);
  outgoing.sockets = record.counts.sockets;
  outgoing.time_wait = record.counts.time_wait;
  outgoing.syn_sent = record.counts.syn_sent;
  counts.outgoing.push_back(outgoing);
  return {};
}

template <class Record>
void append_record(ByteBuffer& bytes, std::uint32_t kind, Record record) {
  record.head = {kind, sizeof(Record)};
  const auto view = std::as_bytes(std::span(&record, 1));
  bytes.insert(bytes.end(), view.begin(), view.end());
}

weir_outgoing to_record(const OutgoingCounts& outgoing) {
  weir_outgoing record{};
  record.tuple.family = family_number(outgoing.family);
  record.tuple.destination_port = htons(outgoing.destination_port);
  std::memcpy(record.tuple.source, outgoing.source.data(), outgoing.source.size());
  std::memcpy(record.tuple.destination, outgoing.destination.data(), outgoing.destination.size());
  record.counts = {to_number(outgoing.sockets), to_number(outgoing.time_wait),
                   to_number(outgoing.syn_sent)};
  return record;
}

}  // namespace

Result<SocketCounts> parse_socket_counts(ByteSpan bytes) {
  SocketCounts counts;
  int totals = 0;
  WEIR_CHECK(for_each_record(bytes, [&](std::uint32_t kind, ByteSpan record) -> Status {
    if (kind == WEIR_PORT) return read_port(record, counts);
    if (kind == WEIR_OUTGOING) return read_outgoing(record, counts);
    if (kind != WEIR_TOTALS) return {};
    ++totals;
    return read_totals(record, counts);
  }));
  if (totals != 1) return malformed(totals == 0 ? "has no totals" : "has totals twice");
  return counts;
}

Result<std::vector<ListenerProbe>> parse_listener_probes(ByteSpan bytes) {
  std::vector<ListenerProbe> listeners;
  WEIR_CHECK(for_each_record(bytes, [&](std::uint32_t kind, ByteSpan record) -> Status {
    if (kind != WEIR_LISTENER) return {};
    WEIR_TRY(const auto listener, load_record<weir_listener>(record));
    const auto family = family_of(listener.family);
    if (!family) return malformed("has a listener of an unknown address family");
    listeners.push_back({listener.cookie, *family, listener.port, listener.syn_queue,
                         listener.young, listener.accept_queue, listener.backlog, listener.drops});
    return {};
  }));
  return listeners;
}

ByteBuffer write_socket_counts(const SocketCounts& counts) {
  ByteBuffer bytes;
  for (const auto& port : counts.ports) {
    weir_port record{};
    record.port = port.port;
    record.retransmitted = to_number(port.retransmitted);
    put_states(port.states, record.states);
    append_record(bytes, WEIR_PORT, record);
  }
  for (const auto& outgoing : counts.outgoing)
    append_record(bytes, WEIR_OUTGOING, to_record(outgoing));
  weir_totals totals{};
  put_states(counts.states, totals.states);
  totals.ports_left_out = to_number(counts.ports_left_out);
  totals.outgoing_left_out = to_number(counts.outgoing_left_out);
  append_record(bytes, WEIR_TOTALS, totals);
  return bytes;
}

ByteBuffer write_listener_probes(const std::vector<ListenerProbe>& listeners) {
  ByteBuffer bytes;
  for (const auto& listener : listeners) {
    weir_listener record{};
    record.cookie = listener.cookie;
    record.port = listener.port;
    record.family = family_number(listener.family);
    record.syn_queue = to_number(listener.syn_queue);
    record.young = to_number(listener.young);
    record.accept_queue = to_number(listener.accept_queue);
    record.backlog = to_number(listener.backlog);
    record.drops = to_number(listener.drops);
    append_record(bytes, WEIR_LISTENER, record);
  }
  return bytes;
}

}  // namespace weir::wire
