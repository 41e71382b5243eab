// Steps on an interface's root queueing discipline, for the kinds that weir can put back exactly:
// fq, fq_codel, pfifo_fast, pfifo, bfifo, mq, noqueue. Not disciplines with classes or filters:
// they are refused and left as they are.
#pragma once

#include <memory>

#include "act/target.h"

namespace weir::act {

/// A discipline that the kernel made by itself (handle 0) is put back by deleting the other one,
/// which makes the kernel's default again; that is checked beforehand against
/// net.core.default_qdisc. So a step on it comes before one on that sysctl in a plan, and is undone
/// after it.
Result<std::unique_ptr<LiveTarget>> find_qdisc(const LinkTarget& target, kernel::Kernel& kernel);

}  // namespace weir::act
