// Reads the queues of the listening TCP sockets of one network namespace inside the kernel.
// Not a walk over connections: it stops at the last listener.
//
// The kernel's iterator gives the listeners first, and then goes on to the table of all
// connections, which the namespaces share: where a namespace has none, the iterator would pass over
// those of the whole host before it asks the program again. So the reader says how many listeners
// it expects, and the program stops the walk at the last of them: bpf_seq_read
// (kernel/bpf/bpf_iter.c) looks for the next socket only after the program has returned 0.

// The helpers want the types before them.
// clang-format off
#include "bpf/kernel_types.h"
#include <bpf/bpf_helpers.h>
// clang-format on

#include "bpf/records.h"

const char program_license[] SEC("license") = "GPL";

struct weir_walk walk;

SEC("iter/tcp")
int read_listeners(struct bpf_iter__tcp* ctx) {
  struct sock_common* skc = ctx->sk_common;
  if (!skc) return 0;
  // There are fewer than the reader expects: one was closed meanwhile.
  if (skc->skc_state != TCP_LISTEN) {
    walk.done = 1;
    return 1;
  }
  struct tcp_sock* tcp = bpf_skc_to_tcp_sock(skc);
  if (!tcp) return 0;
  struct sock* sk = (struct sock*)tcp;
  struct weir_listener record = {};
  record.head.kind = WEIR_LISTENER;
  record.head.size = sizeof(record);
  record.cookie = bpf_get_socket_cookie(skc);
  record.port = skc->skc_num;
  record.family = skc->skc_family;
  record.syn_queue = tcp->inet_conn.icsk_accept_queue.qlen.counter;
  record.young = tcp->inet_conn.icsk_accept_queue.young.counter;
  record.accept_queue = sk->sk_ack_backlog;
  record.backlog = sk->sk_max_ack_backlog;
  record.drops = sk->sk_drops.counter;
  if (ctx->meta->seq_num + 1 >= walk.listeners) {
    // The kernel throws away what a program writes before it stops the walk.
    walk.last = record;
    walk.done = 1;
    walk.has_last = 1;
    return 1;
  }
  bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
  return 0;
}
