#include "kernel/wire/qdisc.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <linux/gen_stats.h>
#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "kernel/wire/counters.h"

namespace weir::wire {
namespace {

/// TCA_STATS2 (include/uapi/linux/gen_stats.h). The packets have 32 bits in TCA_STATS_BASIC, and
/// since Linux 5.5 also 64 bits in another attribute.
void read_statistics(ByteSpan attributes, Qdisc& qdisc) {
  bool wide = false;
  for_each_attribute(attributes, [&](const Attribute& attribute) {
    if (attribute.type == TCA_STATS_BASIC && attribute.payload.size() >= sizeof(std::uint64_t)) {
      qdisc.bytes = to_counter(load<std::uint64_t>(attribute.payload).value_or(0));
      if (!wide)
        qdisc.packets =
            load<std::uint32_t>(attribute.payload.subspan(sizeof(std::uint64_t))).value_or(0);
    } else if (attribute.type == TCA_STATS_PKT64) {
      wide = attribute.payload.size() >= sizeof(std::uint64_t);
      if (wide) qdisc.packets = to_counter(load<std::uint64_t>(attribute.payload).value_or(0));
    } else if (const auto queue = load<gnet_stats_queue>(attribute.payload);
               queue && attribute.type == TCA_STATS_QUEUE) {
      qdisc.queue_length = queue->qlen;
      qdisc.backlog = queue->backlog;
      qdisc.drops = queue->drops;
      qdisc.requeues = queue->requeues;
      qdisc.overlimits = queue->overlimits;
    }
  });
}

void set_rate(std::uint64_t rate, Qdisc& qdisc) {
  if (rate != 0) qdisc.rate_bytes = to_counter(rate);
}

/// The number of the attribute that holds a limit in packets; 0 for kinds whose limit is elsewhere.
std::uint16_t limit_attribute(std::string_view kind) {
  if (kind == "codel") return TCA_CODEL_LIMIT;
  if (kind == "fq_codel") return TCA_FQ_CODEL_LIMIT;
  if (kind == "fq") return TCA_FQ_PLIMIT;
  return 0;
}

void read_limit(ByteSpan payload, Qdisc& qdisc) {
  if (const auto limit = load<std::uint32_t>(payload)) qdisc.limit = *limit;
}

/// A 32-bit rate, and the 64-bit rate in another attribute if the first is too small.
void read_rate(const Attribute& attribute, std::uint16_t narrow, std::uint16_t wide, bool& is_wide,
               Qdisc& qdisc) {
  if (attribute.type == narrow && !is_wide)
    set_rate(load<std::uint32_t>(attribute.payload).value_or(0), qdisc);
  if (attribute.type != wide) return;
  if (const auto rate = load<std::uint64_t>(attribute.payload)) {
    is_wide = true;
    set_rate(*rate, qdisc);
  }
}

void read_tbf(const Attribute& attribute, bool& is_wide, Qdisc& qdisc) {
  if (const auto options = load<tc_tbf_qopt>(attribute.payload);
      options && attribute.type == TCA_TBF_PARMS) {
    qdisc.limit = options->limit;
    if (!is_wide) set_rate(options->rate.rate, qdisc);
  } else {
    read_rate(attribute, 0, TCA_TBF_RATE64, is_wide, qdisc);
  }
}

void read_limit_and_rate(ByteSpan payload, Qdisc& qdisc) {
  if (qdisc.kind == "pfifo" || qdisc.kind == "bfifo") {
    read_limit(payload, qdisc);  // struct tc_fifo_qopt
    return;
  }
  const bool netem = qdisc.kind == "netem";
  if (netem) {  // struct tc_netem_qopt, then attributes
    const auto options = load<tc_netem_qopt>(payload);
    if (!options) return;
    qdisc.limit = options->limit;
    payload = payload.subspan(sizeof(tc_netem_qopt));
  }
  const auto limit = limit_attribute(qdisc.kind);
  bool is_wide = false;
  for_each_attribute(payload, [&](const Attribute& attribute) {
    if (limit != 0 && attribute.type == limit) read_limit(attribute.payload, qdisc);
    if (qdisc.kind == "tbf") read_tbf(attribute, is_wide, qdisc);
    // struct tc_netem_rate begins with the rate
    if (netem) read_rate(attribute, TCA_NETEM_RATE, TCA_NETEM_RATE64, is_wide, qdisc);
    if (qdisc.kind == "cake") read_rate(attribute, 0, TCA_CAKE_BASE_RATE64, is_wide, qdisc);
  });
}

std::uint32_t narrow(std::int64_t value) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(value, 0, UINT32_MAX));
}

template <class Value>
void put_bytes_of(MessageWriter& writer, std::uint16_t type, const Value& value) {
  writer.put_attribute(type, std::as_bytes(std::span(&value, 1)));
}

