// Family: the two address families that weir follows.
// Not AF_INET and AF_INET6: kernel/wire knows those numbers.
#pragma once

namespace weir {

enum class Family { ipv4, ipv6 };

}  // namespace weir
