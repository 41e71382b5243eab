#include "bpf/loader.h"

#include <errno.h>
#include <string.h>

#include "bpf/count_sockets.lskel.h"
#include "bpf/read_listeners.lskel.h"

static void* map_memory(int map, size_t size) {
  void* memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

static void write_log(struct bpf_loader_ctx* context, const struct weir_verifier_log* log) {
  if (!log->text) return;
  context->log_level = 1;
  context->log_size = log->size;
  context->log_buf = (__u64)(unsigned long)log->text;
}

int weir_counter_load(struct weir_counter* counter, const struct weir_counter_limits* limits,
                      const struct weir_verifier_log* log) {
  memset(counter, 0, sizeof(*counter));
  struct count_sockets* skeleton = count_sockets__open();
  if (!skeleton) return -ENOMEM;
  counter->skeleton = skeleton;
  counter->most_ports = limits->ports;
  skeleton->maps.ports.max_entries = limits->ports;
  skeleton->maps.outgoing.max_entries = limits->outgoing;
  write_log(&skeleton->ctx, log);
  const int failure = count_sockets__load(skeleton);
  if (failure < 0) {
    weir_counter_unload(counter);
    return failure;
  }
  counter->program = skeleton->progs.count_sockets.prog_fd;
  counter->outgoing = skeleton->maps.outgoing.map_fd;
  counter->count = &skeleton->bss->count;
  counter->places = map_memory(skeleton->maps.places.map_fd, sizeof(struct weir_places));
  counter->ports =
      map_memory(skeleton->maps.ports.map_fd, limits->ports * sizeof(struct weir_port));
  if (!counter->places || !counter->ports) {
    weir_counter_unload(counter);
    return -ENOMEM;
  }
  return 0;
}

void weir_counter_unload(struct weir_counter* counter) {
  if (counter->places) munmap(counter->places, sizeof(struct weir_places));
  if (counter->ports) munmap(counter->ports, counter->most_ports * sizeof(struct weir_port));
  if (counter->skeleton) count_sockets__destroy(counter->skeleton);
  memset(counter, 0, sizeof(*counter));
}

int weir_listener_reader_load(struct weir_listener_reader* reader,
                              const struct weir_verifier_log* log) {
  memset(reader, 0, sizeof(*reader));
  struct read_listeners* skeleton = read_listeners__open();
  if (!skeleton) return -ENOMEM;
  reader->skeleton = skeleton;
  write_log(&skeleton->ctx, log);
  const int failure = read_listeners__load(skeleton);
  if (failure < 0) {
    weir_listener_reader_unload(reader);
    return failure;
  }
  reader->program = skeleton->progs.read_listeners.prog_fd;
  reader->walk = &skeleton->bss->walk;
  return 0;
}

void weir_listener_reader_unload(struct weir_listener_reader* reader) {
  if (reader->skeleton) read_listeners__destroy(reader->skeleton);
  memset(reader, 0, sizeof(*reader));
}
