#include "judge/neighbour.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/number_text.h"
#include "judge/look_back.h"
#include "judge/words.h"

namespace weir::judge {

namespace {

/// Share of gc_thresh3. Above it, one more rack of hosts makes the kernel refuse new neighbours.
/// weir's own threshold.
constexpr double near_gc_thresh3_share = 0.9;
/// Hosts that do not exist leave failed entries for only some seconds. A few dead peers therefore
/// do not make a quarter of the table.
constexpr double scan_share = 0.25;

struct NeighbourFamily {
  const char* name;      ///< the name in the tables and sysctls
  const char* protocol;  ///< the usual name
};
constexpr std::array families{NeighbourFamily{"ipv4", "ARP"}, NeighbourFamily{"ipv6", "ND"}};

struct TableUse {
  const NeighbourFamily* family = nullptr;
  std::string prefix;  ///< prefix of the names in Counters::tables
  std::optional<std::int64_t> entries, soft_limit, hard_limit;
  /// entries of this namespace: those that are not permanent, and among them those without an
  /// answer
  std::optional<std::int64_t> listed, failed;
  std::optional<std::int64_t> fulls;       ///< growth inside the window
  std::optional<std::int64_t> forced_gcs;  ///< growth inside the window
};

TableUse measure_table(const Window& window, const NeighbourFamily& family) {
  TableUse use;
  use.family = &family;
  use.prefix = std::string("neighbour.") + family.name + ".";
  const std::string sysctl = std::string("net.") + family.name + ".neigh.default.gc_thresh";
  use.entries = find_number(window.end().counters.tables, use.prefix + "entries");
  use.listed = find_number(window.end().counters.tables, use.prefix + "listed");
  use.failed = find_number(window.end().counters.tables, use.prefix + "failed");
  use.soft_limit = find_setting(window.end().settings, sysctl + "2");
  use.hard_limit = find_setting(window.end().settings, sysctl + "3");
  use.fulls = table_delta(window, use.prefix + "table_fulls");
  use.forced_gcs = table_delta(window, use.prefix + "forced_gc_runs");
  return use;
}

bool reaches(const TableUse& use, std::optional<std::int64_t> limit, double share) {
  return use.entries && limit && *limit > 0 &&
         static_cast<double>(*use.entries) >= share * static_cast<double>(*limit);
}

/// "entries" also counts entries that are permanent or learned from elsewhere, and the thresholds
/// do not count these (Linux 5.0, neigh_alloc(), gc_entries). If there are more entries than the
/// hard limit allows, and no refusal, the surplus consists of them.
bool are_not_counted(const Window& window, const TableUse& use) {
  return *use.entries > *use.hard_limit &&
         find_number(window.end().counters.tables, use.prefix + "table_fulls").value_or(0) == 0;
}

std::optional<Conclusion> diagnose_table(const Window& window, const TableUse& use) {
  if (use.fulls.value_or(0) > 0) return Conclusion{"", Severity::critical};
  if (reaches(use, use.hard_limit, near_gc_thresh3_share) && !are_not_counted(window, use))
    return Conclusion{"near", Severity::warning};
  if (reaches(use, use.soft_limit, 1)) return Conclusion{"soft", Severity::notice};
  return std::nullopt;
}

std::string text_of(std::optional<std::int64_t> number) {
  return number ? std::to_string(*number) : "an unknown number of";
}

std::string describe_scan(const TableUse& use) {
  const auto entries = use.listed ? use.listed : use.entries;
  if (!use.failed || !entries || *entries <= 0)
    return "The number of entries without an answer is unknown.";
  if (static_cast<double>(*use.failed) < scan_share * static_cast<double>(*entries))
    return "Few entries are without an answer: the neighbours are real.";
  return std::to_string(*use.failed) +
         " entries have no answer: a program on this host or a sender outside the subnet scans addresses.";
}

void add_table_evidence(const Window& window, const TableUse& use, Finding& finding) {
  const std::string file = use.family == &families[0] ? "arp_cache " : "ndisc_cache ";
  if (use.entries)
    finding.evidence.push_back(stands_at("proc", file + "entries", std::to_string(*use.entries)));
  for (const char* column :
       {"table_fulls", "forced_gc_runs", "unresolved_discards", "res_failed"}) {
    const auto total = find_number(window.end().counters.tables, use.prefix + column);
    const auto delta = table_delta(window, use.prefix + column);
    if (!total || (delta.value_or(0) == 0 && *total == 0)) continue;
    Evidence evidence = delta ? moved("proc", file + column, *delta, window)
                              : counted("proc", file + column, *total, "boot");
    evidence.total = total;
    evidence.since = "boot";
    finding.evidence.push_back(std::move(evidence));
  }
  if (use.failed)
    finding.evidence.push_back(
        stands_at("rtnetlink", std::string(use.family->name) + " neighbours without an answer",
                  std::to_string(*use.failed)));
  const std::string sysctl = std::string("net.") + use.family->name + ".neigh.default.gc_thresh";
  for (const char* number : {"1", "2", "3"}) {
    const auto limit = find_setting(window.end().settings, sysctl + number);
    if (limit)
      finding.evidence.push_back(stands_at("sysctl", sysctl + number, std::to_string(*limit)));
  }
}

std::optional<Finding> judge_table(const Window& window, const TableUse& use) {
  const auto verdict = diagnose_table(window, use);
  if (!verdict) {
    auto before = look_back(
        window, ids::neighbour_table_full,
        {{"proc", use.prefix + "table_fulls",
          find_number(window.end().counters.tables, use.prefix + "table_fulls"), use.fulls}});
    if (before) before->resource = table_resource(window, use.family->name);
    return before;
  }
  Finding finding =
      make_finding(ids::neighbour_table_full, verdict->variant, verdict->severity,
                   {{"family", use.family->name},
                    {"protocol", use.family->protocol},
                    {"entries", text_of(use.entries)},
                    {"soft_limit", text_of(use.soft_limit)},
                    {"hard_limit", text_of(use.hard_limit)},
                    {"losses", std::to_string(use.fulls.value_or(0))},
                    {"losses_per_second", decimal(per_second(window, use.fulls).value_or(0))},
                    {"scan", describe_scan(use)}});
  finding.resource = table_resource(window, use.family->name);
  finding.lost_per_second = per_second(window, use.fulls).value_or(0);
  add_table_evidence(window, use, finding);
  return finding;
}

}  // namespace

std::vector<Finding> judge_neighbours(const Case& given) {
  std::vector<Finding> findings;
  for (const auto& family : families) {
    auto finding = judge_table(given.window, measure_table(given.window, family));
    if (finding) findings.push_back(*std::move(finding));
  }
  return findings;
}

std::vector<NotSeen> list_unseen_neighbours(const Case& given) {
  const bool is_read =
      std::any_of(families.begin(), families.end(), [&](const NeighbourFamily& family) {
        return measure_table(given.window, family).entries.has_value();
      });
  if (is_read || given.window.end().provenance.initial_netns) return {};
  return {{Subject::neighbour_tables, "the use of the neighbour tables",
           "the kernel shows it only in the host's first network namespace"}};
}

}  // namespace weir::judge
