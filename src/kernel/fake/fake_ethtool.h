// FakeNic and FakeEthtool: drivers made of values, which answer with the real bytes.
// Not hardware: nothing counts by itself.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/port/kernel.h"
#include "kernel/wire/ethtool.h"

namespace weir::kernel {

/// What one driver answers; what it has nothing for is refused as EOPNOTSUPP would be.
struct FakeNic {
  std::optional<wire::LinkSettings> settings;
  std::size_t mask_words = 4;  ///< of the kernel
  std::vector<std::pair<std::string, std::int64_t>> counters;
  std::int64_t channels = 0;
  std::optional<Error> error;  ///< every command fails with it
  bool grows = false;          ///< one counter more each time it is asked for their number, as while queues are added
};

class FakeEthtool final : public Ethtool {
 public:
  /// Borrows the drivers.
  explicit FakeEthtool(std::map<std::string, FakeNic>& nics) : nics_(nics) {}

  Status ask(const std::string& interface, std::span<std::byte> command) override;

 private:
  std::map<std::string, FakeNic>& nics_;
};

}  // namespace weir::kernel
