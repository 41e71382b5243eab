#include "model/listener.h"

namespace weir {

std::string listener_name(const Listener& listener) {
  const std::string port = std::to_string(listener.port);
  return listener.family == Family::ipv6 ? "[" + listener.address + "]:" + port
                                         : listener.address + ":" + port;
}

}  // namespace weir
