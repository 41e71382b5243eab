// Steps on a listening socket's backlog: read through sock_diag by its cookie, set through a copy
// of a descriptor that any process holds. Not the durable setting in the server's configuration:
// this one ends with the socket.
#pragma once

#include <memory>

#include "act/target.h"

namespace weir::act {

Result<std::unique_ptr<LiveTarget>> find_listener(const ListenerTarget& target,
                                                  kernel::Kernel& kernel);

}  // namespace weir::act
