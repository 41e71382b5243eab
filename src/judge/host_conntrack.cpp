#include "judge/host_conntrack.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/number_text.h"
#include "base/share.h"
#include "judge/look_back.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// Above this share a busy minute can fill the table. At 95 % the kernel's own collector runs
/// faster (nf_conntrack_core.c, gc_worker()). weir's own threshold.
constexpr double near_conntrack_max_share = 0.9;
/// A table that refused inside the window may have lost some entries by the window's end. Above
/// this share the table counts as the reason of the drops.
constexpr double was_full_share = 0.8;

struct Tracking {
  std::int64_t entries = 0;  ///< the higher of the window's two ends
  std::int64_t limit = 0;
  std::int64_t refused = 0, evicted = 0;  ///< inside the window
  double share = 0;
};

std::optional<Tracking> measure_tracking(const Window& window) {
  const auto entries = find_number(window.end().counters.tables, "conntrack.count");
  const auto limit = find_number(window.end().counters.tables, "conntrack.max");
  // A limit of 0 means no limit (__nf_conntrack_alloc()).
  if (!entries || !limit || *limit <= 0) return std::nullopt;
  Tracking tracking;
  tracking.entries = *entries;
  if (window.start() != nullptr)
    tracking.entries = std::max(
        *entries, find_number(window.start()->counters.tables, "conntrack.count").value_or(0));
  tracking.limit = *limit;
  tracking.refused = table_delta(window, "conntrack.drop").value_or(0);
  tracking.evicted = table_delta(window, "conntrack.early_drop").value_or(0);
  tracking.share = share_of(tracking.entries, tracking.limit);
  return tracking;
}

std::optional<Conclusion> diagnose_tracking(const Tracking& tracking) {
  // Only a table at its maximum evicts (early_drop()). An eviction therefore proves a full table,
  // even if the level at both ends no longer shows it.
  const bool was_full = tracking.evicted > 0 || tracking.share >= was_full_share;
  if (tracking.refused > 0 && was_full) return Conclusion{"", Severity::critical};
  if (tracking.evicted > 0) return Conclusion{"evicting", Severity::warning};
  if (tracking.share >= near_conntrack_max_share) return Conclusion{"near", Severity::warning};
  return std::nullopt;
}

/// `drop` alone may have other reasons. Only an eviction proves that the table has been full.
std::optional<Finding> look_back_at_table(const Window& window) {
  const auto evicted = find_number(window.end().counters.tables, "conntrack.early_drop");
  if (evicted.value_or(0) <= 0) return std::nullopt;
  std::vector<LossCounter> counters;
  for (const char* column : {"early_drop", "drop"}) {
    const std::string name = std::string("conntrack.") + column;
    counters.push_back({"proc", std::string("nf_conntrack ") + column,
                        find_number(window.end().counters.tables, name),
                        table_delta(window, name)});
  }
  auto before = look_back(window, ids::host_conntrack_full, counters);
  if (before) before->resource = table_resource(window, "conntrack");
  return before;
}

void add_tracking_evidence(const Window& window, const Tracking& tracking, Finding& finding) {
  finding.evidence.push_back(
      stands_at("sysctl", "net.netfilter.nf_conntrack_count", std::to_string(tracking.entries)));
  finding.evidence.push_back(
      stands_at("sysctl", "net.netfilter.nf_conntrack_max", std::to_string(tracking.limit)));
  for (const char* column : {"drop", "early_drop", "insert_failed"}) {
    const std::string name = std::string("conntrack.") + column;
    const auto total = find_number(window.end().counters.tables, name);
    const auto delta = table_delta(window, name);
    if (!delta || !total) continue;
    Evidence evidence = moved("proc", std::string("nf_conntrack ") + column, *delta, window);
    evidence.total = total;
    evidence.since = counters_since(window.end());
    finding.evidence.push_back(std::move(evidence));
  }
}

}  // namespace

std::vector<Finding> judge_conntrack(const Case& given) {
  const auto tracking = measure_tracking(given.window);
  if (!tracking) return {};
  const auto verdict = diagnose_tracking(*tracking);
  if (!verdict) {
    auto before = look_back_at_table(given.window);
    return before ? std::vector<Finding>{*std::move(before)} : std::vector<Finding>{};
  }
  Finding finding = make_finding(
      ids::host_conntrack_full, verdict->variant, verdict->severity,
      {{"entries", std::to_string(tracking->entries)},
       {"maximum", std::to_string(tracking->limit)},
       {"used_percent", percent(std::min(tracking->share, 1.0))},
       {"losses", std::to_string(tracking->refused)},
       {"losses_per_second", decimal(per_second(given.window, tracking->refused).value_or(0))},
       {"evicted", std::to_string(tracking->evicted)}});
  finding.resource = table_resource(given.window, "conntrack");
  finding.lost_per_second = per_second(given.window, tracking->refused).value_or(0);
  add_tracking_evidence(given.window, *tracking, finding);
  return {std::move(finding)};
}

}  // namespace weir::judge
