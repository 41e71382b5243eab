#include "model/plan.h"

namespace weir {
namespace {

/// What is said of each kind of target.
struct Kind {
  std::string operator()(const SysctlTarget& /*target*/) const { return "sysctl"; }
  std::string operator()(const ListenerTarget& /*target*/) const { return "listener"; }
  std::string operator()(const LimitTarget& /*target*/) const { return "limit"; }
  std::string operator()(const LinkTarget& /*target*/) const { return "link"; }
};

struct Name {
  std::string operator()(const SysctlTarget& target) const { return target.name; }
  std::string operator()(const ListenerTarget& target) const { return target.name; }
  std::string operator()(const LimitTarget& target) const {
    const std::string pid = std::to_string(target.pid);
    return target.resource + " of " + (target.command.empty() ? "process " + pid : target.command + " (" + pid + ")");
  }
  std::string operator()(const LinkTarget& target) const { return target.interface + " " + target.attribute; }
};

struct Key {
  std::string operator()(const SysctlTarget& target) const { return target.name; }
  std::string operator()(const ListenerTarget& target) const { return std::to_string(target.cookie); }
  std::string operator()(const LimitTarget& target) const {
    return std::to_string(target.pid) + " " + std::to_string(target.start_time) + " " + target.resource;
  }
  std::string operator()(const LinkTarget& target) const { return std::to_string(target.index) + " " + target.attribute; }
};

}  // namespace

std::string step_kind(const Step& step) { return std::visit(Kind{}, step.target); }

std::string target_name(const StepTarget& target) { return std::visit(Name{}, target); }

std::string step_target_name(const Step& step) { return target_name(step.target); }

std::string step_target_key(const Step& step) { return step_kind(step) + " " + std::visit(Key{}, step.target); }

}  // namespace weir
