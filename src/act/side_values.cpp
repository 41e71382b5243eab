#include "act/side_values.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "act/steps/identity.h"
#include "act/steps/steps.h"
#include "base/text.h"
#include "kernel/wire/ethtool_settings.h"
#include "model/side_effects.h"
#include "model/sysctl_name.h"

namespace weir::act {
namespace {

constexpr std::string_view link_prefix = "link:";
/// One write may change another value again (vm.dirty_ratio and vm.dirty_bytes). This number of
/// rounds is enough for every key of the kernel.
constexpr int settle_rounds = 3;

/// The current interfaces, read once for all values.
class Interfaces {
 public:
  static Result<Interfaces> read(kernel::Kernel& kernel) {
    Interfaces interfaces;
    WEIR_TRY(interfaces.links_, read_links(kernel));
    return interfaces;
  }

  [[nodiscard]] const std::vector<Link>& links() const { return links_; }

  /// The path of the value's file, with the current name of its interface; nothing if the interface
  /// is gone.
  [[nodiscard]] std::optional<std::string> find_path(const SysctlTarget& target) const {
    const auto components = parse_sysctl_name(target.name);
    if (!components) return std::nullopt;
    auto path = compute_sysctl_path(target.name);
    if (target.index == 0) return path.ok() ? std::optional(*path) : std::nullopt;
    const auto link = std::find_if(links_.begin(), links_.end(), [&](const Link& one) {
      return one.index == target.index && link_identity(one) == target.address;
    });
    if (link == links_.end()) return std::nullopt;
    path = compute_sysctl_path(sysctl_key(with_sysctl_interface(*components, link->name)));
    return path.ok() ? std::optional(*path) : std::nullopt;
  }

