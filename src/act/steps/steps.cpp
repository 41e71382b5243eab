#include "act/steps/steps.h"

#include <utility>

#include "base/text.h"
#include "model/link_attribute.h"

namespace weir::act {
namespace {

/// A kind without a function that finds its targets does not compile.
struct Finder {
  kernel::Kernel& kernel;

  Result<std::unique_ptr<LiveTarget>> operator()(const SysctlTarget& target) const {
    return find_sysctl(target, kernel);
  }
  Result<std::unique_ptr<LiveTarget>> operator()(const ListenerTarget& target) const {
    return find_listener(target, kernel);
  }
  Result<std::unique_ptr<LiveTarget>> operator()(const LimitTarget& target) const {
    return find_limit(target, kernel);
  }
  Result<std::unique_ptr<LiveTarget>> operator()(const LinkTarget& target) const {
    const Error unknown = make_error(
        ErrorCode::wrong_use, "\"" + escape_bytes(target.attribute) +
                                  "\" is not an attribute of an interface that weir changes");
    const auto attribute = parse_link_attribute(target.attribute);
    if (!attribute) return unknown;
    switch (attribute->kind) {
      case LinkAttributeKind::ring: return find_ring(target, kernel);
      case LinkAttributeKind::channels: return find_channels(target, kernel);
      case LinkAttributeKind::coalescing: return find_coalescing(target, kernel);
      case LinkAttributeKind::feature: return find_feature(target, kernel);
      case LinkAttributeKind::transmit_length: return find_txqueuelen(target, kernel);
      case LinkAttributeKind::qdisc: return find_qdisc(target, kernel);
      case LinkAttributeKind::steering: return find_steering(target, kernel);
    }
    return unknown;
  }
};

}  // namespace

Result<std::unique_ptr<LiveTarget>> find_target(const StepTarget& target, kernel::Kernel& kernel) {
  return std::visit(Finder{kernel}, target);
}
Result<std::unique_ptr<LiveTarget>> find_target(const Step& step, kernel::Kernel& kernel) {
  return find_target(step.target, kernel);
}

Result<LiveValue> read_live(const Step& step, kernel::Kernel& kernel) {
  WEIR_TRY(const std::unique_ptr<LiveTarget> target, find_target(step, kernel));
  LiveValue value;
  value.wanted = target->normalize(step.wanted);
  auto now = target->read();
  if (now.ok()) {
    value.now = std::move(now).value();
  } else if (now.error().code != ErrorCode::not_found) {
    return std::move(now).error();
  }
  return value;
}

}  // namespace weir::act
