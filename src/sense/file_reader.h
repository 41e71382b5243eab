// FileReader: reads small kernel files one after the other into one buffer.
// Not a parser.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "kernel/port/kernel.h"

namespace weir::sense {

/// Larger than every file that sense reads. A longer file is not the expected one.
inline constexpr std::size_t max_kernel_file = std::size_t{4} << 20U;

class FileReader {
 public:
  explicit FileReader(kernel::Files& files);
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;
  FileReader(FileReader&&) = delete;
  FileReader& operator=(FileReader&&) = delete;
  ~FileReader() = default;

  /// The file's bytes, valid until the next read.
  Result<std::string_view> read(const std::string& path);
  /// The same; empty if the file cannot be read.
  std::string_view read_or_empty(const std::string& path);

  [[nodiscard]] kernel::Files& files() { return files_; }

 private:
  kernel::Files& files_;
  std::string buffer_;
  kernel::ByteVisitor append_;
};

}  // namespace weir::sense
