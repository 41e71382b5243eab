// Reads what can be changed of the machine's network interfaces: rings, channels, coalescing,
// features, steering of the queues, the root queueing discipline. Not the changing: act has the
// same attributes, one file for each kind.
#pragma once

#include <vector>

#include "kernel/port/kernel.h"
#include "model/link.h"
#include "sense/file_reader.h"

namespace weir::sense {

/// Sets `attributes` and `maxima` of the links that are hardware (at most 64), in the form in which
/// steps hold values. A link that `previous` knows has them from there: plans are made for what the
/// window began with, and apply compares anew. What a driver or the kernel does not tell is left
/// out; nothing that weir judges hangs on it. Wants the links ordered by index.
void read_link_attributes(kernel::Kernel& kernel, FileReader& reader,
                          const std::vector<Link>* previous, std::vector<Link>& links);

}  // namespace weir::sense
