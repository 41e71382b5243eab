#include "plan/durable.h"

#include <string>
#include <variant>

#include "base/text.h"
#include "model/link_attribute.h"

namespace weir::plan {
namespace {

std::string describe_lasting_attribute(const LinkAttribute& attribute, const std::string& wanted) {
  const std::string file = "in the [Link] section of a .link file in /etc/systemd/network";
  switch (attribute.kind) {
    case LinkAttributeKind::ring:
      return (attribute.name == "rx" ? "RxBufferSize=" : "TxBufferSize=") + wanted + " " + file;
    case LinkAttributeKind::channels:
      return (attribute.name == "combined" ? "CombinedChannels="
              : attribute.name == "rx"     ? "RxChannels="
                                           : "TxChannels=") +
             wanted + " " + file;
    case LinkAttributeKind::coalescing:
      return "RxCoalesceSec=, UseAdaptiveRxCoalesce= and similar settings " + file +
             ", or ethtool -C when the interface comes up";
    case LinkAttributeKind::feature:
      return "ethtool -K IFACE " + attribute.name + " " + wanted +
             " when the interface comes up (ifupdown: a pre-up line)";
    case LinkAttributeKind::transmit_length: return "TransmitQueueLength=" + wanted + " " + file;
    case LinkAttributeKind::qdisc:
      return "net.core.default_qdisc for all interfaces, or tc qdisc replace when this interface comes up";
    case LinkAttributeKind::steering:
      return "a udev rule or a pre-up line that writes the file in sysfs when the interface comes up";
  }
  return {};
}

/// Borrows all three.
class DurableText {
 public:
  DurableText(const Snapshot& now, const Catalog& catalog, const Step& step)
      : now_(now), catalog_(catalog), step_(step) {}

  std::string operator()(const SysctlTarget& /*target*/) const {
    if (now_.provenance.initial_netns) return step_.persist + " in a file of /etc/sysctl.d";
    return step_.persist +
           "; the program that makes this namespace, such as a container runtime, must set it";
  }

  std::string operator()(const ListenerTarget& target) const {
    const ServerEntry* server = catalog_.find_server(target.command);
    if (server == nullptr) return {};
    return describe_setting(*server, step_.wanted) + "." +
           (server->needs.empty() ? "" : " " + server->needs);
  }

  std::string operator()(const LimitTarget& /*target*/) const {
    const auto words = split_words(step_.wanted);  // the soft and the hard limit
    return "LimitNOFILE=" + (words.empty() ? std::string() : std::string(words.front())) +
           " in the [Service] section of its unit, or the program's own setting (nginx: worker_rlimit_nofile); needs a restart";
  }

  std::string operator()(const LinkTarget& target) const {
    const auto attribute = parse_link_attribute(target.attribute);
    return attribute ? describe_lasting_attribute(*attribute, step_.wanted) : std::string();
  }

 private:
  const Snapshot& now_;
  const Catalog& catalog_;
  const Step& step_;
};

}  // namespace

void compose_durable(const Snapshot& now, const Catalog& catalog, std::vector<Step>& steps) {
  for (Step& step : steps) {
    if (const auto* sysctl = std::get_if<SysctlTarget>(&step.target))
      step.persist = sysctl->name + " = " + step.wanted;
    step.durable = std::visit(DurableText(now, catalog, step), step.target);
  }
}

}  // namespace weir::plan
