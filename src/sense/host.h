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

/// All but initial_netns, which follows from the sysctls. What cannot be read is empty; a uid that
/// cannot be read is -1.
[[nodiscard]] Provenance read_provenance(FileReader& reader, kernel::Kernel& kernel);

/// The fields that change are read; those that do not are taken from the previous reading, where
/// there is one. ehash_entries follows from the sysctls. `cpus` gets what /proc/stat says of each
/// CPU that is online, ordered.
[[nodiscard]] Host read_host(FileReader& reader, const Host* previous,
                             std::vector<wire::CpuTicks>& cpus);

/// "tuned (812)", ordered by pid: those of a short list whose name is a running process's. Bounded
/// in what it reads and in what it gives.
[[nodiscard]] std::vector<std::string> read_tuners(FileReader& reader);

}  // namespace weir::sense
