#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "act/steps/identity.h"
#include "act/steps/steps.h"
#include "base/text.h"
#include "kernel/wire/qdisc.h"
#include "kernel/wire/qdisc_options.h"
#include "kernel/wire/rtnetlink.h"
#include "model/root_qdisc.h"

namespace weir::act {
namespace {

/// fq_codel accepts its number of flows only at creation (net/sched/sch_fq_codel.c,
/// fq_codel_change).
constexpr std::string_view fixed_option = "flows";

class QdiscLive : public LiveTarget {
 public:
  QdiscLive(LinkTarget target, kernel::Kernel& kernel)
      : target_(std::move(target)), kernel_(kernel) {}

  Result<std::string> read() override {
    WEIR_TRY(const Link link, read_link(target_, kernel_));
    WEIR_TRY(const RootQdisc root, read_root(link));
    return format_root_qdisc(root);
  }

  Status check(const std::string& value) override {
    WEIR_TRY(const RootQdisc wanted, parse(value));
    WEIR_TRY(const Link link, read_link(target_, kernel_));
    auto request = wire::build_root_qdisc_change(link.index, wanted);
    if (!request.ok()) return Status(std::move(request).error()).with_context(name());
    WEIR_CHECK(check_up(link));
    WEIR_TRY(const RootQdisc now, read_root(link));
    WEIR_CHECK(check_filters(link));
    return check_way_back(now);
  }

  Status write(const std::string& value) override {
    WEIR_TRY(const RootQdisc wanted, parse(value));
    WEIR_TRY(const Link link, read_link(target_, kernel_));
    WEIR_CHECK(check_up(link));
    WEIR_TRY(const RootQdisc now, read_root(link));
    if (wanted.handle == std::uint32_t{0}) return write_default(link, now, wanted);
    if (is_same_discipline(now, wanted) && !must_be_made_anew(now, wanted))
      return change_options(link, now, wanted);
    // A handle identifies one discipline. Unless the old one of the same kind is deleted first, it
    // would only take over the options of the message.
    const bool in_the_way = now.handle != std::uint32_t{0} &&
                            (wanted.handle ? now.handle == wanted.handle : now.kind == wanted.kind);
    if (in_the_way) WEIR_CHECK(send(wire::build_root_qdisc_deletion(link.index)));
    return make(link, wanted);
  }

  [[nodiscard]] std::string normalize(const std::string& value) const override {
    const auto qdisc = parse_root_qdisc(value);
    return qdisc ? format_root_qdisc(*qdisc) : value;
  }

  [[nodiscard]] bool matches(const std::string& now, const std::string& value) const override {
    const auto found = parse_root_qdisc(now);
    const auto wanted = parse_root_qdisc(value);
    return found && wanted ? is_such_qdisc(*found, *wanted) : now == value;
  }

 private:
  [[nodiscard]] std::string name() const { return target_name(target_); }

  Result<RootQdisc> parse(const std::string& value) const {
    auto qdisc = parse_root_qdisc(value);
    if (qdisc) return std::move(*qdisc);
    return make_error(
        ErrorCode::wrong_use,
        name() + ": \"" + escape_bytes(value) +
            "\" is not a queueing discipline that weir can make and restore (fq, fq_codel, pfifo_fast, pfifo, bfifo, mq, noqueue)");
  }

  [[nodiscard]] Status check_up(const Link& link) const {
    if (link.up) return {};
    return make_error(
        ErrorCode::conflict,
        name() +
            ": the interface is down, and the kernel makes its queueing discipline when it comes up");
  }

  Result<RootQdisc> read_root(const Link& link) {
    std::vector<QdiscSetup> setups;
    bool interrupted = true;
    for (int attempt = 0; attempt < dump_attempts && interrupted; ++attempt) {
      setups.clear();
      interrupted = false;
      Status parsed;
      WEIR_CHECK(kernel_.netlink
                     .dump(wire::protocol_route, wire::build_qdisc_request(),
                           [&](std::span<const std::byte> datagram) {
                             auto result =
                                 wire::parse_qdisc_setups(datagram, [&](QdiscSetup setup) {
                                   if (setup.link == link.index) setups.push_back(std::move(setup));
                                 });
                             if (!result.ok()) {
                               parsed = std::move(result).error();
                             } else if (*result) {
                               interrupted = true;
                             }
                           })
                     .with_context(name()));
      WEIR_CHECK(std::move(parsed).with_context(name()));
    }
    return find_root_qdisc(setups, link.index).with_context(name());
  }

  /// The filters of the root are deleted with it.
  Status check_filters(const Link& link) {
    bool found = false;
    Status parsed;
    WEIR_CHECK(kernel_.netlink
                   .dump(wire::protocol_route, wire::build_root_filter_request(link.index),
                         [&](std::span<const std::byte> datagram) {
                           const auto result = wire::has_filter(datagram);
                           if (!result.ok()) parsed = result.error();
                           found = found || (result.ok() && *result);
                         })
                   .with_context(name()));
    WEIR_CHECK(std::move(parsed).with_context(name()));
    if (!found) return {};
    return make_error(
        ErrorCode::unsupported,
        name() + ": it has filters, which weir cannot restore exactly, so weir leaves it as it is");
  }

