#include "act/ring_step.h"

#include "act/driver_setting.h"

namespace weir::act {

Result<std::unique_ptr<LiveTarget>> find_ring(const LinkTarget& target, kernel::Kernel& kernel) {
  return make_driver_setting<DriverSettingLive>(target, kernel);
}

}  // namespace weir::act
