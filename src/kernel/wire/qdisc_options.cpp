#include "kernel/wire/qdisc_options.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "base/text.h"

namespace weir::wire {
namespace {

constexpr std::size_t max_option = 1024;  // an unknown option is kept as bytes
constexpr std::string_view unknown_prefix = "attribute-";
constexpr unsigned major_shift = 16;
constexpr std::uint64_t largest_type = 0x3FFF;  // NLA_TYPE_MASK

enum class Direction { to_kernel, from_kernel };
enum class Form { number, byte, codel_time };

struct Option {
  std::uint16_t type = 0;
  std::string_view name;
  Form form = Form::number;
};

// By their names in tc(8). Later attributes belong to later kernels (fq's priomap and weights,
// Linux 6.7).
constexpr std::array fq_codel_options{
    Option{TCA_FQ_CODEL_TARGET, "target", Form::codel_time},
    Option{TCA_FQ_CODEL_LIMIT, "limit"},
    Option{TCA_FQ_CODEL_INTERVAL, "interval", Form::codel_time},
    Option{TCA_FQ_CODEL_ECN, "ecn"},
    Option{TCA_FQ_CODEL_FLOWS, "flows"},
    Option{TCA_FQ_CODEL_QUANTUM, "quantum"},
    Option{TCA_FQ_CODEL_CE_THRESHOLD, "ce_threshold", Form::codel_time},
    Option{TCA_FQ_CODEL_DROP_BATCH_SIZE, "drop_batch"},
    Option{TCA_FQ_CODEL_MEMORY_LIMIT, "memory_limit"},
    Option{TCA_FQ_CODEL_CE_THRESHOLD_SELECTOR, "ce_threshold_selector", Form::byte},
    Option{TCA_FQ_CODEL_CE_THRESHOLD_MASK, "ce_threshold_mask", Form::byte},
};
constexpr std::array fq_options{
    Option{TCA_FQ_PLIMIT, "limit"},
    Option{TCA_FQ_FLOW_PLIMIT, "flow_limit"},
    Option{TCA_FQ_QUANTUM, "quantum"},
    Option{TCA_FQ_INITIAL_QUANTUM, "initial_quantum"},
    Option{TCA_FQ_RATE_ENABLE, "pacing"},
    Option{TCA_FQ_FLOW_MAX_RATE, "maxrate"},
    Option{TCA_FQ_BUCKETS_LOG, "buckets_log"},
    Option{TCA_FQ_FLOW_REFILL_DELAY, "refill_delay"},
    Option{TCA_FQ_ORPHAN_MASK, "orphan_mask"},
    Option{TCA_FQ_LOW_RATE_THRESHOLD, "low_rate_threshold"},
    Option{TCA_FQ_CE_THRESHOLD, "ce_threshold"},
    Option{TCA_FQ_TIMER_SLACK, "timer_slack"},
    Option{TCA_FQ_HORIZON, "horizon"},
    Option{TCA_FQ_HORIZON_DROP, "horizon_drop", Form::byte},
};

std::span<const Option> options_of(std::string_view kind) {
  if (kind == "fq_codel") return fq_codel_options;
  if (kind == "fq") return fq_options;
  return {};
}

bool is_fifo(std::string_view kind) { return kind == "pfifo" || kind == "bfifo"; }

/// CoDel keeps a time in units of 1024 ns and reports it in whole microseconds
/// (include/net/codel.h, codel_time_to_us). So a time that is read and written again becomes
/// smaller. Returns the smallest time that reads back as `told`.
constexpr std::uint64_t codel_unit = 1024;  // nanoseconds; CODEL_SHIFT is 10
constexpr std::uint64_t microsecond = 1000;
std::uint64_t codel_time_to_write(std::uint64_t told) {
  const std::uint64_t units = (told * microsecond + codel_unit - 1) / codel_unit;
  return (units * codel_unit + microsecond - 1) / microsecond;
}

/// The time that the kernel reports after this time was written.
std::uint64_t codel_time_told(std::uint64_t written) {
  return written * microsecond / codel_unit * codel_unit / microsecond;
}

std::string to_hex(ByteSpan bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes.first(std::min(bytes.size(), max_option))) {
    text += digits[static_cast<unsigned>(byte) >> 4U];
    text += digits[static_cast<unsigned>(byte) & 0xFU];
  }
  return text;
}

std::optional<ByteBuffer> from_hex(std::string_view text) {
  if (text.size() % 2 != 0 || text.size() > 2 * max_option) return std::nullopt;
  ByteBuffer bytes;
  for (std::size_t at = 0; at < text.size(); at += 2) {
    const auto byte = parse_hex(text.substr(at, 2));
    if (!byte) return std::nullopt;
    bytes.push_back(static_cast<std::byte>(*byte));
  }
  return bytes;
}

void read_option(const Attribute& attribute, QdiscSetup& setup) {
  const auto table = options_of(setup.kind);
  const auto found = std::find_if(table.begin(), table.end(), [&](const Option& option) {
    return option.type == attribute.type;
  });
  const std::size_t size =
      found != table.end() && found->form == Form::byte ? 1 : sizeof(std::uint32_t);
  if (found == table.end() || attribute.payload.size() != size) {
    // An attribute without bytes only pads the next one.
    if (!attribute.payload.empty())
      setup.options[std::string(unknown_prefix) + std::to_string(attribute.type)] =
          "x" + to_hex(attribute.payload);
    return;
  }
  const std::uint32_t number = size == 1 ? static_cast<std::uint32_t>(attribute.payload.front())
                                         : load<std::uint32_t>(attribute.payload).value_or(0);
  setup.options[std::string(found->name)] = std::to_string(number);
}

void read_options(ByteSpan payload, QdiscSetup& setup) {
  if (is_fifo(setup.kind)) {  // struct tc_fifo_qopt
    if (const auto limit = load<std::uint32_t>(payload))
      setup.options["limit"] = std::to_string(*limit);
  } else if (!options_of(setup.kind).empty()) {
    for_each_attribute(payload, [&](const Attribute& attribute) { read_option(attribute, setup); });
  }
}

/// The attribute that sets an option. Nothing if the kind does not have the option or the value is
/// invalid.
std::optional<std::pair<std::uint16_t, ByteBuffer>> make_option(std::string_view kind,
                                                                std::string_view name,
                                                                std::string_view value,
                                                                Direction direction) {
  if (name.starts_with(unknown_prefix)) {
    const auto type = parse_unsigned(name.substr(unknown_prefix.size()));
    auto bytes = value.starts_with('x') ? from_hex(value.substr(1)) : std::nullopt;
    if (!type || *type > largest_type || !bytes) return std::nullopt;
    return std::pair(static_cast<std::uint16_t>(*type), std::move(*bytes));
  }
  const auto table = options_of(kind);
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Option& option) { return option.name == name; });
  auto number = parse_unsigned(value);
  if (found == table.end() || !number || *number > UINT32_MAX) return std::nullopt;
  if (found->form == Form::byte) {
    if (*number > UINT8_MAX) return std::nullopt;
    return std::pair(found->type, ByteBuffer{static_cast<std::byte>(*number)});
  }
  if (found->form == Form::codel_time && direction == Direction::to_kernel)
    number = std::min<std::uint64_t>(codel_time_to_write(*number), UINT32_MAX);
  const auto word = static_cast<std::uint32_t>(*number);
  const auto bytes = std::as_bytes(std::span(&word, 1));
  return std::pair(found->type, ByteBuffer(bytes.begin(), bytes.end()));
}

