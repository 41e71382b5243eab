#include <algorithm>
#include <string>

#include "base/decimal.h"
#include "base/integers.h"
#include "judge/window.h"
#include "model/sysctl_name.h"
#include "plan/formula/time_wait.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

constexpr const char* max_name = "net.netfilter.nf_conntrack_max";
/// An nf_conn with its extensions, as the catalog counts it.
constexpr std::int64_t bytes_of_an_entry = 400;
/// Of the memory; beyond a quarter the catalog calls it harmful. Weir's own mark.
constexpr std::int64_t table_memory_divisor = 8;
/// How long the entry of a closed connection stays, where it could not be read
/// (Documentation/networking/nf_conntrack-sysctl.rst).
constexpr std::int64_t default_time_wait = 120;
/// Entries for each bucket that lookups stay short with: what the kernel chose before 5.15; later
/// it takes one.
constexpr std::int64_t entries_of_a_bucket = 4;

/// Entries that the load asks for. A full table holds what its limit allows; each refused
/// connection would have kept an entry, too, and for that long.
struct Demand {
  std::int64_t held = 0;
  double refused_per_second = 0;
  std::int64_t stay_seconds = 0;
  std::int64_t entries = 0;
};

Demand measure_tracking_demand(const Situation& situation, std::int64_t entries,
                               std::int64_t limit) {
  Demand demand;
  demand.held = std::max(entries, limit);
  demand.refused_per_second =
      judge::per_second(situation.window, judge::table_delta(situation.window, "conntrack.drop"))
          .value_or(0);
  demand.stay_seconds = std::clamp<std::int64_t>(
      find_setting(situation.now(), "net.netfilter.nf_conntrack_tcp_timeout_time_wait")
          .value_or(default_time_wait),
      0, formula::largest_table);
  const double missing = demand.refused_per_second * static_cast<double>(demand.stay_seconds);
  demand.entries = saturated_sum(demand.held, rounded(missing));
  return demand;
}

}  // namespace

void cure_conntrack(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const auto entries = judge::find_number(situation.now().tables, "conntrack.count");
  auto limit = judge::find_number(situation.now().tables, "conntrack.max");
  if (!entries || !limit) {
    decline(situation, finding, "weir could not read the number of entries or their limit",
            proposal);
    return;
  }
  // Read at two moments: somebody may have raised it in between.
  limit = std::max(*limit, find_setting(situation.now(), max_name).value_or(0));
  const std::int64_t bound = std::max(
      situation.now().host.memory.count / table_memory_divisor / bytes_of_an_entry, *limit);
  const Demand demand = measure_tracking_demand(situation, *entries, *limit);
  const std::int64_t wanted =
      std::min(round_up_limit(saturated_product(demand.entries, headroom)), bound);
  if (wanted <= *limit) {
    decline(situation, finding, "the table may already use an eighth of this host's memory",
            proposal);
    return;
  }
  const auto buckets = find_setting(situation.now(), conntrack_buckets_name);
  if (buckets && *buckets > 0 && wanted / *buckets > entries_of_a_bucket) {
    propose(
        situation, finding,
        {conntrack_buckets_name, std::to_string(wanted / entries_of_a_bucket),
         "with more entries in each bucket, the lookup for every packet takes longer",
         std::to_string(wanted) +
             " entries / 4 for each bucket = " + std::to_string(wanted / entries_of_a_bucket),
         "the kernel rebuilds the table while packets wait, for some milliseconds for each 100,000 entries"},
        proposal);
  }
  propose(
      situation, finding,
      {max_name, std::to_string(wanted),
       "a full table drops the first packet of every new connection",
       "(the larger of " + std::to_string(*entries) + " entries and the limit of " +
           std::to_string(*limit) + ", + " + decimal(demand.refused_per_second) + "/s refused x " +
           std::to_string(demand.stay_seconds) +
           " s that an entry outlives its connection) x 2, rounded up to a power of two, at most memory / 8 / 400 bytes = " +
           std::to_string(wanted),
       "up to " +
           std::to_string(wanted / (1 << 20) * bytes_of_an_entry +
                          wanted % (1 << 20) * bytes_of_an_entry / (1 << 20)) +
           " MiB of kernel memory when the table is full"},
      proposal);
}

}  // namespace weir::plan
