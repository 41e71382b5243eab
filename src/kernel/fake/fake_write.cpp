#include "kernel/fake/fake_write.h"

#include <utility>

namespace weir::kernel {

Status FakeWrites::act(FakeWrite write, const std::function<Status()>& effect) {
  if (hook) hook(Moment::before, write);
  Status status;
  if (fail_in > 0 && --fail_in == 0) {
    status = failure;
  } else {
    status = effect();
  }
  write.done = status.ok();
  journal.push_back(write);
  if (hook) hook(Moment::after, write);
  return status;
}

}  // namespace weir::kernel
