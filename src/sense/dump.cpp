#include "sense/dump.h"

namespace weir::sense {
namespace {

constexpr int attempts = 3;

}  // namespace

Status dump_whole(kernel::Netlink& netlink, int protocol, wire::ByteSpan request, const std::function<void()>& restart, const DatagramParser& parser) {
  bool interrupted = true;
  for (int attempt = 0; attempt < attempts && interrupted; ++attempt) {
    interrupted = false;
    Status parsed;
    restart();
    WEIR_CHECK(netlink.dump(protocol, request, [&](wire::ByteSpan datagram) {
      const auto result = parser(datagram);
      if (!result.ok()) {
        parsed = result.error();
      } else {
        interrupted = interrupted || *result;
      }
    }));
    WEIR_CHECK(parsed);
  }
  return {};
}

}  // namespace weir::sense
