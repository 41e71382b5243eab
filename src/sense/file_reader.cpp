#include "sense/file_reader.h"

namespace weir::sense {

FileReader::FileReader(kernel::Files& files)
    : files_(files), append_([this](std::span<const std::byte> bytes) {
        buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      }) {}

Result<std::string_view> FileReader::read(const std::string& path) {
  buffer_.clear();
  WEIR_CHECK(files_.read(path, max_kernel_file, append_));
  return std::string_view(buffer_);
}

std::string_view FileReader::read_or_empty(const std::string& path) {
  const auto text = read(path);
  return text.ok() ? *text : std::string_view{};
}

}  // namespace weir::sense
