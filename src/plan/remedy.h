// Remedy: one finding → the steps that cure it, or why none does. One file per family; remedies.cpp
// lists them all. Pure. Not the plan: tune.h puts the proposals together, in order, and refuses
// what harms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "judge/window.h"
#include "model/catalog.h"
#include "model/finding.h"
#include "model/plan.h"
#include "model/recording.h"

namespace weir::plan {

/// What a remedy may look at; borrowed for the call.
struct Situation {
  const judge::Window& window;
  const Catalog& catalog;

  [[nodiscard]] const Snapshot& now() const { return window.end(); }
  /// Whether it was watched for a while: rates, drops and how queues moved are known.
  [[nodiscard]] bool has_window() const { return window.start() != nullptr; }
};

struct Proposal {
  std::vector<Step> steps;
  std::vector<std::string> notes;  ///< what no step cures, and why
};

using Remedy = void (*)(const Situation& situation, const Finding& finding, Proposal& proposal);

/// Nothing when the id has no remedy: `weir plan` then says what the finding itself advises.
[[nodiscard]] Remedy find_remedy(const std::string& finding_id);

// One for each family, in the file of its name.
void cure_accept_queue(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_syn_queue(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_receive_limit(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_send_limit(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_tcp_memory(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_mtu_blackhole(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_time_wait(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_ports(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_orphans(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_fin_wait_2(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_conntrack(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_neighbours(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_softirq(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_files(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_ring(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_one_cpu(const Situation& situation, const Finding& finding, Proposal& proposal);
void cure_setting(const Situation& situation, const Finding& finding, Proposal& proposal);

/// Widens the range of local ports, and keeps the ports on which this host listens out of it.
void propose_port_range(const Situation& situation, const Finding& finding, Proposal& proposal);

/// What net.ipv4.tcp_tw_reuse brings on a host with that delay, find_reuse_delay(), and from which
/// kernel on the delay is a setting.
[[nodiscard]] std::string describe_port_reuse(const Catalog& catalog, Nanoseconds reuse_delay);

/// A sysctl that should have another value, in a remedy's words.
struct SysctlWish {
  std::string name;
  std::string wanted;
  std::string reason;
  std::string formula;  ///< with this host's numbers
  std::string risk;     ///< empty: the catalog's
};

/// Adds the step, or a note where it cannot be one: the kernel lacks the setting, it could not be
/// read, or belongs to the whole host while this is only one of its namespaces. Nothing is added
/// where the value is as wished already.
void propose(const Situation& situation, const Finding& finding, const SysctlWish& wish,
             Proposal& proposal);

/// "TcpExt.ListenOverflows +312 (104/s)", "net.core.somaxconn 128": what a finding has seen, for a
/// step: of each evidence its name and the first of describe_parts().
[[nodiscard]] std::vector<std::string> evidence_texts(const Finding& finding);

/// "127 s": what a number of retries means, for the settings that count them; empty for all others.
[[nodiscard]] std::string describe_time(const std::string& name, const std::string& value);

/// "NAME: no step, because WHY", with the finding's own remedy behind it.
void decline(const Situation& situation, const Finding& finding, const std::string& why,
             Proposal& proposal);
/// The same, because `what` shows in a window only, and there is none.
void decline_without_window(const Finding& finding, const std::string& what, Proposal& proposal);

/// So many times what was seen: the worst of a short window is not the worst of a day, and room
/// that nobody uses costs little.
inline constexpr int headroom = 2;

/// A limit that holds `need`: the next power of two, at most 2^30, which every kernel's int holds.
[[nodiscard]] std::int64_t round_up_limit(std::int64_t need);

}  // namespace weir::plan
