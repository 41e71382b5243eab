// Remedy: one finding → the steps that cure it, or the reason why none does. One file per family;
// remedies.cpp lists them all. Pure. Not the plan: tune.h combines the proposals in order and
// refuses harmful ones.
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

/// The data that a remedy may look at; borrowed for the call.
struct Situation {
  const judge::Window& window;
  const Catalog& catalog;

  [[nodiscard]] const Snapshot& now() const { return window.end(); }
  /// Whether the host was watched for a while: rates, drops and the movement of queues are known.
  [[nodiscard]] bool has_window() const { return window.start() != nullptr; }
};

struct Proposal {
  std::vector<Step> steps;
  std::vector<std::string> notes;  ///< findings that no step cures, and why
};

using Remedy = void (*)(const Situation& situation, const Finding& finding, Proposal& proposal);

/// Nothing if the id has no remedy: `weir plan` then shows the advice of the finding itself.
[[nodiscard]] Remedy find_remedy(const std::string& finding_id);

// One function for each family, in the file of its stage or resource.
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

/// Widens the range of local ports, and keeps the ports on which this host listens out of the
/// range.
void propose_port_range(const Situation& situation, const Finding& finding, Proposal& proposal);

/// The effect of net.ipv4.tcp_tw_reuse on a host with that delay, find_reuse_delay(), with the
/// kernel version from which the delay is a setting.
[[nodiscard]] std::string describe_port_reuse(const Catalog& catalog, Nanoseconds reuse_delay);

/// A sysctl that should have another value, in a remedy's words.
struct SysctlWish {
  std::string name;
  std::string wanted;
  std::string reason;
  std::string formula;  ///< with this host's numbers
  std::string risk;     ///< empty: the catalog's
};

/// Adds the step. Adds a note instead if there can be no step. The kernel lacks the setting, it
/// could not be read, or it belongs to the whole host while this is only one of its namespaces.
/// Adds nothing if the value is already as wished.
void propose(const Situation& situation, const Finding& finding, const SysctlWish& wish,
             Proposal& proposal);

/// "TcpExt.ListenOverflows +312 (104/s)", "net.core.somaxconn 128": the evidence of a finding, for
/// a step: of each evidence its name and the first of describe_parts().
[[nodiscard]] std::vector<std::string> evidence_texts(const Finding& finding);

/// "127 s": the meaning of a number of retries, for the settings that count retries; empty for all
/// others.
[[nodiscard]] std::string describe_time(const std::string& name, const std::string& value);

/// "NAME: no step, because WHY", followed by the finding's own remedy.
void decline(const Situation& situation, const Finding& finding, const std::string& why,
             Proposal& proposal);
/// The same for a plan without a window, if only a window shows `what`.
void decline_without_window(const Finding& finding, const std::string& what, Proposal& proposal);

/// The factor on measured values. The worst of a short window is less than the worst of a day, and
/// unused room costs little.
inline constexpr int headroom = 2;

/// A limit that holds `need`: the next power of two, at most 2^30, the largest that every kernel's
/// int holds.
[[nodiscard]] std::int64_t round_up_limit(std::int64_t need);

}  // namespace weir::plan
