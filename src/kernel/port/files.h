// Files: the files of a kernel, as bytes.
// Not a parser: kernel/wire gives them meaning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kernel/port/bytes.h"

namespace weir::kernel {

/// Files of /proc and /sys as the namespace sees them (below /proc/thread-self/net and /proc/sys),
/// and ordinary files. Paths are absolute. Errors: not_found, not_permitted, gone (it vanished
/// while it was read), unsupported, malformed (longer than the limit), io.
class Files {
 public:
  Files() = default;
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  virtual ~Files() = default;

  /// Streams the file's bytes to the visitor, in pieces of any size. Fails if the file is longer
  /// than `limit` bytes.
  virtual Status read(const std::string& path, std::size_t limit, const ByteVisitor& visitor) = 0;
  /// The names in a folder, sorted bytewise, without "." and "..".
  virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
  /// At most the first `limit` names in the folder's own order; for /proc/PID/fd this is the order
  /// of the numbers.
  virtual Result<std::vector<std::string>> list_first(const std::string& path,
                                                      std::size_t limit) = 0;
  /// The number of names in the folder. For /proc/PID/fd it need not walk the folder (Linux 6.2
  /// reports the number as its size).
  virtual Result<std::int64_t> count(const std::string& path) = 0;
  virtual Result<std::string> read_link(const std::string& path) = 0;
  /// Writes the bytes in one write(); for kernel files only.
  virtual Status write(const std::string& path, std::string_view bytes) = 0;
  /// Replaces the file, if it exists, with an ordinary file with these bytes (0644). Makes its
  /// folder if it is missing, but not the folder's parent. A reader finds the old file or the new
  /// one, even after a power cut. Both the file and its name are on disk when it returns.
  virtual Status write_atomically(const std::string& path, std::string_view bytes) = 0;
  /// Removes an ordinary file. The removal is on disk when it returns. Errors: not_found, others.
  virtual Status remove(const std::string& path) = 0;
};

inline constexpr std::size_t default_read_limit = std::size_t{16} << 20U;

/// The whole file as text.
[[nodiscard]] Result<std::string> read_text(Files& files, const std::string& path,
                                            std::size_t limit = default_read_limit);

}  // namespace weir::kernel
