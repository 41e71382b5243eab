// A netlink dump, repeated while the kernel says that it was interrupted.
// Not a decoder.
#pragma once

#include <functional>

#include "kernel/port/kernel.h"
#include "kernel/wire/netlink.h"

namespace weir::sense {

/// Decodes one datagram; true when it says that the dump was interrupted.
using DatagramParser = std::function<Result<bool>(wire::ByteSpan)>;

/// At most three times; what the last one gave stays, interrupted or not. `restart` is called
/// before each.
Status dump_whole(kernel::Netlink& netlink, int protocol, wire::ByteSpan request,
                  const std::function<void()>& restart, const DatagramParser& parser);

/// The same, until `enough` says so after a datagram. False when it did, so that there may be more.
Result<bool> dump_until(kernel::Netlink& netlink, int protocol, wire::ByteSpan request,
                        const std::function<void()>& restart, const DatagramParser& parser,
                        const std::function<bool()>& enough);

}  // namespace weir::sense