Status put_options(MessageWriter& writer, const std::string& kind,
                   const std::map<std::string, std::string>& options, Direction direction) {
  if (options.empty()) return {};
  if (is_fifo(kind)) {
    const auto limit = options.size() == 1 && options.begin()->first == "limit"
                           ? parse_unsigned(options.begin()->second)
                           : std::nullopt;
    if (!limit || *limit > UINT32_MAX)
      return make_error(ErrorCode::wrong_use, "a " + kind + " takes only a limit");
    const tc_fifo_qopt option{static_cast<std::uint32_t>(*limit)};
    writer.put_attribute(TCA_OPTIONS, std::as_bytes(std::span(&option, 1)));
    return {};
  }
  const auto nest = writer.begin_nest(TCA_OPTIONS);
  for (const auto& [name, value] : options) {
    const auto option = make_option(kind, name, value, direction);
    if (!option)
      return make_error(
          ErrorCode::wrong_use,
          "\"" + escape_bytes(name) + " " + escape_bytes(value) + "\" is not an option of " + kind);
    writer.put_attribute(option->first, option->second);
  }
  writer.end_nest(nest);
  return {};
}

tcmsg root_of(std::int64_t link) {
  tcmsg body{};
  body.tcm_ifindex = static_cast<int>(link);
  body.tcm_parent = TC_H_ROOT;
  return body;
}

void read_setup_attribute(const Attribute& attribute, QdiscSetup& setup) {
  switch (attribute.type) {
    case TCA_KIND:
      setup.kind = load_text(attribute.payload);
      setup.options.clear();  // of another kind, in hostile bytes
      break;
    // follows the kind, which defines their meaning (tc_fill_qdisc)
    case TCA_OPTIONS: read_options(attribute.payload, setup); break;
    case TCA_STAB: setup.obstacle = "a size table"; break;
    case TCA_INGRESS_BLOCK:
    case TCA_EGRESS_BLOCK: setup.obstacle = "a shared filter block"; break;
    case TCA_HW_OFFLOAD:
      if (!attribute.payload.empty() && attribute.payload.front() != std::byte{0})
        setup.obstacle = "an offload to the hardware";
      break;
    default: break;
  }
}

