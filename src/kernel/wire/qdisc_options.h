// Queueing disciplines with everything that is needed to make them again (RTM_NEWQDISC,
// RTM_DELQDISC, RTM_GETTFILTER): requests and answers, both ways. Not their counters: qdisc.h has
// these.
#pragma once

#include <functional>
#include <optional>

#include "base/result.h"
#include "kernel/wire/netlink.h"
#include "model/root_qdisc.h"

namespace weir::wire {

/// Visits the disciplines of one datagram of the answer to build_qdisc_request() of qdisc.h.
/// Options of the plain kinds have the names of tc(8). An option that this weir does not know is
/// "attribute-N" with its bytes in hexadecimal. Returns whether the dump was interrupted.
[[nodiscard]] Result<bool> parse_qdisc_setups(ByteSpan datagram,
                                              const std::function<void(QdiscSetup)>& visitor);
/// Appends the message that the kernel would send.
void write_qdisc_setup(MessageWriter& writer, const QdiscSetup& setup);

/// A request that makes this discipline the root of an interface, or changes the options of the
/// root with the same kind and handle. Errors: wrong_use (an option that the kind does not have, or
/// an invalid value).
[[nodiscard]] Result<ByteBuffer> build_root_qdisc_change(std::int64_t link, const RootQdisc& qdisc);
/// A request that deletes the root. If the interface is up, the kernel makes its default discipline
/// at once.
[[nodiscard]] ByteBuffer build_root_qdisc_deletion(std::int64_t link);

struct RootQdiscChange {
  std::int64_t link = 0;
  std::optional<RootQdisc> wanted;  ///< nothing: delete the root
};
/// The change that such a request asks for; options as the kernel would report them.
[[nodiscard]] std::optional<RootQdiscChange> parse_root_qdisc_change(const Message& message);

/// A dump of the filters of an interface's root discipline.
[[nodiscard]] ByteBuffer build_root_filter_request(std::int64_t link);
/// Whether a datagram of the answer holds a filter.
[[nodiscard]] Result<bool> has_filter(ByteSpan datagram);

}  // namespace weir::wire
