#include <algorithm>
#include <string>

#include "base/integers.h"
#include "judge/window.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

/// An entry with everything that belongs to it: about half a KiB (struct neighbour and its ndisc or
/// arp part, rounded up by the slab).
constexpr std::int64_t bytes_of_a_neighbour = 512;
constexpr std::int64_t most_neighbours = std::int64_t{1} << 20;

}  // namespace

void cure_neighbours(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const bool is_six = finding.resource.name.find("ipv6") != std::string::npos ||
                      finding.resource.name.find("IPv6") != std::string::npos;
  const std::string family = is_six ? "ipv6" : "ipv4";
  const std::string base = "net." + family + ".neigh.default.gc_thresh";
  const auto entries =
      judge::find_number(situation.now().counters.tables, "neighbour." + family + ".entries");
  const auto hard = find_setting(situation.now().settings, base + "3");
  if (!entries || !hard) {
    decline(
        situation, finding,
        "weir could not read " + base + "3 or the number of entries; both belong to the whole host",
        proposal);
    return;
  }
  const std::int64_t wanted = std::min(
      round_up_limit(saturated_product(std::max(*entries, *hard), headroom)), most_neighbours);
  if (wanted <= *hard) {
    decline(situation, finding,
            "more than a million neighbours mean a scan, or a network that should be divided",
            proposal);
    return;
  }
  const std::string formula = "the larger of " + std::to_string(*entries) +
                              " entries and the limit of " + std::to_string(*hard) +
                              ", x 2, rounded up to a power of two = " + std::to_string(wanted);
  const std::string memory =
      "up to " + std::to_string(std::max<std::int64_t>(wanted * bytes_of_a_neighbour >> 20, 1)) +
      " MiB of kernel memory when the table is full";
  propose(situation, finding,
          {base + "3", std::to_string(wanted),
           "when the table is full, the kernel drops packets to neighbours without an entry",
           formula, memory},
          proposal);
  propose(situation, finding,
          {base + "2", std::to_string(wanted / 2),
           "above this number, the kernel removes entries after 5 s", formula + " / 2", memory},
          proposal);
  propose(situation, finding,
          {base + "1", std::to_string(wanted / 8), "below this number, the kernel removes no entry",
           formula + " / 8", memory},
          proposal);
}

}  // namespace weir::plan