QdiscSetup read_setup(const tcmsg& body, ByteSpan attributes) {
  QdiscSetup setup;
  setup.link = body.tcm_ifindex;
  setup.handle = body.tcm_handle;
  setup.parent = body.tcm_parent;
  for_each_attribute(attributes,
                     [&](const Attribute& attribute) { read_setup_attribute(attribute, setup); });
  return setup;
}

}  // namespace

Result<bool> parse_qdisc_setups(ByteSpan datagram, const std::function<void(QdiscSetup)>& visitor) {
  bool interrupted = false;
  WEIR_CHECK(for_each_message(datagram, [&](const Message& message) -> Status {
    interrupted = interrupted || message.interrupted();
    if (message.type != RTM_NEWQDISC) return {};
    const auto body = load<tcmsg>(message.payload);
    if (!body)
      return make_error(
          ErrorCode::malformed,
          "a qdisc message of " + std::to_string(message.payload.size()) + " bytes is too short");
    visitor(read_setup(*body, message.payload.subspan(sizeof(tcmsg))));
    return {};
  }));
  return interrupted;
}

void write_qdisc_setup(MessageWriter& writer, const QdiscSetup& setup) {
  tcmsg body{};
  body.tcm_ifindex = static_cast<int>(setup.link);
  body.tcm_handle = setup.handle;
  body.tcm_parent = setup.parent;
  writer.begin(RTM_NEWQDISC, NLM_F_MULTI, 0);
  writer.put_value(body);
  writer.put_text_attribute(TCA_KIND, setup.kind);
  // If the options of a made-up discipline cannot be written, it is written without them.
  static_cast<void>(put_options(writer, setup.kind, setup.options, Direction::from_kernel).ok());
  writer.end();
}

Result<ByteBuffer> build_root_qdisc_change(std::int64_t link, const RootQdisc& qdisc) {
  tcmsg body = root_of(link);
  body.tcm_handle = qdisc.handle.value_or(0) << major_shift;
  MessageWriter writer;
  writer.begin(RTM_NEWQDISC, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, 0);
  writer.put_value(body);
  writer.put_text_attribute(TCA_KIND, qdisc.kind);
  WEIR_CHECK(put_options(writer, qdisc.kind, qdisc.options, Direction::to_kernel));
  writer.end();
  return writer.take();
}

ByteBuffer build_root_qdisc_deletion(std::int64_t link) {
  MessageWriter writer;
  writer.begin(RTM_DELQDISC, NLM_F_REQUEST | NLM_F_ACK, 0);
  writer.put_value(root_of(link));
  writer.end();
  return writer.take();
}

std::optional<RootQdiscChange> parse_root_qdisc_change(const Message& message) {
  const auto body = load<tcmsg>(message.payload);
  if (!body || body->tcm_parent != TC_H_ROOT) return std::nullopt;
  if (message.type == RTM_DELQDISC) return RootQdiscChange{body->tcm_ifindex, std::nullopt};
  if (message.type != RTM_NEWQDISC) return std::nullopt;
  QdiscSetup setup = read_setup(*body, message.payload.subspan(sizeof(tcmsg)));
  for (const Option& option : options_of(setup.kind)) {
    const auto found = setup.options.find(std::string(option.name));
    if (found != setup.options.end() && option.form == Form::codel_time)
      found->second = std::to_string(codel_time_told(parse_unsigned(found->second).value_or(0)));
  }
  RootQdisc wanted{std::move(setup.kind), std::nullopt, {}, std::move(setup.options)};
  if (setup.handle != 0) wanted.handle = setup.handle >> major_shift;
  return RootQdiscChange{body->tcm_ifindex, std::move(wanted)};
}

ByteBuffer build_root_filter_request(std::int64_t link) {
  tcmsg body{};
  // no parent: the root (net/sched/cls_api.c, tc_dump_tfilter)
  body.tcm_ifindex = static_cast<int>(link);
  MessageWriter writer;
  writer.begin(RTM_GETTFILTER, NLM_F_REQUEST | NLM_F_DUMP, 0);
  writer.put_value(body);
  writer.end();
  return writer.take();
}

Result<bool> has_filter(ByteSpan datagram) {
  bool found = false;
  WEIR_CHECK(for_each_message(datagram, [&](const Message& message) -> Status {
    found = found || message.type == RTM_NEWTFILTER;
    return {};
  }));
  return found;
}

}  // namespace weir::wire
