#include "kernel/linux/bpf_call.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/linux/system_error.h"

namespace weir::kernel {
namespace {

/// The buffer of a BPF iterator is 8 pages (kernel/bpf/bpf_iter.c). A read of this size gets whole
/// records.
constexpr std::size_t iterator_buffer = std::size_t{8} * 4096;
constexpr std::uint32_t batch_elements = 1024;

long call_bpf(bpf_cmd command, bpf_attr& attributes) {
  return syscall(SYS_bpf, command, &attributes, sizeof attributes);
}

bpf_attr empty_attributes() {
  bpf_attr attributes;
  std::memset(&attributes, 0, sizeof attributes);
  return attributes;
}

std::uint64_t address_of(const void* memory) { return reinterpret_cast<std::uintptr_t>(memory); }

Result<UniqueFd> to_descriptor(long fd, const char* what) {
  if (fd < 0) return system_error(errno, what);
  return UniqueFd(static_cast<int>(fd));
}

}  // namespace

Result<UniqueFd> attach_iterator(int program) {
  auto attributes = empty_attributes();
  attributes.link_create.prog_fd = static_cast<std::uint32_t>(program);
  attributes.link_create.attach_type = BPF_TRACE_ITER;
  return to_descriptor(call_bpf(BPF_LINK_CREATE, attributes), "cannot attach a BPF iterator");
}

Status run_iterator(int link, const std::function<bool()>& is_done,
                    const std::function<void(std::span<const std::byte>)>& visitor) {
  auto attributes = empty_attributes();
  attributes.iter_create.link_fd = static_cast<std::uint32_t>(link);
  WEIR_TRY(const auto iterator,
           to_descriptor(call_bpf(BPF_ITER_CREATE, attributes), "cannot start a BPF iterator"));
  std::vector<std::byte> buffer(iterator_buffer);
  while (true) {
    const auto size = read(iterator.get(), buffer.data(), buffer.size());
    const int failure = errno;
    if (size > 0) visitor(std::span(buffer).first(static_cast<std::size_t>(size)));
    if (size == 0 || is_done()) return {};
    // EAGAIN: a million objects without output (bpf_seq_read); the next read continues
    if (size < 0 && failure != EAGAIN && failure != EINTR) {
      return system_error(failure, "a BPF iterator failed");
    }
  }
}

Status drain_hash(int map, const HashLayout& layout, const ElementsVisitor& visitor) {
  std::vector<std::byte> keys(batch_elements * layout.key_size);
  std::vector<std::byte> values(batch_elements * layout.value_size);
  std::uint32_t position = 0;
  for (bool first = true;; first = false) {
    auto attributes = empty_attributes();
    attributes.batch.map_fd = static_cast<std::uint32_t>(map);
    attributes.batch.in_batch = first ? 0 : address_of(&position);
    attributes.batch.out_batch = address_of(&position);
    attributes.batch.keys = address_of(keys.data());
    attributes.batch.values = address_of(values.data());
    attributes.batch.count = batch_elements;
    const bool more = call_bpf(BPF_MAP_LOOKUP_AND_DELETE_BATCH, attributes) == 0;
    if (!more && errno != ENOENT) return system_error(errno, "cannot read a BPF hash");
    visitor(attributes.batch.count, keys.data(), values.data());
    if (!more) return {};
  }
}

}  // namespace weir::kernel
