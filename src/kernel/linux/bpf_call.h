// The part of bpf(2) that the probes need: links, iterators, and emptying a hash. Not the loading
// of programs: bpf/loader.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "base/fd.h"
#include "base/result.h"

namespace weir::kernel {

/// Attaches an iterator program. Errors: from errno.
Result<UniqueFd> attach_iterator(int program);

/// Runs an iterator in the calling thread's network namespace, to its end or until `is_done`
/// returns true. Passes its output to the visitor.
Status run_iterator(int link, const std::function<bool()>& is_done,
                    const std::function<void(std::span<const std::byte>)>& visitor);

/// Takes all elements out of a hash: the visitor gets `count` keys, and the same number of values.
struct HashLayout {
  std::size_t key_size = 0;
  std::size_t value_size = 0;
};
using ElementsVisitor =
    std::function<void(std::uint32_t count, const std::byte* keys, const std::byte* values)>;
Status drain_hash(int map, const HashLayout& layout, const ElementsVisitor& visitor);

}  // namespace weir::kernel
