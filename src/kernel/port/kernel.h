// Kernel: one network namespace of one kernel, as the ports through which weir reads and changes
// it. Not a parser: ports carry bytes; kernel/wire interprets them.
#pragma once

#include "kernel/port/clock.h"
#include "kernel/port/ethtool.h"
#include "kernel/port/files.h"
#include "kernel/port/limits.h"
#include "kernel/port/netlink.h"
#include "kernel/port/probes.h"
#include "kernel/port/sockets.h"

namespace weir::kernel {

/// A bundle of borrowed ports: it owns nothing.
struct Kernel {
  Files& files;
  Netlink& netlink;
  Sockets& sockets;
  Clock& clock;
  Probes& probes;
  Ethtool& ethtool;
  Limits& limits;
};

}  // namespace weir::kernel
