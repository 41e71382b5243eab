// Reads the attributes of the machine's network interfaces that weir can change: rings, channels,
// coalescing, features, steering of the queues, the root queueing discipline. Not the changing: act
// has the same attributes, one file for each kind.
#pragma once

#include <vector>

#include "kernel/port/kernel.h"
#include "model/link.h"
#include "sense/file_reader.h"

namespace weir::sense {

/// Sets `attributes` and `maxima` of the links that are hardware (at most 64), in the form in which
/// steps hold values. For a link that `previous` knows, they come from there: plans are made for
/// the start of the window, and apply compares again. A value that a driver or the kernel does not
/// report is left out; no judgement depends on it. The links must be ordered by index.
void read_link_attributes(kernel::Kernel& kernel, FileReader& reader,
                          const std::vector<Link>* previous, std::vector<Link>& links);

}  // namespace weir::sense
