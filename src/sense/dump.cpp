#include "sense/dump.h"

namespace weir::sense {
namespace {

constexpr int attempts = 3;

}  // namespace

Result<bool> dump_until(kernel::Netlink& netlink, int protocol, wire::ByteSpan request,
                        const std::function<void()>& restart, const DatagramParser& parser,
                        const std::function<bool()>& enough) {
  bool interrupted = true;
  bool stopped = false;
  for (int attempt = 0; attempt < attempts && interrupted && !stopped; ++attempt) {
    interrupted = false;
    Status parsed;
    restart();
    WEIR_CHECK(netlink.dump_some(protocol, request, [&](wire::ByteSpan datagram) {
      const auto result = parser(datagram);
      if (!result.ok()) {
        parsed = result.error();
      } else {
        interrupted = interrupted || *result;
      }
      stopped = enough();
      return !stopped;
    }));
    WEIR_CHECK(parsed);
  }
  return !stopped;
}

Status dump_whole(kernel::Netlink& netlink, int protocol, wire::ByteSpan request,
                  const std::function<void()>& restart, const DatagramParser& parser) {
  const auto whole = dump_until(netlink, protocol, request, restart, parser, [] { return false; });
  if (!whole.ok()) return whole.error();
  return {};
}

}  // namespace weir::sense