  /// The kernel's own choice comes back only if its default is still the same. The default belongs
  /// to the host and cannot be read in another namespace. There, the value that is read back after
  /// an undo shows it.
  Status check_way_back(const RootQdisc& now) {
    if (now.handle != std::uint32_t{0} || now.kind == "noqueue") return {};
    const auto text = kernel::read_text(kernel_.files, "/proc/sys/net/core/default_qdisc");
    if (!text.ok()) return {};
    const std::string made(trim(*text));
    const std::string& kind = now.kind == "mq" ? now.queues : now.kind;
    if (kind.empty() || made == kind) return {};
    return make_error(ErrorCode::conflict,
                      name() + ": the kernel made it a " + kind + ", and would make it a " + made +
                          " now (net.core.default_qdisc), so weir cannot restore it exactly");
  }

  static bool is_same_discipline(const RootQdisc& now, const RootQdisc& wanted) {
    return now.kind == wanted.kind && now.handle != std::uint32_t{0} &&
           (!wanted.handle || wanted.handle == now.handle);
  }

  /// A value with a handle lists all options. An option that it lacks can only be removed by making
  /// the discipline again.
  static bool must_be_made_anew(const RootQdisc& now, const RootQdisc& wanted) {
    const auto differs = [&](const auto& option) {
      const auto found = now.options.find(option.first);
      return option.first == fixed_option && found != now.options.end() &&
             found->second != option.second;
    };
    const auto is_extra = [&](const auto& option) {
      return wanted.options.count(option.first) == 0;
    };
    if (wanted.handle && std::any_of(now.options.begin(), now.options.end(), is_extra)) return true;
    return std::any_of(wanted.options.begin(), wanted.options.end(), differs) ||
           (!wanted.queues.empty() && wanted.queues != now.queues);
  }

  Status change_options(const Link& link, const RootQdisc& now, const RootQdisc& wanted) {
    RootQdisc change{now.kind, now.handle, {}, {}};
    for (const auto& [option, value] : wanted.options) {
      const auto found = now.options.find(option);
      if (found == now.options.end() || found->second != value) change.options[option] = value;
    }
    return change.options.empty() ? Status() : make(link, change);
  }

  Status write_default(const Link& link, const RootQdisc& now, const RootQdisc& wanted) {
    if (now.handle != std::uint32_t{0}) return send(wire::build_root_qdisc_deletion(link.index));
    if (is_such_qdisc(now, wanted)) return {};
    return make_error(ErrorCode::conflict,
                      name() + ": the kernel's own choice is now " + format_root_qdisc(now));
  }

  Status make(const Link& link, const RootQdisc& qdisc) {
    auto request = wire::build_root_qdisc_change(link.index, qdisc);
    if (!request.ok()) return Status(std::move(request).error()).with_context(name());
    return send(*request);
  }

  Status send(const wire::ByteBuffer& request) {
    return kernel_.netlink.change(wire::protocol_route, request).with_context(name());
  }

  LinkTarget target_;
  kernel::Kernel& kernel_;
};

class TransmitLengthLive : public LiveTarget {
 public:
  TransmitLengthLive(LinkTarget target, kernel::Kernel& kernel)
      : target_(std::move(target)), kernel_(kernel) {}

  Result<std::string> read() override {
    WEIR_TRY(const Link link, read_link(target_, kernel_));
    if (!link.transmit_length)
      return make_error(ErrorCode::unsupported, name() + ": the kernel does not report it");
    return std::to_string(*link.transmit_length);
  }

  Status check(const std::string& value) override {
    WEIR_TRY(const std::uint32_t length, parse(value));
    static_cast<void>(length);
    return {};
  }

  Status write(const std::string& value) override {
    WEIR_TRY(const std::uint32_t length, parse(value));
    WEIR_TRY(const Link link, read_link(target_, kernel_));
    return kernel_.netlink
        .change(wire::protocol_route, wire::build_transmit_length_change(link.index, length))
        .with_context(name());
  }

  [[nodiscard]] std::string normalize(const std::string& value) const override {
    const auto number = parse_unsigned(trim(value));
    return number ? std::to_string(*number) : value;
  }

 private:
  [[nodiscard]] std::string name() const { return target_name(target_); }

  Result<std::uint32_t> parse(const std::string& value) const {
    const auto number = parse_unsigned(trim(value));
    if (number && *number <= std::numeric_limits<std::uint32_t>::max())
      return static_cast<std::uint32_t>(*number);
    return make_error(ErrorCode::wrong_use,
                      name() + ": \"" + escape_bytes(value) + "\" is not a number of packets");
  }

  LinkTarget target_;
  kernel::Kernel& kernel_;
};

}  // namespace

Result<std::unique_ptr<LiveTarget>> find_qdisc(const LinkTarget& target, kernel::Kernel& kernel) {
  return std::unique_ptr<LiveTarget>(std::make_unique<QdiscLive>(target, kernel));
}

Result<std::unique_ptr<LiveTarget>> find_txqueuelen(const LinkTarget& target,
                                                    kernel::Kernel& kernel) {
  return std::unique_ptr<LiveTarget>(std::make_unique<TransmitLengthLive>(target, kernel));
}

}  // namespace weir::act
