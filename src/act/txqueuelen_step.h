// Steps on an interface's txqueuelen (IFLA_TXQLEN): how many packets a pfifo_fast of it holds.
// Not the limit of another queueing discipline: those have their own.
#pragma once

#include <memory>

#include "act/target.h"

namespace weir::act {

Result<std::unique_ptr<LiveTarget>> find_txqueuelen(const LinkTarget& target,
                                                    kernel::Kernel& kernel);

}  // namespace weir::act
