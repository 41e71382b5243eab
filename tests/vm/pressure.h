// Pressure: loads on the resources that a whole host shares: neighbour tables, TCP memory, orphans.
// Each load is a process that ends with its value. Not lab::Load: nothing here measures what a
// client feels.
#pragma once

#include <string>

#include "base/result.h"
#include "base/units.h"
#include "lab/process.h"
#include "model/family.h"

namespace weir::vm {

/// Sends a datagram to each of the addresses 10.77.1.1, 10.77.1.2 … or fd77::1:1 …, then pauses,
/// and begins again. Runs in the guest's first namespace. Without a host at an address, its entry
/// waits for an answer. The kernel may not remove the entry before it has failed (neigh_forced_gc,
/// net/core/neighbour.c).
Result<lab::ChildProcess> start_neighbour_sweep(Family family, int addresses, Nanoseconds pause);

/// The number of these addresses that take a connection at `port` in time.
int count_reachable(Family family, int addresses, int port, Nanoseconds patience);

/// The addresses from which and to which clients connect.
struct Route {
  std::string netns;
  Family family = Family::ipv4;
  std::string address;
  int port = 8080;
};
/// This number of clients, in waves of a few. They read almost nothing (SO_RCVBUF at its minimum)
/// and hold their connections.
Result<lab::ChildProcess> start_silent_readers(const Route& route, int clients);

enum class AfterFilling {
  holds,   ///< keeps the connection: its unsent data stays in TCP's memory
  closes,  ///< the data that the client does not read makes the socket an orphan
};
/// A server in the guest's first namespace, which listens when this returns. It fills the send
/// queue of each connection.
Result<lab::ChildProcess> start_filling_server(Family family, int port, AfterFilling then);

}  // namespace weir::vm
