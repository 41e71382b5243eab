// A fake host with a network interface, and plans of one step on it.
// Not a test.
#pragma once

#include "act/steps/steps.h"
#include "unit/act/fixture.h"

namespace weir::act {

inline LinkTarget link_target(const std::string& attribute) {
  return {.interface = "eth0", .index = 2, .address = "52:54:00:00:00:01", .attribute = attribute};
}

inline Step link_step(const std::string& attribute, const std::string& expected,
                      const std::string& wanted) {
  Step step;
  step.target = link_target(attribute);
  step.expected = expected;
  step.wanted = wanted;
  return step;
}

inline Plan link_plan(const std::string& attribute, const std::string& expected,
                      const std::string& wanted) {
  Plan plan = make_plan();
  plan.steps = {link_step(attribute, expected, wanted)};
  return plan;
}

/// With eth0: index 2, permanent address 52:54:00:00:00:01, txqueuelen 1000.
struct LinkHost : Host {
  LinkHost() {
    Link link;
    link.index = 2;
    link.name = "eth0";
    link.up = true;
    link.address = link.permanent_address = "52:54:00:00:00:01";
    link.transmit_length = 1000;
    fake.state().network_links = {link};
    options.confirm_within = seconds(60);
  }
  /// Applies a plan of one step. Returns the value of the target afterwards, or the failure in
  /// words.
  std::string apply_step(const Step& step) {
    Plan plan = make_plan();
    plan.steps = {step};
    auto outcome = apply(plan);
    if (!outcome.ok()) return "error: " + outcome.error().message;
    entry = outcome->entry.id;
    return outcome->succeeded ? read(step) : "failure: " + outcome->failure;
  }
  /// Undoes the step of apply_step() and returns the value.
  std::string undo_step(const Step& step) {
    const auto outcome = undo(entry);
    if (!outcome.ok()) return "error: " + outcome.error().message;
    return outcome->succeeded ? read(step) : "failure: " + outcome->failure;
  }
  std::string read(const Step& step) {
    auto kernel = fake.kernel();
    const auto target = find_target(step, kernel);
    if (!target.ok()) return "error: " + target.error().message;
    const auto value = (*target)->read();
    return value.ok() ? *value : "error: " + value.error().message;
  }
  Status check(const Step& step) {
    auto kernel = fake.kernel();
    WEIR_TRY(const auto target, find_target(step, kernel));
    return target->check(step.wanted);
  }
  std::int64_t entry = 0;
  [[nodiscard]] Link& link() { return fake.state().network_links.front(); }
};

}  // namespace weir::act
