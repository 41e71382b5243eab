// Reads where a Snapshot comes from, the facts of the machine, and which programs are at work on it
// that change the same settings on their own.
// Not what those programs have changed, and not a judgement.
#pragma once

#include <string>
#include <vector>

#include "kernel/port/kernel.h"
#include "kernel/wire/host.h"
#include "model/host.h"
#include "model/provenance.h"
#include "sense/file_reader.h"

namespace weir::sense {

/// Everything except initial_netns, which follows from the sysctls. A value that cannot be read is
/// empty; a uid that cannot be read is -1.
[[nodiscard]] Provenance read_provenance(FileReader& reader, kernel::Kernel& kernel);

/// Reads the fields that change. The constant fields come from the previous reading, if one is
/// given. ehash_entries follows from the sysctls. `cpus` gets the times of each online CPU from
/// /proc/stat, ordered.
[[nodiscard]] Host read_host(FileReader& reader, const Host* previous,
                             std::vector<wire::CpuTicks>& cpus);

/// "tuned (812)", ordered by pid: running processes whose name is on a short list. Its reading and
/// its result are bounded.
[[nodiscard]] std::vector<std::string> read_tuners(FileReader& reader);

}  // namespace weir::sense