 private:
  std::vector<Link> links_;
};

/// Nothing if the value does not exist or cannot be read.
Result<std::optional<std::string>> read_side(const StepTarget& target, const Interfaces& interfaces,
                                             kernel::Kernel& kernel) {
  if (const auto* sysctl = std::get_if<SysctlTarget>(&target)) {
    const auto path = interfaces.find_path(*sysctl);
    if (!path) return std::optional<std::string>();
    auto value = read_sysctl(*path, kernel.files);
    return value.ok() ? std::optional(std::move(value).value()) : std::nullopt;
  }
  WEIR_TRY(const std::unique_ptr<LiveTarget> live, find_target(target, kernel));
  auto value = live->read();
  return value.ok() ? std::optional(std::move(value).value()) : std::nullopt;
}

Status write_side(const StepTarget& target, const std::string& value, const Interfaces& interfaces,
                  kernel::Kernel& kernel) {
  if (const auto* sysctl = std::get_if<SysctlTarget>(&target)) {
    const auto path = interfaces.find_path(*sysctl);
    return path ? kernel.files.write(*path, value + "\n").with_context(sysctl->name) : Status();
  }
  WEIR_TRY(const std::unique_ptr<LiveTarget> live, find_target(target, kernel));
  return live->write(value);
}

/// The sysctls that match a pattern; `*` is every name in that folder.
std::vector<std::string> expand_names(const std::string& pattern, kernel::Files& files) {
  const auto components = parse_sysctl_name(pattern);
  if (!components) return {};
  const auto star = std::find(components->begin(), components->end(), "*");
  if (star == components->end()) return {pattern};
  const auto folder = compute_sysctl_path(sysctl_key({components->begin(), star}));
  const auto names =
      folder.ok() ? files.list(*folder) : Result<std::vector<std::string>>(folder.error());
  std::vector<std::string> expanded;
  if (!names.ok()) return expanded;
  for (const std::string& name : *names) {
    std::vector<std::string> parts = *components;
    parts[static_cast<std::size_t>(star - components->begin())] = name;
    expanded.push_back(sysctl_key(parts));
  }
  return expanded;
}

/// Most interfaces have no large receive offload. One short request shows this; all features would
/// take several requests and a dump of the interfaces.
bool has_large_receive(const Link& link, kernel::Kernel& kernel) {
  wire::ByteBuffer command = wire::build_flags_question();
  return kernel.ethtool.ask(link.name, command).ok() && wire::parse_large_receive(command);
}

/// "link:NAME:feature.rx-lro" for interfaces where it is on; NAME may be `*`.
std::vector<StepTarget> expand_links(std::string_view pattern, const Interfaces& interfaces,
                                     kernel::Kernel& kernel) {
  std::string_view rest = pattern.substr(link_prefix.size());
  const auto colon = rest.find(':');
  const std::string_view name = rest.substr(0, colon);
  const std::string attribute(rest.substr(colon + 1));
  std::vector<StepTarget> targets;
  for (const Link& link : interfaces.links()) {
    if ((name == "*" || name == link.name) && has_large_receive(link, kernel))
      targets.emplace_back(LinkTarget{link.name, link.index, link_identity(link), attribute});
  }
  return targets;
}

std::vector<StepTarget> list_side_targets(const SysctlTarget& own, const Interfaces& interfaces,
                                          kernel::Kernel& kernel) {
  std::vector<StepTarget> targets;
  const std::string own_key = sysctl_target_key(own.name);
  for (const std::string& pattern : list_side_effects(own.name)) {
    if (std::string_view(pattern).starts_with(link_prefix)) {
      for (StepTarget& target : expand_links(pattern, interfaces, kernel))
        targets.push_back(std::move(target));
      continue;
    }
    for (const std::string& name : expand_names(pattern, kernel.files)) {
      // The step's own value under another name is not a side value.
      if (sysctl_target_key(name) != own_key)
        targets.emplace_back(make_sysctl_target(name, interfaces.links()));
    }
  }
  return targets;
}

/// Identifies one value of one interface, whatever the interface's name is.
std::string identity_of(const StepTarget& target) {
  if (const auto* link = std::get_if<LinkTarget>(&target))
    return "link " + std::to_string(link->index) + " " + link->address + " " + link->attribute;
  const auto* sysctl = std::get_if<SysctlTarget>(&target);
  if (sysctl == nullptr) return {};
  const auto components = parse_sysctl_name(sysctl->name);
  if (!components || sysctl->index == 0) return sysctl->name;
  return std::to_string(sysctl->index) + " " + sysctl->address + " " +
         sysctl_key(with_sysctl_interface(*components, "*"));
}

/// The name under "default", where a new interface takes its value from.
std::string default_of(const StepTarget& target) {
  const auto* sysctl = std::get_if<SysctlTarget>(&target);
  const auto components = sysctl == nullptr ? std::nullopt : parse_sysctl_name(sysctl->name);
  if (!components || sysctl_interface(*components).empty()) return {};
  return sysctl_key(with_sysctl_interface(*components, "default"));
}

/// Removes the words that the step added to a list, and adds the words that it removed. Words that
/// others changed stay.
std::string undo_words(const SideValue& side, const std::string& now) {
  const auto before = split_words(side.before);
  const auto after = split_words(*side.after);
  const auto holds = [](const auto& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  std::vector<std::string> words;
  for (const auto word : split_words(now))
    if (holds(before, word) || !holds(after, word)) words.emplace_back(word);
  for (const auto word : before)
    if (!holds(after, word) && !holds(words, word)) words.emplace_back(word);
  return join_texts(words, " ");
}

struct Decision {
  std::string value;
  bool is_foreign = false;
};

Decision decide(const SideValue& side, const std::string& now,
                const SideCircumstances& circumstances) {
  // weir was killed during its own undo, after it wrote the step's own value. The kernel may have
  // changed any side value with it.
  if (circumstances.resumed && circumstances.is_back) return {side.before};
  // weir was killed before it read the side values: the step's own value shows whether it was
  // written.
  if (!side.after) return {circumstances.is_back && !circumstances.force ? now : side.before};
  if (*side.after == side.before) return {now};
  if (circumstances.force) return {side.before};
  if (const auto* sysctl = std::get_if<SysctlTarget>(&side.target);
      sysctl != nullptr && is_word_list(sysctl->name))
    return {undo_words(side, now)};
  if (now == *side.after) return {side.before};
  return {now, now != side.before};
}

Decision decide_newcomer(const StepTarget& target, const std::string& now,
                         const std::map<std::string, const SideValue*>& recorded) {
  const auto parent = recorded.find(default_of(target));
  if (parent == recorded.end() || !parent->second->after) return {now};
  return {now == *parent->second->after ? parent->second->before : now};
}

/// Adds recorded values that the search does not find now: an offload that is off, or a value that
/// only another version of weir knows.
Status add_missing(const std::vector<SideValue>& recorded, std::vector<SideValue>& sides,
                   kernel::Kernel& kernel) {
  WEIR_TRY(const Interfaces interfaces, Interfaces::read(kernel));
  std::set<std::string> present;
  for (const SideValue& side : sides) present.insert(identity_of(side.target));
  for (const SideValue& side : recorded) {
    if (present.count(identity_of(side.target)) != 0) continue;
    WEIR_TRY(auto now, read_side(side.target, interfaces, kernel));
    if (now) sides.push_back({side.target, std::move(*now), std::nullopt});
  }
  return {};
}

}  // namespace

Result<std::vector<SideValue>> read_side_values(const Step& step, kernel::Kernel& kernel) {
  std::vector<SideValue> sides;
  const auto* own = std::get_if<SysctlTarget>(&step.target);
  if (own == nullptr || list_side_effects(own->name).empty()) return sides;
  WEIR_TRY(const Interfaces interfaces, Interfaces::read(kernel));
  for (StepTarget& target : list_side_targets(*own, interfaces, kernel)) {
    WEIR_TRY(auto value, read_side(target, interfaces, kernel));
    if (value) sides.push_back({std::move(target), std::move(*value), std::nullopt});
  }
  return sides;
}

Status complete_side_values(std::vector<SideValue>& sides, kernel::Kernel& kernel) {
  if (sides.empty()) return {};
  WEIR_TRY(const Interfaces interfaces, Interfaces::read(kernel));
  std::vector<SideValue> complete;
  for (SideValue& side : sides) {
    WEIR_TRY(side.after, read_side(side.target, interfaces, kernel));
    if (side.after) complete.push_back(std::move(side));
  }
  sides = std::move(complete);
  return {};
}

const SideValue* find_changed(const std::vector<SideValue>& before,
                              const std::vector<SideValue>& now) {
  std::map<std::string, const SideValue*> known;
  for (const SideValue& side : before) known[identity_of(side.target)] = &side;
  const auto found = std::find_if(now.begin(), now.end(), [&](const SideValue& side) {
    const auto old = known.find(identity_of(side.target));
    return old != known.end() && old->second->before != side.before;
  });
  return found == now.end() ? nullptr : &*found;
}

Result<SideRestoration> SideRestoration::look(const Step& step, const HistoryStep& recorded,
                                              const SideCircumstances& circumstances,
                                              kernel::Kernel& kernel) {
  SideRestoration restoration;
  if (recorded.sides.empty()) return restoration;
  std::map<std::string, const SideValue*> known;
  for (const SideValue& side : recorded.sides) known[identity_of(side.target)] = &side;
  WEIR_TRY(std::vector<SideValue> sides, read_side_values(step, kernel));
  WEIR_CHECK(add_missing(recorded.sides, sides, kernel));
  for (SideValue& side : sides) {
    const std::string& now = side.before;
    const auto found = known.find(identity_of(side.target));
    const Decision decision = found == known.end() ? decide_newcomer(side.target, now, known)
                                                   : decide(*found->second, now, circumstances);
    if (decision.is_foreign)
      restoration.left_alone_.push_back(target_name(side.target) + " is now " + now + ", not the " +
                                        found->second->after.value_or("") +
                                        " that the kernel had set");
    restoration.goals_.push_back({std::move(side.target), decision.value});
  }
  return restoration;
}

Status SideRestoration::settle(kernel::Kernel& kernel) const {
  if (goals_.empty()) return {};
  WEIR_TRY(const Interfaces interfaces, Interfaces::read(kernel));
  Status refused;
  for (int round = 0; round < settle_rounds; ++round) {
    bool is_settled = true;
    for (const Goal& goal : goals_) {
      WEIR_TRY(const auto now, read_side(goal.target, interfaces, kernel));
      if (!now || *now == goal.value) continue;
      is_settled = false;
      if (Status written = write_side(goal.target, goal.value, interfaces, kernel); !written.ok())
        refused = std::move(written);
    }
    if (is_settled) return {};
  }
  for (const Goal& goal : goals_) {
    WEIR_TRY(const auto now, read_side(goal.target, interfaces, kernel));
    if (!now || *now == goal.value) continue;
    WEIR_CHECK(std::move(refused));
    return make_error(ErrorCode::io, target_name(goal.target) + ": weir wrote " + goal.value +
                                         ", but the kernel has " + *now);
  }
  return {};
}

}  // namespace weir::act
