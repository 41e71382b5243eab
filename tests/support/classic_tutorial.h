// The lines of the well-known list of sysctls in tests/golden/classic-tutorial.
// Not a parser of sysctl files: kernel/wire has one, with tests of its own.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "base/text.h"
#include "model/config_line.h"

namespace weir::test {

inline std::vector<ConfigLine> read_classic_tutorial() {
  std::ifstream file(std::string(WEIR_SOURCE_DIR) + "/tests/golden/classic-tutorial/sysctl.conf");
  std::vector<ConfigLine> lines;
  std::int64_t number = 0;
  for (std::string text; std::getline(file, text);) {
    ++number;
    const auto equals = text.find('=');
    if (text.starts_with('#') || equals == std::string::npos) continue;
    ConfigLine line;
    line.file = "sysctl.conf";
    line.line = number;
    line.key = trim(std::string_view(text).substr(0, equals));
    line.value = trim(std::string_view(text).substr(equals + 1));
    lines.push_back(line);
  }
  return lines;
}

}  // namespace weir::test
