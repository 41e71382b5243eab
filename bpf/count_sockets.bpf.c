// Counts the TCP sockets of one network namespace inside the kernel.
// Not a tracer of connections: nothing runs per packet or per change of a state.
//
// It walks what the kernel's iterator gives it: the sockets of the namespace in which the iterator
// was made (bpf_iter_init_seq_net and seq_sk_match, net/ipv4/tcp_ipv4.c), listeners first. An
// iterator has one reader, so its program needs no atomics.

// The helpers want the types before them.
// clang-format off
#include "bpf/kernel_types.h"
#include <bpf/bpf_helpers.h>
// clang-format on

#include "bpf/records.h"

const char program_license[] SEC("license") = "GPL";

#define NOT_LISTENING 0
#define NO_PLACE_LEFT 0xffff

struct weir_count count;

// The walk finds the listeners first, and gives the port of each a place in `ports`.
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct weir_places);
} places SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);  // the loader says how many
  __type(key, __u32);
  __type(value, struct weir_port);
} ports SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(map_flags, BPF_F_NO_PREALLOC);  // a host without outgoing connections pays nothing
  __uint(max_entries, 1);                // the loader says how many
  __type(key, struct weir_tuple);
  __type(value, struct weir_tuple_counts);
} outgoing SEC(".maps");

static __always_inline struct weir_port* take_place(struct weir_places* taken, __u16 number) {
  __u32 place = count.ports_used;
  struct weir_port* port = bpf_map_lookup_elem(&ports, &place);
  if (!port) {
    taken->of_port[number] = NO_PLACE_LEFT;
    count.totals.ports_left_out++;
    return 0;
  }
  count.ports_used = place + 1;
  taken->of_port[number] = place + 1;
  __builtin_memset(port, 0, sizeof(*port));
  port->head.kind = WEIR_PORT;
  port->head.size = sizeof(*port);
  port->port = number;
  return port;
}

static __always_inline void count_outgoing(struct sock_common* skc, __u32 found) {
  struct weir_tuple tuple = {};
  tuple.family = skc->skc_family;
  tuple.destination_port = skc->skc_dport;
  if (tuple.family == AF_INET) {
    tuple.source[0] = skc->skc_rcv_saddr;
    tuple.destination[0] = skc->skc_daddr;
  } else {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      tuple.source[i] = skc->skc_v6_rcv_saddr.in6_u.u6_addr32[i];
      tuple.destination[i] = skc->skc_v6_daddr.in6_u.u6_addr32[i];
    }
  }
  struct weir_tuple_counts* counts = bpf_map_lookup_elem(&outgoing, &tuple);
  if (!counts) {
    struct weir_tuple_counts first = {};
    if (bpf_map_update_elem(&outgoing, &tuple, &first, BPF_NOEXIST)) {
      count.totals.outgoing_left_out++;
      return;
    }
    counts = bpf_map_lookup_elem(&outgoing, &tuple);
    if (!counts) return;
  }
  counts->sockets++;
  if (found == TCP_TIME_WAIT) counts->time_wait++;
  if (found == TCP_SYN_SENT) counts->syn_sent++;
}

/// The state as inet_diag names it, 0 where it has no name there.
static __always_inline __u32 state_of(struct sock_common* skc) {
  __u32 found = skc->skc_state;
  if (found == TCP_NEW_SYN_RECV) return TCP_SYN_RECV;
  if (found == TCP_TIME_WAIT) {
    // The same small socket also stands for an orphan in FIN_WAIT2 (tcp_time_wait(),
    // net/ipv4/tcp_minisocks.c).
    struct tcp_timewait_sock* waiting = bpf_skc_to_tcp_timewait_sock(skc);
    if (waiting) found = waiting->tw_sk.tw_substate;
  }
  return found < WEIR_TCP_STATES ? found : 0;
}

static __always_inline __u32 is_retransmitted(struct sock_common* skc) {
  struct tcp_request_sock* request = bpf_skc_to_tcp_request_sock(skc);
  return request && request->req.req.num_retrans > 0;
}

SEC("iter/tcp")
int count_sockets(struct bpf_iter__tcp* ctx) {
  struct sock_common* skc = ctx->sk_common;
  if (!skc) return 0;
  __u32 found = state_of(skc);
  if (found == 0 || found >= WEIR_TCP_STATES) return 0;
  count.totals.states[found]++;

  __u32 first = 0;
  struct weir_places* taken = bpf_map_lookup_elem(&places, &first);
  if (!taken) return 0;
  __u16 number = skc->skc_num;
  __u32 place = taken->of_port[number];
  int is_request = skc->skc_state == TCP_NEW_SYN_RECV;
  struct weir_port* port;
  if (place != NOT_LISTENING) {
    place--;
    port = bpf_map_lookup_elem(&ports, &place);
  } else if (found == TCP_LISTEN) {
    port = take_place(taken, number);
  } else {
    if (!is_request) count_outgoing(skc, found);
    return 0;
  }
  if (!port) return 0;
  port->states[found]++;
  if (is_request) port->retransmitted += is_retransmitted(skc);
  return 0;
}
