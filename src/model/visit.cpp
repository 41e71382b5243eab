#include "model/visit.h"

namespace weir {

bool visit_matches(std::string_view parameter, std::string_view entry) {
  if (parameter == entry) return true;
  return entry.ends_with('*') && parameter.starts_with(entry.substr(0, entry.size() - 1));
}

}  // namespace weir
