#include "judge/defaults.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace weir::judge {
namespace {

/// Share of MemTotal that nr_free_buffer_pages() leaves: it subtracts the high watermarks
/// (mm/page_alloc.c nr_free_zone_pages()). Measured 0.995 on 23 GiB with 6.18. On a small host the
/// watermarks take a larger share.
constexpr double buffer_share_of_memory = 0.97;

/// Outside of these shares of MemTotal, /proc/zoneinfo shows that memory was added or removed after
/// boot (virtio-mem, balloons). The kernel then computed the thresholds from another number than
/// weir can read now.
constexpr double least_plausible_share = 0.85;

/// The possible error of an estimate of the boot's free pages. It also covers a later change of
/// vm.min_free_kbytes, which moves the watermarks.
constexpr double memory_tolerance = 0.15;

/// One bucket for 2^17 bytes, and the limit that tcp_init() gives (net/ipv4/tcp.c, "one slot per
/// 128 KB of memory"; 512 * 1024).
constexpr std::int64_t bytes_per_ehash_bucket = std::int64_t{1} << 17;
constexpr std::int64_t most_ehash_entries = std::int64_t{512} * 1024;

constexpr std::int64_t mebibyte = std::int64_t{1} << 20;
constexpr std::int64_t gibibyte = std::int64_t{1} << 30;

/// tcp_rmem[1] grew with commit a337531b942b, tcp_rmem[2] with 572be9bf9d0d, and the minimum became
/// one page with e70f3c701276.
constexpr KernelVersion larger_initial_rmem{4, 20, 0};
constexpr KernelVersion larger_maximal_rmem{6, 16, 0};
constexpr KernelVersion minimum_is_a_page{6, 0, 0};
/// nf_conntrack's default is sized without the old factor of four since d532bcd0b269.
constexpr KernelVersion conntrack_factor_one{5, 15, 0};

/// tcp_max_syn_backlog doubled with 623d0c2db020, in the same release in which somaxconn grew.
constexpr KernelVersion larger_syn_backlog{5, 4, 0};

/// NR_FILE, the least that files_maxfiles_init() takes (include/linux/fs.h).
constexpr std::int64_t least_file_max = 8192;

/// The pages and addresses of the machines that Linux runs on: pages from 4 KiB (x86) to 256 KiB
/// (Hexagon), and 52 bits of physical address (x86 with five levels, Arm with LPA). weir does not
/// believe a file with other numbers.
constexpr std::int64_t smallest_page = 4096;
constexpr std::int64_t largest_page = std::int64_t{256} * 1024;
constexpr std::int64_t most_memory = std::int64_t{1} << 52;

Pages estimate_buffer_pages(Bytes memory, Bytes page_size) {
  const std::int64_t pages = memory.count / page_size.count;
  return {static_cast<std::int64_t>(buffer_share_of_memory * static_cast<double>(pages))};
}

std::vector<Pages> plausible_buffer_pages(Pages read, Bytes memory, Bytes page_size) {
  const Pages estimate = estimate_buffer_pages(memory, page_size);
  if (memory.count <= 0) return {Pages{}};
  if (read.count <= 0) return {estimate};
  const double share = static_cast<double>(read.count) / static_cast<double>(std::max<std::int64_t>(
                                                             memory.count / page_size.count, 1));
  if (share > 1) return {estimate};
  if (share < least_plausible_share) return {estimate, read};
  return {read};
}

std::int64_t minimum_buffer(const HostFacts& facts) {
  return facts.kernel >= minimum_is_a_page ? facts.page_size.count : 4096;
}

/// tcp_init() bounds what one socket may grow to by a 128th of the buffer memory, in bytes. From 4
/// GiB on, that bound is above the cap. weir assumes that a machine with unknown memory has at
/// least 4 GiB.
std::int64_t bound_share(std::int64_t cap, Pages buffer_pages, const HostFacts& facts) {
  if (buffer_pages.count <= 0) return cap;
  return std::min(cap, to_bytes(buffer_pages, facts.page_size).count / 128);
}

struct RuleResult {
  std::vector<Integers> candidates;
  double tolerance = 0;
};

/// One candidate for each number of buffer pages. The choice has a tolerance unless all candidates
/// have the same integers.
template <class Compute>
RuleResult from_buffer_pages(const HostFacts& facts, Compute compute) {
  RuleResult result;
  for (const Pages pages : facts.buffer_pages) {
    auto integers = compute(pages);
    const auto tolerated = [&](double factor) {
      return compute(Pages{static_cast<std::int64_t>(factor * static_cast<double>(pages.count))});
    };
    if (tolerated(1 - memory_tolerance) != integers || tolerated(1 + memory_tolerance) != integers)
      result.tolerance = memory_tolerance;
    if (std::find(result.candidates.begin(), result.candidates.end(), integers) ==
        result.candidates.end())
      result.candidates.push_back(std::move(integers));
  }
  return result;
}

/// net/ipv4/tcp.c tcp_init_mem(): a sixteenth of the buffer pages, equal from 3.10 to 6.18.
RuleResult tcp_mem(const HostFacts& facts) {
  return from_buffer_pages(facts, [](Pages pages) {
    const std::int64_t limit = std::max<std::int64_t>(pages.count / 16, 128);
    const std::int64_t low = limit / 4 * 3;
    return Integers{low, limit, low * 2};
  });
}

/// net/ipv4/udp.c udp_init() and its callers: an eighth of the buffer pages.
RuleResult udp_mem(const HostFacts& facts) {
  return from_buffer_pages(facts, [](Pages pages) {
    const std::int64_t limit = std::max<std::int64_t>(pages.count / 8, 128);
    const std::int64_t low = limit / 4 * 3;
    return Integers{low, limit, low * 2};
  });
}

/// net/ipv4/tcp.c tcp_init().
RuleResult tcp_rmem(const HostFacts& facts) {
  return from_buffer_pages(facts, [&](Pages pages) {
    const std::int64_t initial = facts.kernel >= larger_initial_rmem ? 131072 : 87380;
    const std::int64_t cap = (facts.kernel >= larger_maximal_rmem ? 32 : 6) * mebibyte;
    return Integers{minimum_buffer(facts), initial,
                    std::max(initial, bound_share(cap, pages, facts))};
  });
}

/// net/ipv4/tcp.c tcp_init().
RuleResult tcp_wmem(const HostFacts& facts) {
  return from_buffer_pages(facts, [&](Pages pages) {
    return Integers{minimum_buffer(facts), 16384,
                    std::max<std::int64_t>(65536, bound_share(4 * mebibyte, pages, facts))};
  });
}

/// net/ipv4/tcp_ipv4.c tcp_sk_init(), net/ipv4/tcp.c tcp_init().
RuleResult tcp_max_syn_backlog(const HostFacts& facts) {
  return {{{std::max<std::int64_t>(
              128, facts.ehash_entries / (facts.kernel >= larger_syn_backlog ? 128 : 256))}},
          0};
}
RuleResult half_of_ehash(const HostFacts& facts) { return {{{facts.ehash_entries / 2}}, 0}; }
RuleResult tcp_ehash_entries(const HostFacts& facts) { return {{{facts.ehash_entries}}, 0}; }

/// net/netfilter/nf_conntrack_core.c nf_conntrack_init_start(), 64 bits; before 5.15 a quarter of
/// the buckets, times four.
std::int64_t conntrack_buckets(const HostFacts& facts) {
  const std::int64_t factor = facts.kernel >= conntrack_factor_one ? 1 : 4;
  const std::int64_t least = facts.kernel >= conntrack_factor_one ? 1024 : 32;
  if (facts.memory.count > 4 * gibibyte) return 262144 / factor;
  if (facts.memory.count > gibibyte) return 65536 / factor;
  return std::max(least, facts.memory.count / 16384 / 8);
}
RuleResult nf_conntrack_buckets(const HostFacts& facts) {
  const bool by_memory = facts.memory.count <= gibibyte;
  return {{{conntrack_buckets(facts)}}, by_memory ? memory_tolerance : 0};
}
RuleResult nf_conntrack_max(const HostFacts& facts) {
  auto result = nf_conntrack_buckets(facts);
  if (facts.kernel < conntrack_factor_one) result.candidates.front().front() *= 4;
  return result;
}

/// fs/file_table.c files_maxfiles_init(): a tenth of the memory that is free at boot, in KiB.
RuleResult file_max(const HostFacts& facts) {
  return {{{std::max(least_file_max, facts.memory.count / 1024 / 10)}}, memory_tolerance};
}

/// net/core/dev.c: two ticks of the kernel's timer. Its rate (CONFIG_HZ) is not visible; kconfig
/// offers 250, 1000, 100 and 300.
RuleResult netdev_budget_usecs(const HostFacts&) { return {{{8000}, {2000}, {20000}, {6666}}, 0}; }

/// A rule has no result without this fact.
enum class Needs { version, memory, hash };

struct DefaultRule {
  std::string_view name;
  Needs needs;
  RuleResult (*compute)(const HostFacts&);
};

constexpr std::array<DefaultRule, 12> default_rules{
    {{"tcp_mem", Needs::memory, tcp_mem},
     {"udp_mem", Needs::memory, udp_mem},
     {"tcp_rmem", Needs::version, tcp_rmem},
     {"tcp_wmem", Needs::version, tcp_wmem},
     {"tcp_max_syn_backlog", Needs::hash, tcp_max_syn_backlog},
     {"tcp_max_tw_buckets", Needs::hash, half_of_ehash},
     {"tcp_max_orphans", Needs::hash, half_of_ehash},
     {"tcp_ehash_entries", Needs::hash, tcp_ehash_entries},
     {"nf_conntrack_max", Needs::memory, nf_conntrack_max},
     {"nf_conntrack_buckets", Needs::memory, nf_conntrack_buckets},
     {"file_max", Needs::memory, file_max},
     {"netdev_budget_usecs", Needs::version, netdev_budget_usecs}}};

bool is_known(Needs needs, const HostFacts& facts) {
  switch (needs) {
    case Needs::version: return true;
    case Needs::memory: return facts.memory.count > 0;
    case Needs::hash: return facts.ehash_entries > 0;
  }
  return false;
}

const DefaultRule* find_rule(std::string_view name) {
  const auto* found = std::find_if(default_rules.begin(), default_rules.end(),
                                   [&](const DefaultRule& rule) { return rule.name == name; });
  return found == default_rules.end() ? nullptr : found;
}

bool within(std::int64_t value, std::int64_t wanted, double tolerance) {
  return std::fabs(static_cast<double>(value) - static_cast<double>(wanted)) <=
         tolerance * std::fabs(static_cast<double>(wanted));
}

/// A multiple of 1000, or a power of two or the number before it (65536, 65535).
bool is_round(std::int64_t value) {
  const auto power_of_two = [](std::int64_t number) {
    return number > 0 && (number & (number - 1)) == 0;
  };
  return value % 1000 == 0 || power_of_two(value) || (value < INT64_MAX && power_of_two(value + 1));
}

HostFacts complete(HostFacts facts, Pages buffer_pages) {
  if (facts.page_size.count < smallest_page || facts.page_size.count > largest_page)
    facts.page_size = Bytes{smallest_page};
  if (facts.memory.count < 0 || facts.memory.count > most_memory) facts.memory = Bytes{};
  facts.buffer_pages = plausible_buffer_pages(buffer_pages, facts.memory, facts.page_size);
  if (facts.ehash_entries <= 0)
    facts.ehash_entries = facts.memory.count > 0 ? estimate_ehash_entries(facts.memory) : 0;
  return facts;
}

}  // namespace

