// The proposal of one remedy for one finding of a made-up host: the fixture of the tests of plan/.
// Not a plan: nothing is merged, ordered or screened here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/remedy.h"
#include "support/recording_builder.h"

namespace weir::test {

inline Finding finding_about(const std::string& id, const std::string& kind,
                             const std::string& name) {
  Finding finding;
  finding.id = id;
  finding.severity = Severity::warning;
  finding.resource.kind = kind;
  finding.resource.name = name;
  finding.evidence.push_back(
      {"netstat", "TcpExt.Made", 312, 104.0, std::nullopt, "", std::nullopt});
  finding.remedy = "What the finding advises.";
  return finding;
}

inline plan::Proposal propose_for(const Recording& recording, const Finding& finding) {
  const Catalog catalog = real_catalog();
  const judge::Window window(recording);
  plan::Proposal proposal;
  if (const plan::Remedy remedy = plan::find_remedy(finding.id))
    remedy({window, catalog}, finding, proposal);
  return proposal;
}

/// "net.core.somaxconn 128 -> 512", in order.
inline std::vector<std::string> changes_of(const std::vector<Step>& steps) {
  std::vector<std::string> lines;
  for (const auto& step : steps)
    lines.push_back(step_target_name(step) + " " + step.expected + " -> " + step.wanted);
  return lines;
}

/// A host with 16 GiB of memory and the kernel's ordinary settings.
inline RecordingBuilder ordinary_host() {
  RecordingBuilder builder;
  for (Snapshot* end : {&builder.raw().first, &*builder.raw().last}) {
    end->host.memory = {std::int64_t{16} << 30};
    end->host.page_size = {4096};
  }
  builder.sysctl("net.ipv4.tcp_syncookies", "1")
      .sysctl("net.ipv4.tcp_timestamps", "1")
      .sysctl("net.ipv4.tcp_tw_reuse", "2");
  builder.sysctl("net.ipv4.ip_local_port_range", "32768 60999")
      .sysctl("net.ipv4.ip_local_reserved_ports", "")
      .sysctl("net.ipv4.tcp_mtu_probing", "0");
  builder.sysctl("net.ipv4.ip_unprivileged_port_start", "1024")
      .sysctl("net.ipv4.tcp_fin_timeout", "60")
      .sysctl("net.ipv4.tcp_slow_start_after_idle", "1");
  builder.sysctl("net.ipv4.tcp_rmem", "4096 131072 6291456")
      .sysctl("net.ipv4.tcp_wmem", "4096 16384 4194304")
      .sysctl("net.ipv4.tcp_moderate_rcvbuf", "1");
  builder.sysctl("net.ipv4.tcp_adv_win_scale", "1")
      .sysctl("net.ipv4.tcp_mem", "190000 250000 380000")
      .sysctl("net.ipv4.tcp_notsent_lowat", "4294967295");
  builder.sysctl("net.ipv4.tcp_congestion_control", "cubic")
      .sysctl("net.ipv4.tcp_max_tw_buckets", "65536")
      .sysctl("net.ipv4.tcp_max_orphans", "65536");
  return builder;
}

/// The same host as one of its further namespaces.
inline void move_into_namespace(RecordingBuilder& builder) {
  builder.raw().first.provenance.initial_netns = false;
  builder.raw().last->provenance.initial_netns = false;
}

}  // namespace weir::test
