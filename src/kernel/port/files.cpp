#include "kernel/port/files.h"

namespace weir::kernel {

Result<std::string> read_text(Files& files, const std::string& path, std::size_t limit) {
  std::string text;
  WEIR_CHECK(files.read(path, limit, [&](std::span<const std::byte> bytes) {
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }));
  return text;
}

}  // namespace weir::kernel
