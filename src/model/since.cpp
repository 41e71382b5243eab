#include "model/since.h"

namespace weir {

std::string describe_since(std::string_view since) {
  if (since == "namespace") return "the network namespace was created";
  if (since == "interface") return "the interface was created";
  if (since == "listen") return "listen()";
  if (since == "bind") return "bind()";
  return std::string(since);
}

}  // namespace weir
