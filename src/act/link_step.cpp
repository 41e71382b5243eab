#include "act/link_step.h"

#include "act/channels_step.h"
#include "act/coalescing_step.h"
#include "act/feature_step.h"
#include "act/qdisc_step.h"
#include "act/ring_step.h"
#include "act/steering_step.h"
#include "act/txqueuelen_step.h"
#include "base/text.h"
#include "model/link_attribute.h"

namespace weir::act {

Result<std::unique_ptr<LiveTarget>> find_link_target(const LinkTarget& target,
                                                     kernel::Kernel& kernel) {
  const Error unknown =
      make_error(ErrorCode::wrong_use, "\"" + escape_bytes(target.attribute) +
                                           "\" is no attribute of an interface that weir changes");
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

}  // namespace weir::act
