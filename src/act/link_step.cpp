#include "act/link_step.h"

#include "act/txqueuelen_step.h"
#include "base/text.h"
#include "model/link_attribute.h"

namespace weir::act {

Result<std::unique_ptr<LiveTarget>> find_link_target(const LinkTarget& target, kernel::Kernel& kernel) {
  const auto attribute = parse_link_attribute(target.attribute);
  if (attribute && attribute->kind == LinkAttributeKind::transmit_length) return find_txqueuelen(target, kernel);
  return make_error(ErrorCode::wrong_use, "\"" + escape_bytes(target.attribute) + "\" is no attribute of an interface that weir changes");
}

}  // namespace weir::act
