#include "bpf/loader.h"

#include <errno.h>
#include <string.h>

#include "bpf/sockets.lskel.h"

static void* map_memory(int map, size_t size) {
  void* memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

int weir_programs_load(struct weir_programs* programs, const struct weir_programs_options* options) {
  memset(programs, 0, sizeof(*programs));
  struct sockets* skeleton = sockets__open();
  if (!skeleton) return -ENOMEM;
  programs->skeleton = skeleton;
  programs->most_ports = options->most_ports;
  skeleton->maps.ports.max_entries = options->most_ports;
  skeleton->maps.outgoing.max_entries = options->most_outgoing;
  skeleton->rodata->netns_inode = options->netns_inode;
  if (options->log) {
    skeleton->ctx.log_level = 1;
    skeleton->ctx.log_size = options->log_size;
    skeleton->ctx.log_buf = (__u64)(unsigned long)options->log;
  }
  const int failure = sockets__load(skeleton);
  if (failure < 0) {
    weir_programs_unload(programs);
    return failure;
  }
  programs->count_sockets = skeleton->progs.count_sockets.prog_fd;
  programs->tag_listeners = skeleton->progs.tag_listeners.prog_fd;
  programs->watch_listeners = skeleton->progs.watch_listeners.prog_fd;
  programs->read_listeners = skeleton->progs.read_listeners.prog_fd;
  programs->outgoing = skeleton->maps.outgoing.map_fd;
  programs->tags = skeleton->maps.tags.map_fd;
  programs->state = &skeleton->bss->state;
  programs->places = map_memory(skeleton->maps.places.map_fd, sizeof(struct weir_places));
  programs->ports = map_memory(skeleton->maps.ports.map_fd, options->most_ports * sizeof(struct weir_port));
  if (!programs->places || !programs->ports) {
    weir_programs_unload(programs);
    return -ENOMEM;
  }
  return 0;
}

void weir_programs_unload(struct weir_programs* programs) {
  if (programs->places) munmap(programs->places, sizeof(struct weir_places));
  if (programs->ports) munmap(programs->ports, programs->most_ports * sizeof(struct weir_port));
  if (programs->skeleton) sockets__destroy(programs->skeleton);
  memset(programs, 0, sizeof(*programs));
}
