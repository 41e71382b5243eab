#include <algorithm>
#include <string>

#include "base/integers.h"
#include "base/number_text.h"
#include "base/text.h"
#include "judge/window.h"
#include "model/sysctl_name.h"
#include "plan/formula/tables.h"
#include "plan/make_step.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

constexpr const char* max_name = "net.netfilter.nf_conntrack_max";
/// An nf_conn with its extensions, the same number as in the catalog.
constexpr std::int64_t bytes_of_an_entry = 400;
/// Share of the memory; the catalog calls more than a quarter harmful. weir's own threshold.
constexpr std::int64_t table_memory_divisor = 8;
/// How long the entry of a closed connection stays; used if the setting could not be read
/// (Documentation/networking/nf_conntrack-sysctl.rst).
constexpr std::int64_t default_time_wait = 120;
/// With this many entries in each bucket lookups stay short. Kernels before 5.15 chose it; later
/// ones choose one.
constexpr std::int64_t entries_of_a_bucket = 4;

/// Entries that the load needs. A full table holds as many as its limit allows. Each refused
/// connection would have kept an entry, too, for `stay_seconds`.
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
      find_setting(situation.now().settings, "net.netfilter.nf_conntrack_tcp_timeout_time_wait")
          .value_or(default_time_wait),
      0, formula::largest_table);
  const double missing = demand.refused_per_second * static_cast<double>(demand.stay_seconds);
  demand.entries = saturated_sum(demand.held, rounded(missing));
  return demand;
}

/// fs.file-max, for all processes together.
void raise_host_limit(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const auto allocated = judge::find_number(situation.now().counters.tables, "files.allocated");
  auto limit = judge::find_number(situation.now().counters.tables, "files.max");
  if (!allocated || !limit) {
    decline(situation, finding, "weir could not read the number of open files or its limit",
            proposal);
    return;
  }
  // The limit is read at two moments, and may have been raised in between.
  limit = std::max(*limit, find_setting(situation.now().settings, "fs.file-max").value_or(0));
  const std::int64_t wanted =
      round_up_limit(saturated_product(std::max(*allocated, *limit), headroom));
  if (wanted <= *limit) {
    decline(situation, finding,
            "fs.file-max is " + std::to_string(*limit) + ", the largest that weir sets", proposal);
    return;
  }
  propose(situation, finding,
          {"fs.file-max",
           std::to_string(wanted),
           "no process of this host can open another file or accept another connection",
           "the larger of " + std::to_string(*allocated) + " open files and the limit of " +
               std::to_string(*limit) +
               ", x 2, rounded up to a power of two = " + std::to_string(wanted),
           {}},
          proposal);
}

/// Connections that wait for the process's accept(), and those that its listeners refused inside
/// the window. Each needs one file.
std::int64_t count_waiting(const Situation& situation, const Process& process) {
  std::int64_t waiting = 0;
  for (const Listener* listener :
       situation.window.index().end.listeners_by_owner.all(process.pid)) {
    waiting = saturated_sum(waiting, std::max<std::int64_t>(listener->queue, 0));
    const Listener* before = judge::find_before(situation.window, *listener);
    const auto refused =
        before == nullptr ? std::nullopt : judge::difference(before->drops, listener->drops);
    waiting = saturated_sum(waiting, refused.value_or(0));
  }
  return waiting;
}

void raise_process_limit(const Situation& situation, const Finding& finding, const Process& process,
                         Proposal& proposal) {
  const std::string name = process_name(process.pid, process.command);
  const std::int64_t nr_open =
      find_setting(situation.now().settings, "fs.nr_open").value_or(formula::compute_nr_open(0));
  if (!process.file_limit || !process.file_limit_hard) {
    proposal.notes.push_back(name + ": no step, because weir could not read its limits");
    return;
  }
  const formula::FileLimits now{*process.file_limit, *process.file_limit_hard};
  const std::int64_t waiting = count_waiting(situation, process);
  const std::int64_t demand = saturated_sum(process.files.value_or(0), waiting);
  const auto wanted =
      formula::compute_file_limits(demand, now, nr_open, formula::initial_file_limit);
  if (!wanted) {
    proposal.notes.push_back(
        name +
        ": no step, because its limit already equals fs.nr_open; `weir plan --set fs.nr_open=" +
        std::to_string(formula::compute_nr_open(saturated_sum(nr_open, nr_open))) +
        "` raises fs.nr_open");
    return;
  }
  auto made = make_limit_step(process, join_integers({wanted->soft, wanted->hard}));
  if (!made) return;
  Step& step = *made;
  step.finding = finding.id;
  step.evidence = evidence_texts(finding);
  step.reason = name + " cannot open another file, so it cannot accept another connection";
  step.formula = "twice the larger of " + std::to_string(process.files.value_or(0)) +
                 " open files + " + std::to_string(waiting) +
                 " connections that waited or were refused, and the limit of " +
                 std::to_string(now.soft) + ", as a power of two, at least " +
                 std::to_string(formula::initial_file_limit) +
                 ", at most fs.nr_open = " + std::to_string(wanted->soft);
  step.risk =
      "more connections take more memory; a program that uses select() must stay below 1024 files";
  step.scope = "this process, until it ends; processes that it starts later inherit the limit";
  proposal.steps.push_back(std::move(step));
}

}  // namespace

void cure_conntrack(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const auto entries = judge::find_number(situation.now().counters.tables, "conntrack.count");
  auto limit = judge::find_number(situation.now().counters.tables, "conntrack.max");
  if (!entries || !limit) {
    decline(situation, finding, "weir could not read the number of entries or their limit",
            proposal);
    return;
  }
  // The limit is read at two moments, and may have been raised in between.
  limit = std::max(*limit, find_setting(situation.now().settings, max_name).value_or(0));
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
  const auto buckets = find_setting(situation.now().settings, conntrack_buckets_name);
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

void cure_files(const Situation& situation, const Finding& finding, Proposal& proposal) {
  if (finding.resource.pids.empty()) {
    raise_host_limit(situation, finding, proposal);
    return;
  }
  for (const std::int64_t pid : finding.resource.pids) {
    const Process* process = judge::find_process(situation.window, pid);
    if (process == nullptr) {
      proposal.notes.push_back(
          "process " + std::to_string(pid) +
          ": no step, because the process has ended, or owns no listening socket");
    } else {
      raise_process_limit(situation, finding, *process, proposal);
    }
  }
}

}  // namespace weir::plan
