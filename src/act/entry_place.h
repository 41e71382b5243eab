// The place of an entry: finds the network namespace that it changed and opens it. Not the changes
// there: heal.h and transaction.h restore.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/history.h"
#include "model/plan.h"

namespace weir::act {

/// Opens the namespace at a path (empty: the caller's own) and calls the function with its kernel;
/// app/ supplies it from kernel/linux. A path of namespace_id_path() asks the kernel for the
/// namespace with these numbers. Errors: not_found (no namespace exists at the path), gone (only
/// for an id path: the kernel says that it has ended), the function's errors, or the reason why the
/// namespace could not be opened.
using WithKernel = std::function<Status(const std::string& netns_path,
                                        const std::function<Status(kernel::Kernel&)>&)>;

/// A namespace by the kernel's own numbers, which Linux 6.18 and newer can open; as a path,
/// "nsid:COOKIE:INODE".
struct NamespaceId {
  std::uint64_t cookie = 0;
  std::uint64_t inode = 0;
  friend bool operator==(const NamespaceId&, const NamespaceId&) = default;
};
[[nodiscard]] std::string namespace_id_path(const NamespaceId& id);
[[nodiscard]] std::optional<NamespaceId> parse_namespace_id_path(std::string_view path);

/// Finds the entry's namespace, which its plan's binding describes, and calls the function with its
/// kernel. It looks at the path that the namespace had and at the caller's own namespace, and asks
/// the kernel for the namespace by its number. Then it looks at /run/netns, at each mount of a
/// namespace in each process's mount namespace, at each process, each thread and each open
/// descriptor. Errors: not_found if the namespace no longer exists; it says so only after it has
/// searched every place. If it could not search a place, it returns another error, which names the
/// place and says what to do. Otherwise the function's errors.
Status with_entry_kernel(const HistoryEntry& entry, const PlanBinding& binding, kernel::Kernel& own,
                         const WithKernel& with_kernel,
                         const std::function<Status(kernel::Kernel&)>& function);

}  // namespace weir::act
