// PlannedFiles: the files as they will be after the steps so far: the check of a later step must
// see the values of an earlier one. Not a change: it only reads.
#pragma once

#include <map>
#include <string>

#include "kernel/port/kernel.h"
#include "model/plan.h"

namespace weir::act {

class PlannedFiles final : public kernel::Files {
 public:
  explicit PlannedFiles(kernel::Files& real) : real_(real) {}

  /// From now on the file shows the step's value. Only a sysctl has a file.
  void take(const Step& step);

  Status read(const std::string& path, std::size_t limit,
              const kernel::ByteVisitor& visitor) override;
  Result<std::vector<std::string>> list(const std::string& path) override {
    return real_.list(path);
  }
  Result<std::vector<std::string>> list_first(const std::string& path, std::size_t limit) override {
    return real_.list_first(path, limit);
  }
  Result<std::int64_t> count(const std::string& path) override { return real_.count(path); }
  Result<std::string> read_link(const std::string& path) override { return real_.read_link(path); }
  Status write(const std::string& path, std::string_view bytes) override;
  Status write_atomically(const std::string& path, std::string_view bytes) override;
  Status remove(const std::string& path) override;

 private:
  kernel::Files& real_;
  std::map<std::string, std::string> planned_;  ///< path → text
};

}  // namespace weir::act
