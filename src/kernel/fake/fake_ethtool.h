// FakeNic and FakeEthtool: drivers made of values that answer with real bytes. Not hardware: their
// counters change only when a test changes them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/fake/fake_write.h"
#include "kernel/port/kernel.h"
#include "kernel/wire/ethtool.h"
#include "kernel/wire/ethtool_settings.h"

namespace weir::kernel {

/// One feature of a driver.
struct FakeFeature {
  std::string name;
  wire::FeatureState state;
  bool forbidden = false;  ///< another feature keeps it off, even if it is wanted
};

/// The answers of one driver. A request without an answer fails like EOPNOTSUPP.
struct FakeNic {
  std::optional<wire::LinkSettings> settings;
  std::size_t mask_words = 4;  ///< of the kernel
  std::vector<std::pair<std::string, std::int64_t>> counters;
  std::int64_t channels = 0;
  std::optional<Error> error;  ///< every command fails with it
  /// has one more counter at each question for their number, as while queues are added
  bool grows = false;
  /// "ring.rx" → its number; a command is refused if none of its numbers is here
  std::map<std::string, std::uint32_t> numbers = {};
  std::map<std::string, std::uint32_t> maxima = {};  ///< likewise
  /// the driver rounds a new value up to a multiple of this
  std::uint32_t step = 1;
  std::vector<FakeFeature> features = {};
};

class FakeEthtool final : public Ethtool {
 public:
  /// Borrows the drivers.
  FakeEthtool(std::map<std::string, FakeNic>& nics, FakeAct act)
      : nics_(nics), act_(std::move(act)) {}

  Status ask(const std::string& interface, std::span<std::byte> command) override;

 private:
  Status change_settings(const std::string& interface, FakeNic& nic, std::span<std::byte> command);
  Status change_features(const std::string& interface, FakeNic& nic, std::span<std::byte> command);

  std::map<std::string, FakeNic>& nics_;
  FakeAct act_;
};

}  // namespace weir::kernel
