// expect_golden(): compares a text with a file in tests/golden; WEIR_UPDATE_GOLDEN=1 writes the
// file again, to be read in the diff. Not for values: those are compared as values.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace weir::test {

inline std::string golden_path(const std::string& name) {
  return std::string(WEIR_SOURCE_DIR) + "/tests/golden/" + name;
}

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path << " cannot be read";
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void expect_golden(const std::string& name, const std::string& text) {
  if (std::getenv("WEIR_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(golden_path(name), std::ios::binary) << text;
    return;
  }
  EXPECT_EQ(text, read_file(golden_path(name)))
      << "differs from tests/golden/" << name
      << "; if it is meant to, run this test with WEIR_UPDATE_GOLDEN=1";
}

}  // namespace weir::test
