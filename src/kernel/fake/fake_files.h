// FakeFiles: a tree of files made of values, as literals of a test. Not what a sysctl changes
// beside itself: fake_sysctl.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/fake/fake_state.h"
#include "kernel/fake/fake_write.h"
#include "kernel/port/files.h"

namespace weir::kernel {

class FakeFiles final : public Files {
 public:
  /// Borrows the whole state: a sysctl changes interfaces, addresses and routes as well.
  FakeFiles(FakeState& state, FakeWrites& writes) : state_(state), writes_(writes) {}

  Status read(const std::string& asked, std::size_t limit, const ByteVisitor& visitor) override;
  Result<std::vector<std::string>> list(const std::string& asked) override;
  Result<std::vector<std::string>> list_first(const std::string& path, std::size_t limit) override;
  Result<std::int64_t> count(const std::string& path) override;
  Result<std::string> read_link(const std::string& path) override;
  Status write(const std::string& path, std::string_view bytes) override;
  Status write_atomically(const std::string& path, std::string_view bytes) override;
  Status remove(const std::string& path) override;

  /// Called before each read of a file, with its path.
  std::function<void(const std::string&)> on_read;

 private:
  [[nodiscard]] Status check(const std::string& path) const;
  [[nodiscard]] std::set<std::string> children(const std::string& folder) const;

  FakeState& state_;
  FakeWrites& writes_;
};

}  // namespace weir::kernel
