#include "kernel/fake/fake_ethtool.h"

#include <algorithm>
#include <cstring>

#include <linux/ethtool.h>

namespace weir::kernel {
namespace {

Error refusal() { return make_error(ErrorCode::unsupported, "the driver has no answer"); }

/// The first bytes of the answer, as the kernel copies them.
Status copy_answer(const wire::ByteBuffer& answer, std::span<std::byte> command) {
  // The kernel would write behind the command; the real port makes an error of it.
  if (answer.size() > command.size()) return make_error(ErrorCode::io, "cannot ask the driver: Bad address");
  std::memcpy(command.data(), answer.data(), answer.size());
  return {};
}

Status answer_settings(const FakeNic& nic, std::span<std::byte> command) {
  if (!nic.settings) return refusal();
  const auto asked = wire::build_link_settings(nic.mask_words);
  if (command.size() == asked.size() && std::equal(asked.begin(), asked.end(), command.begin())) {
    return copy_answer(wire::write_link_settings(*nic.settings, nic.mask_words), command);
  }
  // The handshake: minus the number of words that it wants, and all else 0.
  ethtool_link_settings wanted{};
  if (command.size() < sizeof(wanted)) return make_error(ErrorCode::io, "cannot ask the driver: Bad address");
  wanted.cmd = ETHTOOL_GLINKSETTINGS;
  wanted.link_mode_masks_nwords = static_cast<std::int8_t>(-static_cast<int>(nic.mask_words));
  std::memcpy(command.data(), &wanted, sizeof(wanted));
  return {};
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
  switch (wire::parse_ethtool_command(command)) {
    case ETHTOOL_GLINKSETTINGS: return answer_settings(nic, command);
    case ETHTOOL_GSSET_INFO: {
      if (nic.counters.empty()) return refusal();
      const auto status = copy_answer(wire::write_counter_count(nic.counters.size()), command);
      if (nic.grows) nic.counters.emplace_back("added_" + std::to_string(nic.counters.size()), 0);
      return status;
    }
    case ETHTOOL_GSTRINGS: return answer_names(nic, command);
    case ETHTOOL_GSTATS: return answer_values(nic, command);
    case ETHTOOL_GCHANNELS: return nic.channels > 0 ? copy_answer(wire::write_channels(nic.channels), command) : refusal();
    default: return refusal();
  }
}

}  // namespace weir::kernel
