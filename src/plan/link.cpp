#include <algorithm>
#include <string>

#include "base/text.h"
#include "judge/host_softirq.h"
#include "judge/window.h"
#include "plan/formula/processing.h"
#include "plan/make_step.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

std::optional<std::int64_t> find_maximum(const Link& link, const std::string& attribute) {
  const auto found = link.maxima.find(attribute);
  return found == link.maxima.end() ? std::nullopt : std::optional(found->second);
}

std::int64_t read_attribute(const Link& link, const std::string& attribute) {
  return parse_integer(find_attribute(link, attribute).value_or("")).value_or(0);
}

void propose_attribute(const Finding& finding, const Link& link, const std::string& attribute,
                       const std::string& wanted, const std::string& reason,
                       const std::string& formula, Proposal& proposal) {
  auto step = make_link_step(link, attribute, wanted);
  if (!step) return;
  step->finding = finding.id;
  step->evidence = evidence_texts(finding);
  step->reason = reason;
  step->formula = formula;
  proposal.steps.push_back(*std::move(step));
}

const Link* find_link_named(const Situation& situation, const std::string& name) {
  return situation.window.index().end.links_by_name.find(name);
}

void steer_by_software(const Situation& situation, const Finding& finding, const Link& link,
                       Proposal& proposal) {
  const std::int64_t cpus = situation.now().host.cpus;
  const std::int64_t queues = std::max<std::int64_t>(link.rx_queues, 1);
  const auto mask = formula::compute_rps_mask(cpus, queues);
  if (!mask) {
    decline(
        situation, finding,
        link.name +
            " already has a receive queue for each CPU; check in /proc/interrupts which CPUs take its interrupts",
        proposal);
    return;
  }
  for (std::int64_t queue = 0; queue < queues; ++queue) {
    propose_attribute(
        finding, link, "rx-" + std::to_string(queue) + ".rps_cpus", *mask,
        "one CPU receives all packets while other CPUs are idle, and the card has no more queues",
        "all " + std::to_string(cpus) + " CPUs = " + *mask, proposal);
  }
}

/// Above these the catalog warns: a longer backlog only adds delay, and a larger budget takes CPU
/// time from the programs.
constexpr std::int64_t longest_backlog = 16384;
constexpr std::int64_t largest_budget = 1200;
constexpr std::int64_t longest_budget_usecs = 20000;

void double_up_to(const Situation& situation, const Finding& finding, const char* name,
                  std::int64_t most, const std::string& reason, const std::string& unit,
                  Proposal& proposal) {
  const auto present = find_setting(situation.now().settings, name);
  if (present && *present >= most) {
    proposal.notes.push_back(
        std::string(name) + ": no step, because more than " + std::to_string(most) + " " + unit +
        " only adds delay; spread the packets over more CPUs (`weir explain rps_cpus`)");
    return;
  }
  const std::int64_t wanted = std::min(std::max<std::int64_t>(present.value_or(0), 1) * 2, most);
  propose(situation, finding,
          {name,
           std::to_string(wanted),
           reason,
           "twice the present value, at most " + std::to_string(most) + " " + unit + " = " +
               std::to_string(wanted),
           {}},
          proposal);
}

}  // namespace

void cure_ring(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const Link* link = find_link_named(situation, finding.resource.name);
  const auto maximum = link == nullptr ? std::nullopt : find_maximum(*link, "ring.rx");
  const auto wanted =
      maximum ? formula::compute_ring(read_attribute(*link, "ring.rx"), *maximum) : std::nullopt;
  if (!wanted) {
    decline(situation, finding,
            "the receive ring is at the device's maximum, or the driver does not report its size",
            proposal);
    return;
  }
  propose_attribute(
      finding, *link, "ring.rx", std::to_string(*wanted),
      "the card finds no free descriptor in its receive ring and drops packets before the kernel sees them",
      "min(2 x " + std::to_string(read_attribute(*link, "ring.rx")) + ", the device's maximum of " +
          std::to_string(*maximum) + ") = " + std::to_string(*wanted),
      proposal);
}

void cure_one_cpu(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const Link* link = judge::find_busiest_link(situation.window);
  if (link == nullptr) return;
  const std::int64_t cpus = situation.now().host.cpus;
  const auto maximum = find_maximum(*link, "channels.combined");
  const auto wanted = maximum ? formula::compute_channels(
                                    read_attribute(*link, "channels.combined"), cpus, *maximum)
                              : std::nullopt;
  if (!wanted) {
    steer_by_software(situation, finding, *link, proposal);
    return;
  }
  propose_attribute(
      finding, *link, "channels.combined", std::to_string(*wanted),
      "one CPU receives all packets while other CPUs are idle, and the card can use more queues",
      "min(" + std::to_string(cpus) + " CPUs, the device's " + std::to_string(*maximum) +
          ") = " + std::to_string(*wanted),
      proposal);
}

void cure_softirq(const Situation& situation, const Finding& finding, Proposal& proposal) {
  if (finding.id == judge::ids::host_softirq_drops) {
    double_up_to(
        situation, finding, "net.core.netdev_max_backlog", longest_backlog,
        "a CPU's backlog is full, and the kernel drops packets before the network stack sees them",
        "packets", proposal);
    return;
  }
  double_up_to(situation, finding, "net.core.netdev_budget", largest_budget,
               "a softirq round uses up its budget while packets still wait", "packets", proposal);
  double_up_to(situation, finding, "net.core.netdev_budget_usecs", longest_budget_usecs,
               "a softirq round uses up its time while packets still wait", "microseconds",
               proposal);
}

}  // namespace weir::plan
