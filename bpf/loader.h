// Loads the programs of sockets.bpf.c into the running kernel, and holds them.
// Not the running of them: that is kernel/linux. C, because what bpftool generates is.
#pragma once

#include <linux/types.h>

#include "bpf/records.h"

#ifdef __cplusplus
extern "C" {
#endif

struct weir_programs_options {
  __u32 netns_inode;    // of the namespace whose new listeners are to be tagged
  __u32 most_ports;     // 1 to 65,534
  __u32 most_outgoing;  // at least 1
  char* log;            // where the verifier's words go, or null
  __u32 log_size;
};

// Descriptors, and memory that the programs write and this process sees.
struct weir_programs {
  int count_sockets;
  int tag_listeners;
  int watch_listeners;
  int read_listeners;
  int outgoing;
  int tags;
  struct weir_state* state;
  struct weir_places* places;
  struct weir_port* ports;
  __u32 most_ports;
  void* skeleton;
};

// 0, or a negative errno; then nothing is left loaded.
int weir_programs_load(struct weir_programs* programs, const struct weir_programs_options* options);
// Closes every descriptor and mapping, with which the kernel drops programs and maps. Does nothing to what is all zero.
void weir_programs_unload(struct weir_programs* programs);

#ifdef __cplusplus
}
#endif
