// The place of an entry: the network namespace that it changed, wherever that can be reached now.
// Not what is done there: heal.h and transaction.h restore.
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
/// app/ gives it from kernel/linux. A path of namespace_id_path() asks the kernel itself for the
/// namespace with these numbers. Errors: not_found when there is no namespace there; gone when the
/// kernel itself says that it has ended (of an id path only); otherwise the function's, or why it
/// could not be opened.
using WithKernel = std::function<Status(const std::string& netns_path,
                                        const std::function<Status(kernel::Kernel&)>&)>;

/// A namespace by the kernel's own numbers, which Linux 6.18 and newer can open; as a path
/// "nsid:COOKIE:INODE".
struct NamespaceId {
  std::uint64_t cookie = 0;
  std::uint64_t inode = 0;
  friend bool operator==(const NamespaceId&, const NamespaceId&) = default;
};
[[nodiscard]] std::string namespace_id_path(const NamespaceId& id);
[[nodiscard]] std::optional<NamespaceId> parse_namespace_id_path(std::string_view path);

/// Finds the entry's namespace, which its plan's binding describes, and calls the function with its
/// kernel. It looks at the path that the namespace had, at the caller's own, asks the kernel for
/// the namespace by its number, and looks at /run/netns, at each mount of a namespace in each
/// process's mount namespace, at each process, at each thread, and at each open descriptor. Errors:
/// not_found when no such namespace is left, which is said only where every place was looked at.
/// Where one could not be looked at, the error is another one, names that place, and says what to
/// do. Otherwise the function's.
Status with_entry_kernel(const HistoryEntry& entry, const PlanBinding& binding, kernel::Kernel& own,
                         const WithKernel& with_kernel,
                         const std::function<Status(kernel::Kernel&)>& function);

}  // namespace weir::act
