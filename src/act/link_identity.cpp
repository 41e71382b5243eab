#include "act/link_identity.h"

#include <optional>

#include "base/text.h"
#include "kernel/wire/rtnetlink.h"

namespace weir::act {
namespace {

/// A dump that interfaces came to or left from while it ran may lack the one that is looked for.
constexpr int dump_attempts = 5;

struct Found {
  std::optional<Link> link;
  bool interrupted = false;
};

Result<Found> find_link(std::int64_t index, kernel::Netlink& netlink) {
  Found found;
  Status parsed;
  WEIR_CHECK(netlink.dump(wire::protocol_route, wire::build_link_request(), [&](std::span<const std::byte> datagram) {
    auto interrupted = wire::parse_link_datagram(datagram, [&](Link link) {
      if (link.index == index) found.link = std::move(link);
    });
    if (!interrupted.ok()) {
      parsed = std::move(interrupted).error();
    } else if (*interrupted) {
      found.interrupted = true;
    }
  }));
  WEIR_CHECK(std::move(parsed));
  return found;
}

}  // namespace

Result<Link> read_link(const LinkTarget& target, kernel::Kernel& kernel) {
  const std::string name = target.interface + " (index " + std::to_string(target.index) + ")";
  for (int attempt = 0; attempt < dump_attempts; ++attempt) {
    auto found = find_link(target.index, kernel.netlink);
    if (!found.ok()) return Status(std::move(found).error()).with_context(name).error();
    if (!found->link && found->interrupted) continue;
    if (!found->link) break;
    if (link_identity(*found->link) == target.address) return std::move(*found->link);
    return make_error(ErrorCode::not_found,
                      name + " is another interface now: its address is " + link_identity(*found->link) + ", not " + escape_bytes(target.address));
  }
  return make_error(ErrorCode::not_found, name + ": there is no such interface any more");
}

}  // namespace weir::act
