#include <algorithm>
#include <string>

#include "judge/window.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

constexpr const char* max_name = "net.netfilter.nf_conntrack_max";
constexpr const char* buckets_name = "net.netfilter.nf_conntrack_buckets";
constexpr double headroom = 2;
/// An nf_conn with its extensions, as the catalog counts it.
constexpr std::int64_t bytes_each = 400;
/// Of the memory; beyond a quarter the catalog calls it harmful. Weir's own mark.
constexpr std::int64_t memory_divisor = 8;
/// Entries for each bucket that lookups stay short with: what the kernel chose before 5.15; later it takes one.
constexpr std::int64_t entries_of_a_bucket = 4;

}  // namespace

void cure_conntrack(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const auto entries = judge::find_number(situation.now().tables, "conntrack.count");
  auto limit = judge::find_number(situation.now().tables, "conntrack.max");
  if (!entries || !limit) {
    decline(finding, "the number of entries or their limit could not be read", proposal);
    return;
  }
  // Read at two moments: somebody may have raised it in between.
  limit = std::max(*limit, read_setting(situation, max_name).value_or(0));
  const std::int64_t bound = std::max(situation.now().host.memory.count / memory_divisor / bytes_each, *limit);
  const std::int64_t wanted = std::min(round_up_to_power_of_two(static_cast<double>(std::max(*entries, *limit)) * headroom), bound);
  if (wanted <= *limit) {
    decline(finding, "an eighth of this host's memory is already promised to the table", proposal);
    return;
  }
  const auto buckets = read_setting(situation, buckets_name);
  if (buckets && *buckets > 0 && wanted / *buckets > entries_of_a_bucket) {
    propose(situation, finding,
            {buckets_name, std::to_string(wanted / entries_of_a_bucket), "with more entries to each bucket every packet's lookup takes longer",
             std::to_string(wanted) + " entries / 4 for each bucket = " + std::to_string(wanted / entries_of_a_bucket),
             "the table is built anew while packets wait, some milliseconds for each 100,000 entries"},
            proposal);
  }
  propose(situation, finding,
          {max_name, std::to_string(wanted), "a full table drops the first packet of every new connection",
           "the larger of " + std::to_string(*entries) + " entries and the limit of " + std::to_string(*limit) +
               ", x 2, up to a power of two, at most an eighth of the memory at 400 bytes each = " + std::to_string(wanted),
           "up to " + std::to_string(wanted / (1 << 20) * bytes_each + wanted % (1 << 20) * bytes_each / (1 << 20)) + " MiB of kernel memory when it is full"},
          proposal);
}

}  // namespace weir::plan
