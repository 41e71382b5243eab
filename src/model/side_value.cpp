#include "model/side_value.h"

#include <algorithm>

#include "base/text.h"
#include "model/side_effects.h"

namespace weir {
namespace {

constexpr std::size_t fields_without_after = 6;
constexpr std::size_t fields_with_after = 7;

std::string format_target(const StepTarget& target) {
  const auto text = [&target](const std::string& name, const std::string& attribute,
                              std::int64_t index, const std::string& address) {
    return std::string(step_kind_id(target_kind(target))) + "\t" + escape_bytes(name) + "\t" +
           escape_bytes(attribute) + "\t" + std::to_string(index) + "\t" + escape_bytes(address);
  };
  if (const auto* link = std::get_if<LinkTarget>(&target))
    return text(link->interface, link->attribute, link->index, link->address);
  const auto* sysctl = std::get_if<SysctlTarget>(&target);
  return sysctl == nullptr ? std::string() : text(sysctl->name, {}, sysctl->index, sysctl->address);
}

std::optional<SideValue> parse_side(std::string_view line) {
  std::vector<std::string> fields;
  for (const auto field : split(line, '\t')) {
    auto plain = unescape_bytes(field);
    if (!plain) return std::nullopt;
    fields.push_back(std::move(*plain));
  }
  if (fields.size() != fields_without_after && fields.size() != fields_with_after)
    return std::nullopt;
  const auto index = parse_integer(fields[3]);
  if (!index) return std::nullopt;
  SideValue side;
  const auto kind = parse_step_kind(fields[0]);
  if (kind == StepKind::sysctl) {
    side.target = SysctlTarget{fields[1], *index, fields[4]};
  } else if (kind == StepKind::link) {
    side.target = LinkTarget{fields[1], *index, fields[4], fields[2]};
  } else {
    return std::nullopt;
  }
  side.before = fields[5];
  if (fields.size() == fields_with_after) side.after = fields[6];
  return side;
}

/// "cubic; allowed: reno cubic": the kernel allowed the new default, and nothing else.
OldValue parse_congestion_control(std::string_view text, std::string_view wanted) {
  constexpr std::string_view list_begins = "; allowed: ";
  const auto at = text.find(list_begins);
  if (at == std::string_view::npos) return {std::string(text), {}};
  const std::string before(text.substr(at + list_begins.size()));
  const auto words = split_words(before);
  const bool known = std::find(words.begin(), words.end(), wanted) != words.end();
  SideValue side{SysctlTarget{std::string(allowed_congestion_control_name)}, before,
                 known ? before : before + " " + std::string(wanted)};
  return {std::string(text.substr(0, at)), {std::move(side)}};
}

}  // namespace

std::string format_old_value(const OldValue& old) {
  std::string text = old.value;
  for (const SideValue& side : old.sides) {
    const std::string target = format_target(side.target);
    if (target.empty()) continue;
    text += "\n" + target + "\t" + escape_bytes(side.before);
    if (side.after) text += "\t" + escape_bytes(*side.after);
  }
  return text;
}

OldValue parse_old_value(std::string_view text, std::string_view target, std::string_view wanted) {
  const auto lines = split(text, '\n');
  if (lines.size() == 1 && target == congestion_control_name)
    return parse_congestion_control(text, wanted);
  OldValue old{std::string(lines.front()), {}};
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (auto side = parse_side(lines[i])) old.sides.push_back(std::move(*side));
  }
  return old;
}

}  // namespace weir
