#include "kernel/fake/fake_ethtool.h"

#include <algorithm>
#include <cstring>

#include <linux/ethtool.h>

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
  const auto found = nics_.find(interface);
  if (found == nics_.end()) return refusal();
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
  return act_(std::move(write), [&]() -> Status {
    for (const auto& change : changes) {
      const std::string name(change.setting->attribute);
      const auto most = nic.maxima.find(name);
      if (most != nic.maxima.end() && change.value > most->second) return refusal();
      const auto known = nic.numbers.find(name);
      if (known == nic.numbers.end() && change.value != 0) return refusal();
    }
    for (const auto& change : changes) {
      const auto known = nic.numbers.find(std::string(change.setting->attribute));
      if (known != nic.numbers.end())
        known->second = (change.value + nic.step - 1) / nic.step * nic.step;
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
  return act_(std::move(write), [&]() -> Status {
    for (const auto& change : changes) {
      FakeFeature& feature = nic.features[change.at];
      if (!feature.state.available) continue;
      feature.state.wanted = change.on;
      feature.state.active = change.on && !feature.forbidden;
    }
    return {};
  });
}

}  // namespace weir::kernel
