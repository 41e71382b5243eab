// A netlink dump, repeated while the kernel reports that it was interrupted. Not a decoder.
#pragma once

#include <functional>

#include "kernel/port/kernel.h"
#include "kernel/wire/netlink.h"

namespace weir::sense {

/// Decodes one datagram; true if the datagram says that the dump was interrupted.
using DatagramParser = std::function<Result<bool>(wire::ByteSpan)>;

/// At most three times; the last result stays, interrupted or not. `restart` is called before each
/// dump.
Status dump_whole(kernel::Netlink& netlink, int protocol, wire::ByteSpan request,
                  const std::function<void()>& restart, const DatagramParser& parser);

/// The same, until `enough` returns true after a datagram. Then it returns false, because more data
/// may exist.
Result<bool> dump_until(kernel::Netlink& netlink, int protocol, wire::ByteSpan request,
                        const std::function<void()>& restart, const DatagramParser& parser,
                        const std::function<bool()>& enough);

}  // namespace weir::sense
