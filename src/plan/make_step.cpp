#include "plan/make_step.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "model/link_attribute.h"
#include "model/root_qdisc.h"

namespace weir::plan {
namespace {

constexpr const char* default_qdisc = "net.core.default_qdisc";

bool is_as_wanted(const LinkAttribute& attribute, const std::string& now,
                  const std::string& wanted) {
  if (attribute.kind != LinkAttributeKind::qdisc) return now == wanted;
  const auto found = parse_root_qdisc(now);
  const auto asked = parse_root_qdisc(wanted);
  return found && asked && is_such_qdisc(*found, *asked);
}

std::string tell_risk(LinkAttributeKind kind) {
  switch (kind) {
    case LinkAttributeKind::ring:
      return "The driver stops the interface to make the new ring: packets of about a second are lost, and some drivers lose the carrier. "
             "Each descriptor takes the memory of a packet's buffer.";
    case LinkAttributeKind::channels:
      return "The driver stops the interface to remake its queues. It may choose other ring sizes, CPUs for interrupts and XPS masks. If the driver makes its own XPS masks, weir does not restore masks that were set by hand.";
    case LinkAttributeKind::coalescing:
      return "Fewer interrupts add latency; more interrupts cost CPU time.";
    case LinkAttributeKind::feature:
      return "The driver may stop the interface for a moment. An offload that was off until now may reveal a fault of the driver.";
    case LinkAttributeKind::transmit_length:
      return "A longer queue delays the packets that wait in it.";
    case LinkAttributeKind::qdisc:
      return "The kernel drops the packets that wait in the old queueing discipline.";
    case LinkAttributeKind::steering:
      return "Each packet that another CPU takes over costs an interrupt between CPUs.";
  }
  return {};
}

const LinkTarget* find_link_target(const Step& step) {
  return std::get_if<LinkTarget>(&step.target);
}

bool is_default_qdisc(const Step& step) {
  const auto* sysctl = std::get_if<SysctlTarget>(&step.target);
  return sysctl != nullptr && sysctl->name == default_qdisc;
}

bool stands_before(const Step& a, const Step& b) {
  const LinkTarget* left = find_link_target(a);
  const LinkTarget* right = find_link_target(b);
  if (left->index != right->index) return left->index < right->index;
  const auto first = parse_link_attribute(left->attribute);
  const auto second = parse_link_attribute(right->attribute);
  if (!first || !second) return first.has_value() && !second.has_value();
  return rank_link_attribute(*first) < rank_link_attribute(*second);
}

}  // namespace

std::optional<std::string> describe_file_limits(const Process& process) {
  if (!process.file_limit || !process.file_limit_hard) return std::nullopt;
  return join_integers({*process.file_limit, *process.file_limit_hard});
}

std::optional<Step> make_limit_step(const Process& process, const std::string& wanted) {
  const auto present = describe_file_limits(process);
  if (!present) return std::nullopt;
  Step step;
  step.target = LimitTarget{process.pid, process.start_time, process.command, "nofile"};
  step.expected = *present;
  step.wanted = wanted;
  step.scope = "this process, until it ends";
  return step;
}

std::optional<std::string> find_attribute(const Link& link, const std::string& attribute) {
  if (attribute == "txqueuelen")
    return link.transmit_length ? std::optional(std::to_string(*link.transmit_length))
                                : std::nullopt;
  const auto found = link.attributes.find(attribute);
  return found == link.attributes.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Step> make_link_step(const Link& link, const std::string& attribute,
                                   const std::string& wanted) {
  const auto parsed = parse_link_attribute(attribute);
  const auto now = find_attribute(link, attribute);
  if (!parsed || !now || is_as_wanted(*parsed, *now, wanted)) return std::nullopt;
  Step step;
  step.target = LinkTarget{.interface = link.name,
                           .index = link.index,
                           .address = link_identity(link),
                           .attribute = attribute};
  step.expected = *now;
  step.wanted = wanted;
  step.risk = tell_risk(parsed->kind);
  step.scope = link.name + ", until the next boot or until its driver is reloaded";
  return step;
}

void order_link_steps(std::vector<Step>& steps) {
  std::vector<Step> links;
  std::vector<Step> others;
  std::optional<std::size_t> place;
  for (Step& step : steps) {
    if (!place && (find_link_target(step) != nullptr || is_default_qdisc(step)))
      place = others.size();
    (find_link_target(step) != nullptr ? links : others).push_back(std::move(step));
  }
  std::stable_sort(links.begin(), links.end(), stands_before);
  others.insert(others.begin() + static_cast<std::ptrdiff_t>(place.value_or(others.size())),
                std::make_move_iterator(links.begin()), std::make_move_iterator(links.end()));
  steps = std::move(others);
}

}  // namespace weir::plan
