// Reads the processes that own listeners: descriptors, limits, threads, and the throttling by their
// cgroup's CPU quota. Not all processes of the host.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/process.h"
#include "sense/file_reader.h"

namespace weir::sense {

struct ProcessLimits {
  std::int64_t threads_per_process = 256;
  std::int64_t processes = 512;
  std::int64_t threads = 4096;  ///< of all processes together
  std::int64_t dropped_processes = 0;
  std::int64_t dropped_threads = 0;
};

/// The owners of the listeners, ordered by pid. A process that ends during the reading is left out.
[[nodiscard]] std::vector<Process> read_processes(FileReader& reader,
                                                  const std::set<std::int64_t>& pids,
                                                  ProcessLimits& limits);

/// The first `limit` threads; nothing if the process has ended.
[[nodiscard]] std::vector<Thread> read_threads(FileReader& reader, std::int64_t pid,
                                               std::size_t limit);

}  // namespace weir::sense
