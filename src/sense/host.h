// Reads where a Snapshot comes from, and the facts of the machine.
// Not a judgement.
#pragma once

#include <vector>

#include "kernel/port/kernel.h"
#include "kernel/wire/host.h"
#include "model/host.h"
#include "model/provenance.h"
#include "sense/file_reader.h"

namespace weir::sense {

/// All but initial_netns, which follows from the sysctls. What cannot be read is empty; a uid that
/// cannot be read is -1.
[[nodiscard]] Provenance read_provenance(FileReader& reader, kernel::Kernel& kernel);

/// The fields that change are read; those that do not are taken from the previous reading, where
/// there is one. ehash_entries follows from the sysctls. `cpus` gets what /proc/stat says of each
/// CPU that is online, ordered.
[[nodiscard]] Host read_host(FileReader& reader, const Host* previous,
                             std::vector<wire::CpuTicks>& cpus);

}  // namespace weir::sense
