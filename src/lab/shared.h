// Shared<T>: a value that a child of this process writes while its parent reads it. Not a lock: T's
// members are atomics, and each is read separately.
#pragma once

#include <memory>
#include <new>
#include <type_traits>

#include <sys/mman.h>

#include "base/result.h"
#include "lab/process.h"

namespace weir::lab {

template <typename T>
class Shared {
  static_assert(std::is_trivially_destructible_v<T>, "the memory is unmapped, nothing more");

 public:
  /// Before fork_child(): the child sees the same memory. Errors: io.
  static Result<Shared> create() {
    void* memory =
        mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return make_error(ErrorCode::io, "no shared memory: " + last_error());
    return Shared(new (memory) T{});
  }

  T* operator->() const { return value_.get(); }
  T& operator*() const { return *value_; }

 private:
  struct Unmap {
    void operator()(T* value) const { munmap(value, sizeof(T)); }
  };

  explicit Shared(T* value) : value_(value) {}

  std::unique_ptr<T, Unmap> value_;
};

}  // namespace weir::lab
