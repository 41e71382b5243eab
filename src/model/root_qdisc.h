// RootQdisc: an interface's root queueing discipline with everything that is needed to make the
// same one again, and its text in plans. Not its counters (model/link.h) and not disciplines with
// classes: a discipline that cannot be restored exactly has no RootQdisc.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir {

/// "fq_codel 0: flows 1024 limit 10240 …". A wanted value may leave some parts to the kernel: "fq",
/// "fq limit 20000".
struct RootQdisc {
  std::string kind;
  /// The major number. 0: the kernel made it by itself, from its default (net/sched/sch_generic.c,
  /// attach_default_qdiscs), and makes it again when another one is deleted. Nothing: left to the
  /// kernel.
  std::optional<std::uint32_t> handle = std::nullopt;
  /// of an mq: the kind of the discipline that the kernel made for each of its queues
  std::string queues = {};
  std::map<std::string, std::string> options = {};
  friend bool operator==(const RootQdisc&, const RootQdisc&) = default;
};

[[nodiscard]] std::string format_root_qdisc(const RootQdisc& qdisc);
/// Nothing if the text does not describe a known kind.
[[nodiscard]] std::optional<RootQdisc> parse_root_qdisc(std::string_view text);
/// Whether `now` has every part that `wanted` specifies.
[[nodiscard]] bool is_such_qdisc(const RootQdisc& now, const RootQdisc& wanted);

/// The kinds that weir makes and restores: fq, fq_codel, pfifo_fast, pfifo, bfifo, mq, noqueue.
[[nodiscard]] bool is_plain_qdisc(std::string_view kind);

/// A discipline from rtnetlink.
struct QdiscSetup {
  std::int64_t link = 0;
  std::uint32_t handle = 0;  ///< with the minor number: 0x80010000
  std::uint32_t parent = 0;
  std::string kind;
  std::map<std::string, std::string> options = {};
  std::string obstacle = {};  ///< a part that weir cannot make again; empty: none
  friend bool operator==(const QdiscSetup&, const QdiscSetup&) = default;
};

/// The root of one interface from all disciplines of the namespace. Errors: not_found (it has none:
/// it was never up), unsupported (it could not be restored; the sentence says why).
[[nodiscard]] Result<RootQdisc> find_root_qdisc(const std::vector<QdiscSetup>& setups,
                                                std::int64_t link);

}  // namespace weir
