#include "kernel/fake/fake_kernel.h"

#include <utility>

#include "kernel/fake/fake_clock.h"
#include "kernel/fake/fake_ethtool.h"
#include "kernel/fake/fake_files.h"
#include "kernel/fake/fake_limits.h"
#include "kernel/fake/fake_netlink.h"
#include "kernel/fake/fake_sockets.h"

namespace weir::kernel {

struct FakeKernel::Parts {
  FakeState state;
  FakeWrites writes;
  FakeFiles files{state, writes};
  FakeNetlink netlink{state, writes};
  FakeSockets sockets{state, state, writes};
  FakeClock clock{state};
  FakeProbes probes{state.probes};
  FakeEthtool ethtool{state, state, writes};
  FakeLimits limits{state, writes};
};

FakeKernel::FakeKernel() : parts_(std::make_unique<Parts>()) {}
FakeKernel::~FakeKernel() = default;

Kernel FakeKernel::kernel() {
  return {parts_->files,  parts_->netlink, parts_->sockets, parts_->clock,
          parts_->probes, parts_->ethtool, parts_->limits};
}
FakeState& FakeKernel::state() { return parts_->state; }

void FakeKernel::at(Nanoseconds boot_time, std::function<void(FakeState&)> change) {
  parts_->clock.changes.emplace(boot_time, std::move(change));
}
void FakeKernel::interrupt_at(Nanoseconds boot_time) { parts_->clock.interrupt = boot_time; }

const std::vector<FakeWrite>& FakeKernel::writes() const { return parts_->writes.journal; }
void FakeKernel::fail_write(std::int64_t n, Error error) {
  parts_->writes.fail_in = n;
  parts_->writes.failure = std::move(error);
}
void FakeKernel::on_write(std::function<void(Moment, const FakeWrite&)> hook) {
  parts_->writes.hook = std::move(hook);
}
void FakeKernel::on_read(std::function<void(const std::string&)> hook) {
  parts_->files.on_read = std::move(hook);
}

}  // namespace weir::kernel
