// Pressure: loads on what all of a host shares: neighbour tables, TCP memory, orphans. Each is a
// process that ends with the value that it is. Not lab::Load: nothing here measures what a client
// feels.
#pragma once

#include <string>

#include "base/result.h"
#include "base/units.h"
#include "lab/process.h"
#include "model/snapshot.h"

namespace weir::vm {

/// Sends a datagram to each of the addresses 10.77.1.1, 10.77.1.2 … or fd77::1:1 …, then pauses,
/// and begins again. Runs in the guest's first namespace. Nobody there: an entry waits for an
/// answer, and may not be thrown out before it has failed (neigh_forced_gc, net/core/neighbour.c).
Result<lab::ChildProcess> start_neighbour_sweep(Family family, int addresses, Nanoseconds pause);

/// How many of those addresses take a connection at `port` in time.
int count_reachable(Family family, int addresses, int port, Nanoseconds patience);

/// Where clients connect from and to.
struct Route {
  std::string netns;
  Family family = Family::ipv4;
  std::string address;
  int port = 8080;
};
/// That many clients in waves of a few; they take almost nothing (SO_RCVBUF at its least) and hold
/// on.
Result<lab::ChildProcess> start_silent_readers(const Route& route, int clients);

enum class AfterFilling {
  holds,   ///< keeps the connection: its unsent data stays in TCP's memory
  closes,  ///< what the client does not take makes the socket an orphan
};
/// A server in the guest's first namespace, which listens when this returns: it fills the send
/// queue of each connection.
Result<lab::ChildProcess> start_filling_server(Family family, int port, AfterFilling then);

}  // namespace weir::vm
