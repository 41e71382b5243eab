// Captured files of tests/fuzz/corpus as bytes.
// Not for production code.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "kernel/wire/netlink.h"

namespace weir::wire {

/// A file of the fuzz corpus, as the kernel sent it.
inline std::string corpus_text(const std::string& name) {
  std::ifstream file(std::string(WEIR_SOURCE_DIR) + "/tests/fuzz/corpus/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline ByteBuffer corpus_bytes(const std::string& name) {
  const std::string text = corpus_text(name);
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

}  // namespace weir::wire
