// ConfigLine: one assignment of a sysctl file.
// Not the value that wins: precedence.h.
#pragma once

#include <cstdint>
#include <string>

namespace weir {

/// One assignment in a sysctl configuration file, in the order in which the loader reads them.
struct ConfigLine {
  std::string file;
  std::int64_t line = 0;
  std::string key;  ///< dotted
  std::string value;
  bool ignore_error = false;  ///< the line began with "-"
  friend bool operator==(const ConfigLine&, const ConfigLine&) = default;
};

}  // namespace weir
