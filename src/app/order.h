// An order: a plan that weir carries out. weir reads it once, and only from a place where no other
// user can have written it. Then weir makes all checks that can speak against it. Not the carrying
// out: command_apply.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "act/transaction.h"
#include "app/options.h"
#include "base/result.h"
#include "kernel/port/kernel.h"
#include "model/plan.h"
#include "store/journal.h"

namespace weir::app {

/// The text of an order; "-" is standard input. An ordinary file must belong to root, to the caller
/// or to `invoker` (who ran sudo). Its group and others must not be able to write to it, and no
/// other user may be able to replace it. The checked file is the file that is read: both use one
/// descriptor. A pipe is trusted like its writer. Errors: conflict (another user can have written
/// it), not_found, not_permitted, wrong_use (a folder), io.
[[nodiscard]] Result<std::string> read_order(const std::string& path,
                                             std::optional<std::uint32_t> invoker);

/// A plan before it is applied, and what is left of it on this host.
struct Order {
  const Plan& whole;
  /// the steps that this host does not have yet; where the text says what a step does, it is weir's
  /// own text, not the file's
  Plan rest;
  /// settings that --allow accepts → what speaks against the value
  std::map<std::string, std::string> allowed = {};
};

/// The user's options for an order.
struct OrderOptions {
  std::vector<std::string> allowed;  ///< settings whose harmful values are allowed
  StateOption state;                 ///< for the commands that the messages name
};

/// Makes every check that comes before the first change, and returns what speaks against the order.
/// Asks the catalog about each step, because the plan may come from elsewhere or may have been
/// edited. If nothing is refused, the order's `rest` and `allowed` hold the catalog's words.
/// Without a journal it looks for no earlier run. Errors: those of reading the kernel and the
/// journal.
[[nodiscard]] Result<std::vector<Error>> find_all_obstacles(Order& order,
                                                            const OrderOptions& options,
                                                            kernel::Kernel& kernel,
                                                            store::Journal* journal,
                                                            const act::ApplyOptions& how);

}  // namespace weir::app
