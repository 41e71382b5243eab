// Loads the programs of bpf/ into the running kernel, each by itself, and holds them.
// Not the running of them: that is kernel/linux. C, because what bpftool generates is.
#pragma once

#include <linux/types.h>

#include "bpf/records.h"

#ifdef __cplusplus
extern "C" {
#endif

// Where the verifier's words go; no text: nowhere.
struct weir_verifier_log {
  char* text;
  __u32 size;
};

struct weir_counter_limits {
  __u32 ports;     // 1 to 65,534
  __u32 outgoing;  // at least 1
};

// count_sockets: descriptors, and memory that the program writes and this process sees.
struct weir_counter {
  int program;
  int outgoing;
  struct weir_count* count;
  struct weir_places* places;
  struct weir_port* ports;
  __u32 most_ports;
  void* skeleton;
};

// read_listeners: likewise.
struct weir_listener_reader {
  int program;
  struct weir_walk* walk;
  void* skeleton;
};

// 0, or a negative errno; then nothing of that program is left loaded.
int weir_counter_load(struct weir_counter* counter, const struct weir_counter_limits* limits,
                      const struct weir_verifier_log* log);
int weir_listener_reader_load(struct weir_listener_reader* reader,
                              const struct weir_verifier_log* log);
// Closes every descriptor and mapping, with which the kernel drops program and maps. Does nothing
// to what is all zero.
void weir_counter_unload(struct weir_counter* counter);
void weir_listener_reader_unload(struct weir_listener_reader* reader);

#ifdef __cplusplus
}
#endif