HostFacts compute_facts(const Snapshot& snapshot) {
  HostFacts facts;
  facts.kernel = parse_kernel_version(snapshot.provenance.kernel).value_or(KernelVersion{});
  facts.memory = snapshot.host.memory;
  facts.page_size = snapshot.host.page_size;
  facts.ehash_entries = snapshot.host.ehash_entries;
  facts.cpus = snapshot.host.cpus;
  return complete(std::move(facts), snapshot.host.buffer_pages);
}

HostFacts compute_facts(const ConfigHost& host) {
  HostFacts facts;
  facts.kernel = host.kernel;
  facts.memory = host.memory;
  facts.page_size = host.page_size;
  facts.ehash_entries = host.ehash_entries;
  facts.cpus = host.cpus;
  return complete(std::move(facts), host.buffer_pages);
}

std::int64_t estimate_ehash_entries(Bytes memory) {
  const std::int64_t wanted = std::max<std::int64_t>(memory.count / bytes_per_ehash_bucket, 1);
  std::int64_t entries = 1;
  while (entries < wanted && entries < most_ehash_entries) entries *= 2;
  return entries;
}

KernelChoice compute_default(const Parameter& parameter, const HostFacts& facts) {
  const ParameterDefault* newest = nullptr;
  for (const auto& one : parameter.defaults) {
    if (one.since <= facts.kernel) newest = &one;
  }
  if (newest == nullptr) return {};
  KernelChoice choice;
  if (newest->rule.empty()) {
    choice.text = newest->value;
    Integers integers;
    for (const auto word : split_words(newest->value)) {
      const auto integer = parse_integer(word);
      if (!integer) return choice;
      integers.push_back(*integer);
    }
    if (parameter.type != ParameterType::text) choice.candidates.push_back(std::move(integers));
    return choice;
  }
  const DefaultRule* rule = find_rule(newest->rule);
  if (rule == nullptr || !is_known(rule->needs, facts)) return {};
  auto result = rule->compute(facts);
  choice.text = join_integers(result.candidates.front());
  choice.candidates = std::move(result.candidates);
  choice.tolerance = result.tolerance;
  return choice;
}

