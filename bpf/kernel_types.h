// The few kernel types that the programs read, with the members that they read and no others.
// Not a copy of any kernel's layout: where a member really is, the loader fills in from the running
// kernel's BTF (CO-RE).
#pragma once

#include <linux/bpf.h>
#include <linux/types.h>

#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_TCP 6

// include/net/tcp_states.h
enum {
  TCP_SYN_SENT = 2,
  TCP_SYN_RECV = 3,
  TCP_FIN_WAIT2 = 5,
  TCP_TIME_WAIT = 6,
  TCP_LISTEN = 10,
  TCP_NEW_SYN_RECV = 12,  // a request socket: inet_diag and /proc call it SYN_RECV
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
  int counter;
} atomic_t;

struct ns_common {
  unsigned int inum;
};

struct net {
  struct ns_common ns;
};

typedef struct {
  struct net *net;
} possible_net_t;

struct in6_addr {
  union {
    __be32 u6_addr32[4];
  } in6_u;
};

struct sock_common {
  __be32 skc_daddr;
  __be32 skc_rcv_saddr;
  __be16 skc_dport;
  __u16 skc_num;
  unsigned short skc_family;
  volatile unsigned char skc_state;
  possible_net_t skc_net;
  struct in6_addr skc_v6_daddr;
  struct in6_addr skc_v6_rcv_saddr;
};

struct sock {
  struct sock_common __sk_common;
  atomic_t sk_drops;
  __u32 sk_ack_backlog;
  __u32 sk_max_ack_backlog;
  __u16 sk_protocol;
};

struct request_sock_queue {
  atomic_t qlen;
  atomic_t young;
};

struct inet_connection_sock {
  struct request_sock_queue icsk_accept_queue;
};

struct tcp_sock {
  struct inet_connection_sock inet_conn;
};

struct inet_timewait_sock {
  volatile unsigned char tw_substate;
};

struct tcp_timewait_sock {
  struct inet_timewait_sock tw_sk;
};

struct request_sock {
  __u8 num_retrans;
};

struct inet_request_sock {
  struct request_sock req;
};

struct tcp_request_sock {
  struct inet_request_sock req;
};

#pragma clang attribute pop

// What an iterator's program is given. These are interface, not layout: kernel/bpf/bpf_iter.c,
// net/ipv4/tcp_ipv4.c, net/core/bpf_sk_storage.c.
struct seq_file;

struct bpf_iter_meta {
  __bpf_md_ptr(struct seq_file *, seq);
  __u64 session_id;
  __u64 seq_num;
};

struct bpf_iter__tcp {
  __bpf_md_ptr(struct bpf_iter_meta *, meta);
  __bpf_md_ptr(struct sock_common *, sk_common);
  __u32 uid __attribute__((aligned(8)));
};