void put_statistics(MessageWriter& writer, const Qdisc& qdisc) {
  const auto nest = writer.begin_nest(TCA_STATS2);
  gnet_stats_basic basic{};
  basic.bytes = static_cast<std::uint64_t>(qdisc.bytes);
  basic.packets = static_cast<std::uint32_t>(qdisc.packets);
  put_bytes_of(writer, TCA_STATS_BASIC, basic);
  put_bytes_of(writer, TCA_STATS_PKT64, static_cast<std::uint64_t>(qdisc.packets));
  put_bytes_of(
      writer, TCA_STATS_QUEUE,
      gnet_stats_queue{narrow(qdisc.queue_length), narrow(qdisc.backlog), narrow(qdisc.drops),
                       narrow(qdisc.requeues), narrow(qdisc.overlimits)});
  writer.end_nest(nest);
}

void put_limit_and_rate(MessageWriter& writer, const Qdisc& qdisc) {
  const auto limit = narrow(qdisc.limit.value_or(0));
  const auto rate = static_cast<std::uint64_t>(qdisc.rate_bytes.value_or(0));
  if (qdisc.kind == "pfifo" || qdisc.kind == "bfifo") {
    if (qdisc.limit) put_bytes_of(writer, TCA_OPTIONS, limit);
    return;
  }
  const auto nest = writer.begin_nest(TCA_OPTIONS);
  if (qdisc.kind == "netem") {
    tc_netem_qopt options{};
    options.limit = limit;
    writer.put_value(options);
    if (qdisc.rate_bytes) put_bytes_of(writer, TCA_NETEM_RATE64, rate);
  } else if (qdisc.kind == "tbf") {
    tc_tbf_qopt options{};
    options.limit = limit;
    options.rate.rate = narrow(static_cast<std::int64_t>(rate));
    put_bytes_of(writer, TCA_TBF_PARMS, options);
    if (rate > UINT32_MAX) put_bytes_of(writer, TCA_TBF_RATE64, rate);
  } else if (qdisc.kind == "cake" && qdisc.rate_bytes) {
    put_bytes_of(writer, TCA_CAKE_BASE_RATE64, rate);
  } else if (const auto type = limit_attribute(qdisc.kind); type != 0 && qdisc.limit) {
    put_bytes_of(writer, type, limit);
  }
  writer.end_nest(nest);
}

}  // namespace

ByteBuffer build_qdisc_request() {
  MessageWriter writer;
  writer.begin(RTM_GETQDISC, NLM_F_REQUEST | NLM_F_DUMP, 0);
  writer.put_value(tcmsg{});
  writer.end();
  return writer.take();
}

Result<bool> parse_qdisc_datagram(ByteSpan datagram, const std::function<void(Qdisc)>& visitor) {
  bool interrupted = false;
  WEIR_CHECK(for_each_message(datagram, [&](const Message& message) -> Status {
    interrupted = interrupted || message.interrupted();
    if (message.type != RTM_NEWQDISC) return {};
    const auto body = load<tcmsg>(message.payload);
    if (!body)
      return make_error(
          ErrorCode::malformed,
          "a qdisc message of " + std::to_string(message.payload.size()) + " bytes is too short");
    Qdisc qdisc;
    qdisc.link = body->tcm_ifindex;
    qdisc.handle = body->tcm_handle;
    qdisc.parent = body->tcm_parent;
    qdisc.root = body->tcm_parent == TC_H_ROOT;
    qdisc.ingress = body->tcm_parent == TC_H_INGRESS;
    for_each_attribute(message.payload.subspan(sizeof(tcmsg)), [&](const Attribute& attribute) {
      if (attribute.type == TCA_KIND) qdisc.kind = load_text(attribute.payload);
      if (attribute.type == TCA_STATS2) read_statistics(attribute.payload, qdisc);
      // follows the kind, which defines their meaning (tc_fill_qdisc)
      if (attribute.type == TCA_OPTIONS) read_limit_and_rate(attribute.payload, qdisc);
    });
    visitor(std::move(qdisc));
    return {};
  }));
  return interrupted;
}

void write_qdisc(MessageWriter& writer, const Qdisc& qdisc) {
  tcmsg body{};
  body.tcm_ifindex = static_cast<int>(qdisc.link);
  body.tcm_handle = static_cast<std::uint32_t>(qdisc.handle);
  body.tcm_parent = static_cast<std::uint32_t>(qdisc.parent);
  writer.begin(RTM_NEWQDISC, NLM_F_MULTI, 0);
  writer.put_value(body);
  writer.put_text_attribute(TCA_KIND, qdisc.kind);
  put_limit_and_rate(writer, qdisc);
  put_statistics(writer, qdisc);
  writer.end();
}

}  // namespace weir::wire
