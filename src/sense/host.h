// Reads the provenance of a Snapshot, and the facts of the machine. Not a judgement.
#pragma once

#include <vector>

#include "kernel/port/kernel.h"
#include "kernel/wire/host.h"
#include "model/snapshot.h"
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

}  // namespace weir::sense
