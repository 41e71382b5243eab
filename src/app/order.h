// An order: a plan that is carried out. It is read once, and only where no other user can have
// written it; then everything is asked that may speak against it. Not the carrying out:
// command_apply.cpp.
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
/// or to `invoker` (who ran sudo), must not be writable for its group or others, and must lie where
/// no other user can replace it. What is checked is what is read: one descriptor serves both. A
/// pipe is its writer's word. Errors: conflict (another user can have written it), not_found,
/// not_permitted, wrong_use (a folder), io.
[[nodiscard]] Result<std::string> read_order(const std::string& path,
                                             std::optional<std::uint32_t> invoker);

/// A plan on its way, and what it becomes here.
struct Order {
  const Plan& whole;
  /// the steps that are not so already; in weir's own words, whatever the file says, where they
  /// tell what a step does
  Plan rest;
  /// settings that --allow takes → what speaks against it
  std::map<std::string, std::string> allowed = {};
};

/// What the user says about an order.
struct OrderOptions {
  std::vector<std::string> allowed;  ///< settings whose harmful values are taken
  StateOption state;                 ///< for the commands that the sentences name
};

/// Makes every check that comes before the first change, and returns what speaks against the order.
/// Asks the catalog about each step, because the plan may come from elsewhere or was edited; where
/// nothing is refused, the order's rest and allowed say what the catalog says. Without a journal no
/// earlier run is looked for. Errors: those of reading the kernel and the journal.
[[nodiscard]] Result<std::vector<Error>> find_all_obstacles(Order& order,
                                                            const OrderOptions& options,
                                                            kernel::Kernel& kernel,
                                                            store::Journal* journal,
                                                            const act::ApplyOptions& how);

}  // namespace weir::app
