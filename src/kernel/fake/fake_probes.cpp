#include "kernel/fake/fake_probes.h"

#include <algorithm>

namespace weir::kernel {
namespace {

/// In two pieces, cut anywhere, as a port may.
void give(const wire::ByteBuffer& bytes, const Probes::Visitor& visitor) {
  const std::span<const std::byte> all(bytes);
  const std::size_t half = all.size() / 2;
  if (half > 0) visitor(all.first(half));
  if (all.size() > half) visitor(all.subspan(half));
}

Error no_probes() {
  return make_error(ErrorCode::unsupported, "this kernel has no BPF (CONFIG_BPF_SYSCALL)");
}

Status load(const std::optional<Error>& refusal, bool has_answer, bool& loaded, int& loads) {
  if (refusal) return *refusal;
  if (!has_answer) return no_probes();
  if (!loaded) ++loads;
  loaded = true;
  return {};
}

}  // namespace

Status FakeProbes::read_listeners(std::size_t expected, const Visitor& visitor) {
  WEIR_CHECK(load(state_.listeners_refusal, state_.listeners || state_.listeners_bytes,
                  state_.listeners_loaded, state_.loads));
  if (state_.listeners_bytes) {
    give(*state_.listeners_bytes, visitor);
    return {};
  }
  auto listeners = *state_.listeners;
  listeners.resize(std::min(listeners.size(), expected));
  give(wire::write_listener_probes(listeners), visitor);
  return {};
}

Status FakeProbes::count_sockets(const ProbeLimits& /*limits*/, const Visitor& visitor) {
  WEIR_CHECK(load(state_.counts_refusal, state_.counts || state_.counts_bytes, state_.counts_loaded,
                  state_.loads));
  give(state_.counts_bytes ? *state_.counts_bytes : wire::write_socket_counts(*state_.counts),
       visitor);
  return {};
}

}  // namespace weir::kernel
