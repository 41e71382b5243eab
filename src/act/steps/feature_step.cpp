#include <optional>
#include <utility>

#include "act/steps/identity.h"
#include "act/steps/steps.h"
#include "base/text.h"
#include "kernel/wire/ethtool.h"
#include "kernel/wire/ethtool_settings.h"
#include "model/link_attribute.h"

namespace weir::act {
namespace {

// the kernel has about 64 (NETDEV_FEATURE_COUNT, include/linux/netdev_features.h)
constexpr std::size_t max_features = 1024;

class FeatureLive : public LiveTarget {
 public:
  FeatureLive(LinkTarget target, std::string feature, kernel::Kernel& kernel)
      : target_(std::move(target)), feature_(std::move(feature)), kernel_(kernel) {}

  Result<std::string> read() override {
    WEIR_TRY(const Found found, find());
    return wire::format_feature(found.state);
  }

  Status check(const std::string& value) override {
    WEIR_TRY(const bool wish, parse(value));
    WEIR_TRY(const Found found, find());
    if (!found.state.available && wish != found.state.active)
      return make_error(ErrorCode::unsupported, name() + ": the driver does not allow a change");
    return {};
  }

  Status write(const std::string& value) override {
    WEIR_TRY(const bool wish, parse(value));
    WEIR_TRY(const Found found, find());
    auto done = ask(found.link, wire::build_feature_change(found.count, found.at, wish));
    if (done.ok()) return {};
    return std::move(done).error();
  }

  [[nodiscard]] std::string normalize(const std::string& value) const override {
    return std::string(trim(value));
  }

 private:
  struct Found {
    Link link;
    std::size_t count = 0;
    std::size_t at = 0;
    wire::FeatureState state;
  };

  [[nodiscard]] std::string name() const { return target_name(target_); }

  Result<bool> parse(const std::string& value) const {
    const auto wish = wire::parse_feature_wish(value);
    if (wish) return *wish;
    return make_error(ErrorCode::wrong_use,
                      name() + ": \"" + escape_bytes(value) + R"(" is neither "on" nor "off")");
  }

  Result<wire::ByteBuffer> ask(const Link& link, wire::ByteBuffer command) {
    return ask_driver(link, std::move(command), name(), kernel_.ethtool);
  }

  Result<Found> find() {
    Found found;
    WEIR_TRY(found.link, read_link(target_, kernel_));
    WEIR_TRY(const auto counted, ask(found.link, wire::build_feature_count()));
    found.count = wire::parse_feature_count(counted).value_or(0);
    if (found.count > max_features)
      return make_error(ErrorCode::malformed, name() + ": the kernel reports " +
                                                  std::to_string(found.count) +
                                                  " features, too many for weir");
    WEIR_TRY(const auto names, ask(found.link, wire::build_feature_names(found.count)));
    std::optional<std::size_t> at;
    const bool whole =
        wire::parse_counter_names(names, found.count, [&](std::size_t place, std::string_view one) {
          if (one == feature_) at = place;
        });
    if (!whole || !at)
      return make_error(ErrorCode::unsupported, name() + ": this kernel has no such feature");
    found.at = *at;
    WEIR_TRY(const auto states, ask(found.link, wire::build_features(found.count)));
    const auto state = wire::parse_feature(states, found.at);
    if (!state)
      return make_error(ErrorCode::malformed, name() + ": the kernel's answer is too short");
    found.state = *state;
    return found;
  }

  LinkTarget target_;
  std::string feature_;
  kernel::Kernel& kernel_;
};

}  // namespace

Result<std::unique_ptr<LiveTarget>> find_feature(const LinkTarget& target, kernel::Kernel& kernel) {
  const auto attribute = parse_link_attribute(target.attribute);
  if (!attribute || attribute->kind != LinkAttributeKind::feature)
    return make_error(ErrorCode::wrong_use, target.attribute + " is not a feature");
  return std::unique_ptr<LiveTarget>(
      std::make_unique<FeatureLive>(target, attribute->name, kernel));
}

}  // namespace weir::act