bool knows_default_rule(std::string_view rule) {
  return rule == "distribution" || find_rule(rule) != nullptr;
}

bool equals_default(const KernelChoice& choice, const Integers& value) {
  return std::any_of(choice.candidates.begin(), choice.candidates.end(),
                     [&](const Integers& candidate) {
                       return std::equal(candidate.begin(), candidate.end(), value.begin(),
                                         value.end(), [&](std::int64_t wanted, std::int64_t given) {
                                           return within(given, wanted, choice.tolerance);
                                         });
                     });
}

bool is_below_default(const KernelChoice& choice, const Integers& value, std::size_t index) {
  if (choice.candidates.empty() || index >= value.size()) return false;
  return std::all_of(choice.candidates.begin(), choice.candidates.end(),
                     [&](const Integers& candidate) {
                       return index < candidate.size() && value[index] < candidate[index] &&
                              !within(value[index], candidate[index], choice.tolerance);
                     });
}

bool may_be_boot_choice(const KernelChoice& choice, const Integers& value) {
  if (choice.tolerance == 0 || !is_below_default(choice, value, value.size() - 1)) return false;
  // tcp_init_mem() and udp_init() keep the three thresholds in fixed proportions. Values written by
  // hand mostly do not, and are often round numbers.
  if (value.size() == 3)
    return value[0] == value[1] / 4 * 3 && value[2] / 2 == value[0] && value[2] % 2 == 0;
  return value.size() == 1 && !is_round(value.front());
}

}  // namespace weir::judge
