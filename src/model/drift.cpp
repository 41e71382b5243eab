#include "model/drift.h"

#include <string_view>

namespace weir {

std::string_view ahead_id(Ahead ahead) {
  switch (ahead) {
    case Ahead::weir: return "weir";
    case Ahead::configuration: return "configuration";
    case Ahead::before: return "before";
    case Ahead::somebody: return "somebody";
    case Ahead::anew: return "anew";
    case Ahead::gone: return "gone";
  }
  return "";
}

bool is_drifted(const DriftRow& row) { return row.now != Ahead::weir || row.loses_at_boot; }

}  // namespace weir
