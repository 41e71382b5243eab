#include "kernel/fake/fake_probes.h"

namespace weir::kernel {
namespace {

/// In two pieces, cut anywhere, as a port may.
void give(const wire::ByteBuffer& bytes, const Probes::Visitor& visitor) {
  const std::span<const std::byte> all(bytes);
  const std::size_t half = all.size() / 2;
  if (half > 0) visitor(all.first(half));
  if (all.size() > half) visitor(all.subspan(half));
}

Error no_probes() { return make_error(ErrorCode::unsupported, "this kernel has no BPF (CONFIG_BPF_SYSCALL)"); }

}  // namespace

Status FakeProbes::open(const ProbeLimits& /*limits*/) {
  if (state_.failure) return *state_.failure;
  if (!state_.counts && !state_.listeners && !state_.counts_bytes && !state_.listeners_bytes) return no_probes();
  if (!state_.loaded) ++state_.loads;
  state_.loaded = true;
  return {};
}

Status FakeProbes::read_listeners(const Visitor& visitor) {
  WEIR_CHECK(open({}));
  if (!state_.listeners_bytes && !state_.listeners) return no_probes();
  give(state_.listeners_bytes ? *state_.listeners_bytes : wire::write_listener_probes(*state_.listeners), visitor);
  return {};
}

Status FakeProbes::count_sockets(const Visitor& visitor) {
  WEIR_CHECK(open({}));
  if (!state_.counts_bytes && !state_.counts) return no_probes();
  give(state_.counts_bytes ? *state_.counts_bytes : wire::write_socket_counts(*state_.counts), visitor);
  return {};
}

}  // namespace weir::kernel
