// What the programs of bpf/ hand over: plain structs, the same for clang -target bpf and for C++.
// Not values of weir: kernel/wire makes those of the bytes. Host byte order but where it says
// otherwise.
#pragma once

#include <linux/types.h>

// TCP_ESTABLISHED = 1 … TCP_CLOSING = 11 (include/net/tcp_states.h); 0 stays empty
#define WEIR_TCP_STATES 12

// Every record begins with these; records of one reading follow each other without gaps.
enum weir_record_kind {
  WEIR_TOTALS = 1,
  WEIR_PORT = 2,
  WEIR_OUTGOING = 3,
  WEIR_LISTENER = 4,
};

struct weir_record {
  __u32 kind;
  __u32 size;  // of the whole record, this head included
};

// All sockets of the namespace. One a reading of count_sockets, after all others.
struct weir_totals {
  struct weir_record head;
  __u32 states[WEIR_TCP_STATES];
  __u32 ports_left_out;     // listening ports for which there was no place
  __u32 outgoing_left_out;  // sockets of outgoing connections for whose tuple there was no place
};

// The sockets whose local port is one that listens.
struct weir_port {
  struct weir_record head;
  __u16 port;
  __u16 reserved;
  __u32 retransmitted;  // half-open ones whose SYN-ACK was sent more than once
  __u32 states[WEIR_TCP_STATES];
};

// An IPv4 address is in the first word; the addresses and the port are in network byte order.
struct weir_tuple {
  __u16 family;  // AF_INET, AF_INET6
  __be16 destination_port;
  __be32 source[4];
  __be32 destination[4];
};

struct weir_tuple_counts {
  __u32 sockets;
  __u32 time_wait;  // of these
  __u32 syn_sent;   // of these
};

struct weir_outgoing {
  struct weir_record head;
  struct weir_tuple tuple;
  struct weir_tuple_counts counts;
};

// One listening socket.
struct weir_listener {
  struct weir_record head;
  __u64 cookie;  // SO_COOKIE
  __u16 port;
  __u16 family;
  __u32 syn_queue;  // icsk_accept_queue.qlen: half-open requests
  __u32 young;      // of these, without a retransmitted SYN-ACK
  __u32 accept_queue;
  __u32 backlog;  // the limit of both queues is exceeded one beyond this
  __u32 drops;
};

// What count_sockets leaves beside its maps.
struct weir_count {
  struct weir_totals totals;
  __u32 ports_used;
};

// What read_listeners and the one who runs it tell each other.
struct weir_walk {
  struct weir_listener last;  // the record that ended the walk, if has_last
  __u32 listeners;            // in: the walk ends at so many of them
  __u32 has_last;
  // tells the end of the listeners, where the walk is stopped, from EAGAIN after a million objects
  __u32 done;
};

#define WEIR_PORT_NUMBERS 65536

// 0: nobody listens; otherwise one more than the place in the array of ports.
struct weir_places {
  __u16 of_port[WEIR_PORT_NUMBERS];
};
