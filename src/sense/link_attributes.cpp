#include "sense/link_attributes.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/text.h"
#include "kernel/wire/ethtool.h"
#include "kernel/wire/ethtool_settings.h"
#include "kernel/wire/host.h"
#include "kernel/wire/qdisc.h"
#include "kernel/wire/qdisc_options.h"
#include "kernel/wire/rtnetlink.h"
#include "model/root_qdisc.h"
#include "sense/dump.h"
#include "sense/links.h"

namespace weir::sense {
namespace {

constexpr std::size_t max_features = 1024;     // the kernel has about 64
constexpr std::int64_t max_queue_files = 768;  // of all interfaces together: three for each queue
constexpr std::size_t max_setups = 4096;

/// Reads the interfaces one after the other, with one budget for all of them.
class Attributes {
 public:
  Attributes(kernel::Ethtool& ethtool, FileReader& reader) : ethtool_(ethtool), reader_(reader) {}

  void read(Link& link) {
    read_driver_settings(link);
    read_features(link);
    read_queues(link);
  }

 private:
  /// One answer contains several settings, which are next to each other in the list.
  void read_driver_settings(Link& link) {
    std::uint32_t asked = 0;
    wire::ByteBuffer answer;
    for (const auto& setting : wire::driver_settings()) {
      if (setting.question != asked) {
        asked = setting.question;
        answer = wire::build_setting_question(setting);
        if (!ethtool_.ask(link.name, answer).ok()) answer.clear();
      }
      const auto value = wire::parse_setting(answer, setting);
      const auto maximum = wire::parse_setting_maximum(answer, setting);
      if (!value || maximum == 0U) continue;  // a maximum of 0: the device has none
      link.attributes[std::string(setting.attribute)] = wire::format_setting(setting, *value);
      if (maximum) link.maxima[std::string(setting.attribute)] = *maximum;
    }
  }

  void read_features(Link& link) {
    auto counted = wire::build_feature_count();
    if (!ethtool_.ask(link.name, counted).ok()) return;
    const std::size_t count = wire::parse_feature_count(counted).value_or(0);
    if (count == 0 || count > max_features) return;
    auto names = wire::build_feature_names(count);
    auto states = wire::build_features(count);
    if (!ethtool_.ask(link.name, names).ok() || !ethtool_.ask(link.name, states).ok()) return;
    static_cast<void>(
        wire::parse_counter_names(names, count, [&](std::size_t at, std::string_view name) {
          const auto state = wire::parse_feature(states, at);
          if (state && state->available && !name.empty())
            link.attributes["feature." + escape_bytes(name)] = wire::format_feature(*state);
        }));
  }

  /// sysfs may show another network namespace than this one. Only an interface with the same index
  /// and address is the right one.
  bool is_same(const Link& link, const std::string& folder) {
    const auto index = parse_integer(trim(reader_.read_or_empty(folder + "/ifindex")));
    return index == link.index && trim(reader_.read_or_empty(folder + "/address")) == link.address;
  }

  void read_queues(Link& link) {
    const std::string folder = "/sys/class/net/" + link.name;
    if (!is_same(link, folder)) return;
    const auto queues = reader_.files().list(folder + "/queues");
    if (!queues.ok()) return;
    for (const auto& queue : *queues) {
      const std::string path = std::string(folder).append("/queues/").append(queue).append("/");
      if (queue.starts_with("rx-")) {
        read_mask(link, path, queue + ".rps_cpus");
        read_flows(link, path, queue + ".rps_flow_cnt");
      } else if (queue.starts_with("tx-")) {
        read_mask(link, path, queue + ".xps_cpus");
      }
    }
  }

  std::string_view read_file(const std::string& folder, const std::string& attribute) {
    if (++files_ > max_queue_files) return {};
    return reader_.read_or_empty(folder + attribute.substr(attribute.find('.') + 1));
  }

  void read_mask(Link& link, const std::string& folder, const std::string& attribute) {
    if (auto mask = wire::normalize_cpu_mask(read_file(folder, attribute)))
      link.attributes[attribute] = std::move(*mask);
  }

  void read_flows(Link& link, const std::string& folder, const std::string& attribute) {
    if (const auto flows = parse_unsigned(trim(read_file(folder, attribute))))
      link.attributes[attribute] = std::to_string(*flows);
  }

  kernel::Ethtool& ethtool_;
  FileReader& reader_;
  std::int64_t files_ = 0;
};

void read_roots(kernel::Netlink& netlink, const std::vector<Link*>& links) {
  std::vector<QdiscSetup> setups;
  const auto is_wanted = [&](const QdiscSetup& setup) {
    return std::any_of(links.begin(), links.end(),
                       [&](const Link* link) { return link->index == setup.link; });
  };
  const auto whole = dump_until(
      netlink, wire::protocol_route, wire::build_qdisc_request(), [&] { setups.clear(); },
      [&](wire::ByteSpan datagram) {
        return wire::parse_qdisc_setups(datagram, [&](QdiscSetup setup) {
          if (is_wanted(setup)) setups.push_back(std::move(setup));
        });
      },
      [&] { return setups.size() >= max_setups; });
  if (!whole.ok() || !*whole) return;
  for (Link* link : links) {
    const auto root = find_root_qdisc(setups, link->index);
    if (root.ok()) link->attributes["qdisc"] = format_root_qdisc(*root);
  }
}

}  // namespace

void read_link_attributes(kernel::Kernel& kernel, FileReader& reader,
                          const std::vector<Link>* previous, std::vector<Link>& links) {
  Attributes attributes(kernel.ethtool, reader);
  std::vector<Link*> fresh;
  std::size_t count = 0;
  for (auto& link : links) {
    if (!is_hardware(link) || ++count > max_interfaces) continue;
    if (const Link* known = find_previous(previous, link)) {
      link.attributes = known->attributes;
      link.maxima = known->maxima;
      continue;
    }
    attributes.read(link);
    fresh.push_back(&link);
  }
  if (!fresh.empty()) read_roots(kernel.netlink, fresh);
}

}  // namespace weir::sense
