#include "kernel/fake/fake_ethtool.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <map>
#include <string_view>

#include <linux/ethtool.h>

#include "base/text.h"

namespace weir::kernel {
namespace {

Error refusal() {
  return make_error(ErrorCode::unsupported, "the driver does not support the request");
}

/// The first bytes of the answer, as the kernel copies them.
Status copy_answer(const wire::ByteBuffer& answer, std::span<std::byte> command) {
  // The kernel would write beyond the command; the real port turns this into an error.
  if (answer.size() > command.size())
    return make_error(ErrorCode::io, "cannot ask the driver: Bad address");
  std::memcpy(command.data(), answer.data(), answer.size());
  return {};
}

Status answer_settings(const FakeNic& nic, std::span<std::byte> command) {
  if (!nic.settings) return refusal();
  const auto asked = wire::build_link_settings(nic.mask_words);
  if (command.size() == asked.size() && std::equal(asked.begin(), asked.end(), command.begin())) {
    return copy_answer(wire::write_link_settings(*nic.settings, nic.mask_words), command);
  }
  // The handshake: minus the number of words that the kernel wants, and 0 in all other fields.
  ethtool_link_settings wanted{};
  if (command.size() < sizeof(wanted))
    return make_error(ErrorCode::io, "cannot ask the driver: Bad address");
  wanted.cmd = ETHTOOL_GLINKSETTINGS;
  wanted.link_mode_masks_nwords = static_cast<std::int8_t>(-static_cast<int>(nic.mask_words));
  std::memcpy(command.data(), &wanted, sizeof(wanted));
  return {};
}

/// Rings, channels and coalescing: fills in the numbers of the command that the driver has.
Status answer_settings_question(const FakeNic& nic, std::span<std::byte> command) {
  const std::uint32_t number = wire::parse_ethtool_command(command);
  wire::ByteBuffer answer;
  for (const auto& one : wire::driver_settings()) {
    if (one.question != number) continue;
    if (answer.empty()) answer = wire::build_setting_question(one);
    const auto value = nic.numbers.find(std::string(one.attribute));
    if (value != nic.numbers.end()) answer = wire::write_setting(answer, one.at, value->second);
    const auto most = nic.maxima.find(std::string(one.attribute));
    if (most != nic.maxima.end() && one.max)
      answer = wire::write_setting(answer, *one.max, most->second);
  }
  const bool has = std::any_of(nic.numbers.begin(), nic.numbers.end(), [&](const auto& value) {
    const auto* one = wire::find_driver_setting(value.first);
    return one != nullptr && one->question == number;
  });
  return has ? copy_answer(answer, command) : refusal();
}

bool asks_for_features(std::span<const std::byte> command) {
  const auto count = wire::build_feature_count();
  const auto names = wire::build_feature_names(0);
  const auto begins_with = [&](const wire::ByteBuffer& begin, std::size_t size) {
    return command.size() >= size &&
           std::equal(begin.begin(), begin.begin() + static_cast<std::ptrdiff_t>(size),
                      command.begin());
  };
  // Compares up to the mask of sets, and up to the number of the set (linux/ethtool.h).
  return begins_with(count, sizeof(ethtool_sset_info)) ||
         begins_with(names, 2 * sizeof(std::uint32_t));
}

Status answer_feature_names(const FakeNic& nic, std::span<std::byte> command) {
  if (wire::parse_ethtool_command(command) == ETHTOOL_GSSET_INFO)
    return copy_answer(wire::write_feature_count(nic.features.size()), command);
  std::vector<std::string> names;
  for (const auto& feature : nic.features) names.push_back(feature.name);
  return copy_answer(wire::write_feature_names(names), command);
}

Status answer_features(const FakeNic& nic, std::span<std::byte> command) {
  std::vector<wire::FeatureState> states;
  for (const auto& feature : nic.features) states.push_back(feature.state);
  return copy_answer(wire::write_features(states), command);
}

bool has_large_receive(const FakeNic& nic) {
  return std::any_of(nic.features.begin(), nic.features.end(), [](const FakeFeature& one) {
    return one.name == "rx-lro" && one.state.active;
  });
}

/// After each change of the wanted features, the kernel decides again which features are on:
/// netdev_fix_features(), net/core/dev.c. A feature that the test does not list limits no other.
void fix_features(FakeNic& nic) {
  using Names = std::initializer_list<std::string_view>;
  const auto is_one_of = [](const FakeFeature& one, Names names) {
    return std::find(names.begin(), names.end(), one.name) != names.end();
  };
  const auto has = [&](Names names) {
    return std::any_of(nic.features.begin(), nic.features.end(), [&](const FakeFeature& one) {
      return one.state.active && is_one_of(one, names);
    });
  };
  const auto lacks = [&](Names names) {
    return !has(names) &&
           std::any_of(nic.features.begin(), nic.features.end(),
                       [&](const FakeFeature& one) { return is_one_of(one, names); });
  };
  const auto drop = [&](Names names) {
    for (FakeFeature& one : nic.features)
      if (is_one_of(one, names)) one.state.active = false;
  };
  constexpr std::string_view tso = "tx-tcp-segmentation";
  constexpr std::string_view tso6 = "tx-tcp6-segmentation";
  constexpr std::string_view tso_ecn = "tx-tcp-ecn-segmentation";
  constexpr std::string_view tso_mangle = "tx-tcp-mangleid-segmentation";
  constexpr std::string_view checksum = "tx-checksum-ip-generic";
  for (FakeFeature& one : nic.features)
    if (one.state.available) one.state.active = one.state.wanted;
  if (has({checksum})) drop({"tx-checksum-ipv4", "tx-checksum-ipv6"});
  if (lacks({"tx-scatter-gather"})) drop({tso, tso6, tso_ecn, tso_mangle});
  if (has({tso}) && lacks({checksum, "tx-checksum-ipv4"})) drop({tso, tso_ecn});
  if (has({tso6}) && lacks({checksum, "tx-checksum-ipv6"})) drop({tso6});
  if (lacks({tso})) drop({tso_mangle});
  if (lacks({tso, tso6, tso_mangle})) drop({tso_ecn});
  if (lacks({"tx-scatter-gather"})) drop({"tx-generic-segmentation"});
  if (lacks({"rx-checksum"})) drop({"rx-gro-hw"});
  if (has({"rx-fcs"})) drop({"rx-lro", "rx-gro-hw"});
  if (has({"rx-gro-hw"})) drop({"rx-lro"});
}

/// Whether the change leaves a direction without a channel: ethtool_set_channels(),
/// net/ethtool/ioctl.c. Other changes than those of channels never do.
bool leaves_no_channel(const std::vector<wire::SettingChange>& changes) {
  const auto count = [&](std::string_view attribute) -> std::uint32_t {
    const auto found = std::find_if(changes.begin(), changes.end(), [&](const auto& change) {
      return change.setting->attribute == attribute;
    });
    return found == changes.end() ? 1U : found->value;
  };
  return count("channels.combined") == 0 &&
         (count("channels.rx") == 0 || count("channels.tx") == 0);
}

/// A queue's files in sysfs appear and disappear with the queue. A new queue steers nothing:
/// netif_set_real_num_rx_queues() and netif_set_real_num_tx_queues(), net/core/dev.c;
/// net_rx_queue_update_kobjects() and netdev_queue_update_kobjects(), net/core/net-sysfs.c.
void change_queues(FakeTree& tree, const std::string& interface, const std::string& direction,
                   std::uint64_t count) {
  const std::string prefix = "/sys/class/net/" + interface + "/queues/" + direction;
  std::erase_if(tree.files, [&](const auto& file) {
    if (!file.first.starts_with(prefix)) return false;
    const std::string_view rest = std::string_view(file.first).substr(prefix.size());
    const auto queue = parse_unsigned(rest.substr(0, rest.find('/')));
    return queue && *queue >= count;
  });
  for (const char* leaf : {"rps_cpus", "rps_flow_cnt", "xps_cpus"}) {
    if (tree.files.count(prefix + "0/" + leaf) == 0) continue;
    for (std::uint64_t queue = 1; queue < count; ++queue)
      tree.files.emplace(prefix + std::to_string(queue) + "/" + leaf, "0\n");
  }
}

Status answer_names(const FakeNic& nic, std::span<std::byte> command) {
  std::vector<std::string> names;
  for (const auto& [name, value] : nic.counters) names.push_back(name);
  return copy_answer(wire::write_counter_names(names), command);
}

Status answer_values(const FakeNic& nic, std::span<std::byte> command) {
  std::vector<std::int64_t> values;
  for (const auto& [name, value] : nic.counters) values.push_back(value);
  return copy_answer(wire::write_counter_values(values), command);
}

}  // namespace

Status FakeEthtool::ask(const std::string& interface, std::span<std::byte> command) {
  const auto found = drivers_.nics.find(interface);
  if (found == drivers_.nics.end()) return refusal();
  FakeNic& nic = found->second;
  if (nic.error) return *nic.error;
  if (!nic.features.empty() && asks_for_features(command))
    return answer_feature_names(nic, command);
  switch (wire::parse_ethtool_command(command)) {
    case ETHTOOL_GLINKSETTINGS: return answer_settings(nic, command);
    case ETHTOOL_GSSET_INFO: {
      if (nic.counters.empty()) return refusal();
      auto status = copy_answer(wire::write_counter_count(nic.counters.size()), command);
      if (nic.grows) nic.counters.emplace_back("added_" + std::to_string(nic.counters.size()), 0);
      return status;
    }
    case ETHTOOL_GSTRINGS: return answer_names(nic, command);
    case ETHTOOL_GSTATS: return answer_values(nic, command);
    case ETHTOOL_GCHANNELS:
      return nic.channels > 0 ? copy_answer(wire::write_channels(nic.channels), command)
                              : answer_settings_question(nic, command);
    case ETHTOOL_GRINGPARAM:
    case ETHTOOL_GCOALESCE: return answer_settings_question(nic, command);
    case ETHTOOL_GFLAGS: return copy_answer(wire::write_flags(has_large_receive(nic)), command);
    case ETHTOOL_GFEATURES: return nic.features.empty() ? refusal() : answer_features(nic, command);
    case ETHTOOL_SRINGPARAM:
    case ETHTOOL_SCHANNELS:
    case ETHTOOL_SCOALESCE: return change_settings(interface, nic, command);
    case ETHTOOL_SFEATURES: return change_features(interface, nic, command);
    default: return refusal();
  }
}

/// Sets the whole command. The journal names the number that changes.
Status FakeEthtool::change_settings(const std::string& interface, FakeNic& nic,
                                    std::span<std::byte> command) {
  const auto changes = wire::parse_setting_changes(command);
  FakeWrite write{"ethtool:" + interface, {}, false};
  for (const auto& change : changes) {
    const auto known = nic.numbers.find(std::string(change.setting->attribute));
    const std::uint32_t old = known == nic.numbers.end() ? 0 : known->second;
    if (change.value == old) continue;
    write.target += " " + std::string(change.setting->attribute);
    write.value +=
        (write.value.empty() ? "" : " ") + wire::format_setting(*change.setting, change.value);
  }
  return writes_.act(std::move(write), [&]() -> Status {
    for (const auto& change : changes) {
      const std::string name(change.setting->attribute);
      const auto most = nic.maxima.find(name);
      if (most != nic.maxima.end() && change.value > most->second) return refusal();
      const auto known = nic.numbers.find(name);
      if (known == nic.numbers.end() && change.value != 0) return refusal();
    }
    if (leaves_no_channel(changes)) return refusal();
    for (const auto& change : changes) {
      const auto known = nic.numbers.find(std::string(change.setting->attribute));
      if (known != nic.numbers.end())
        known->second = (change.value + nic.step - 1) / nic.step * nic.step;
    }
    if (wire::parse_ethtool_command(command) == ETHTOOL_SCHANNELS) {
      const auto count = [&](const char* attribute) -> std::uint64_t {
        const auto known = nic.numbers.find(attribute);
        return known == nic.numbers.end() ? 0 : known->second;
      };
      change_queues(tree_, interface, "rx-", count("channels.rx") + count("channels.combined"));
      change_queues(tree_, interface, "tx-", count("channels.tx") + count("channels.combined"));
    }
    return {};
  });
}

Status FakeEthtool::change_features(const std::string& interface, FakeNic& nic,
                                    std::span<std::byte> command) {
  const auto changes = wire::parse_feature_changes(command);
  FakeWrite write{"ethtool:" + interface, {}, false};
  for (const auto& change : changes) {
    if (change.at >= nic.features.size()) return refusal();
    write.target += " feature." + nic.features[change.at].name;
    write.value += (write.value.empty() ? "" : " ") + std::string(change.on ? "on" : "off");
  }
  return writes_.act(std::move(write), [&]() -> Status {
    for (const auto& change : changes) {
      FakeFeature& feature = nic.features[change.at];
      if (feature.state.available) feature.state.wanted = change.on;
    }
    fix_features(nic);
    return {};
  });
}

/// As dev_disable_lro() of net/core/dev.c does.
void disable_large_receive(FakeNic& nic) {
  for (FakeFeature& one : nic.features)
    if (one.name == "rx-lro") one.state.wanted = false;
  fix_features(nic);
}

}  // namespace weir::kernel
