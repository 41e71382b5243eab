#include <algorithm>

#include "base/integers.h"
#include "base/tcp_times.h"
#include "model/settings.h"
#include "model/sysctl_name.h"
#include "plan/formula/memory.h"
#include "plan/formula/processing.h"
#include "plan/formula/queues.h"
#include "plan/formula/tables.h"
#include "plan/size_draft.h"

namespace weir::plan {

namespace {

constexpr const char* connections = "connections";
/// Share of the memory that sockets and the application may use. The rest belongs to the system and
/// the page cache. weir's own number.
constexpr std::int64_t memory_percent = 75;

void size_process_files(SizingDraft& draft) {
  const SizingGoal& goal = draft.goal;
  SizingNeed need;
  need.name = "open files";
  need.resource = draft.host.server;
  need.unit = "files";
  need.needed =
      formula::compute_process_files(goal.connections, draft.loads.outgoing, goal.workers);
  need.available = draft.host.file_limit;
  need.load = connections;
  need.wanted = goal.connections;
  if (need.available)
    need.breaks_at = formula::compute_connections_of_files(*need.available, goal.connections,
                                                           draft.loads.outgoing, goal.workers);
  need.movable_to = formula::compute_connections_of_files(
      formula::largest_nr_open, goal.connections, draft.loads.outgoing, goal.workers);
  need.formula = draft.loads.outgoing > 0 ? "(" + show(goal.connections) + " + " +
                                                show(draft.loads.outgoing) + " to upstreams)"
                                          : show(goal.connections);
  need.formula += " / " + show(goal.workers) +
                  (goal.workers == 1 ? " process + " : " processes + ") +
                  show(formula::reserved_files) + " for other files = " + show(need.needed);
  need.remedy = "run more processes (--workers), each with its own limit";
  if (need.available && need.needed > *need.available) {
    const std::string of = draft.host.server.empty() ? "RLIMIT_NOFILE of the server"
                                                     : "RLIMIT_NOFILE of " + draft.host.server;
    want_setting(
        draft,
        {StepKind::limit, of, show(*need.available), show(need.needed),
         "each connection is an open file of the process; LimitNOFILE= in its systemd unit makes it durable",
         need.formula, "none known below fs.nr_open"});
  }
  draft.needs.push_back(need);

  constexpr const char* nr_open = "fs.nr_open";
  SizingNeed ceiling = need;
  ceiling.name = nr_open;
  ceiling.resource.clear();
  ceiling.available = find_setting(draft.host.sysctls, nr_open);
  ceiling.breaks_at.reset();
  if (ceiling.available)
    ceiling.breaks_at = formula::compute_connections_of_files(*ceiling.available, goal.connections,
                                                              draft.loads.outgoing, goal.workers);
  ceiling.formula = "no process can have a higher limit; " + need.formula;
  if (ceiling.available && ceiling.needed > *ceiling.available) {
    const std::int64_t wanted = formula::compute_nr_open(ceiling.needed);
    want_sysctl(draft, nr_open, show(wanted), "no process may have a higher limit of open files",
                need.formula + ", rounded up to a power of two", "8 bytes for each open file");
  }
  draft.needs.push_back(ceiling);
}

void size_host_files(SizingDraft& draft) {
  constexpr const char* file_max = "fs.file-max";
  const SizingGoal& goal = draft.goal;
  const std::int64_t each =
      formula::compute_process_files(goal.connections, draft.loads.outgoing, goal.workers);
  SizingNeed need;
  need.name = file_max;
  need.unit = "files";
  need.needed = formula::compute_host_files(each, goal.workers, draft.host.open_files);
  need.available = find_setting(draft.host.sysctls, file_max);
  need.load = connections;
  need.wanted = goal.connections;
  if (need.available) {
    const std::int64_t left =
        std::max<std::int64_t>(saturated_difference(*need.available, draft.host.open_files), 0) /
        goal.workers;
    need.breaks_at = formula::compute_connections_of_files(left, goal.connections,
                                                           draft.loads.outgoing, goal.workers);
  }
  need.formula = show(each) + " x " + show(goal.workers) + " + " + show(draft.host.open_files) +
                 " that are open now = " + show(need.needed);
  need.remedy = std::string("raise ") + file_max;
  if (need.available && need.needed > *need.available) {
    const std::int64_t wanted = saturated_ratio_up(need.needed, 5, 4);
    want_sysctl(draft, file_max, show(wanted), "it limits the open files of all processes together",
                need.formula + ", a quarter more", "192 bytes for each open file");
  }
  draft.needs.push_back(need);
}

formula::ConntrackTimeouts timeouts_of(const SizingHost& host) {
  formula::ConntrackTimeouts timeouts;
  const auto set = [&host](const char* name, Nanoseconds& time) {
    if (const auto found = find_setting(host.sysctls, name))
      time = {saturated_product(*found, nanoseconds_per_second)};
  };
  set("net.netfilter.nf_conntrack_tcp_timeout_time_wait", timeouts.time_wait);
  set("net.netfilter.nf_conntrack_tcp_timeout_syn_recv", timeouts.syn_recv);
  return timeouts;
}

std::int64_t tracked_entries(const SizingDraft& draft) {
  const std::int64_t open = saturated_sum(draft.goal.connections, draft.loads.outgoing);
  return formula::compute_conntrack_entries(open, opened_connections(draft), vanished_ppm,
                                            timeouts_of(draft.host));
}

void size_conntrack(SizingDraft& draft) {
  if (!draft.host.tracks) return;
  constexpr const char* limit = "net.netfilter.nf_conntrack_max";
  const SizingGoal& goal = draft.goal;
  const std::int64_t open = saturated_sum(goal.connections, draft.loads.outgoing);
  SizingNeed need;
  need.name = "conntrack";
  need.unit = "entries";
  need.needed = tracked_entries(draft);
  need.available = find_setting(draft.host.sysctls, limit);
  need.load = connections;
  need.wanted = goal.connections;
  const std::int64_t lingering = need.needed - open;
  const auto carried = [&](std::int64_t entries) {
    return open <= 0 ? 0
                     : saturated_ratio(
                           std::max<std::int64_t>(saturated_difference(entries, lingering), 0),
                           goal.connections, open);
  };
  if (need.available) need.breaks_at = carried(*need.available);
  need.movable_to = carried(formula::largest_table);
  need.formula = show(open) + " open + " + show(lingering) + " that outlive their connection by " +
                 show(timeouts_of(draft.host).time_wait) + " = " + show(need.needed);
  need.remedy = "exempt traffic that needs no tracking (notrack)";
  if (need.available && need.needed > *need.available) {
    const std::int64_t wanted = formula::compute_table_limit(need.needed, *need.available);
    want_sysctl(
        draft, limit, show(wanted),
        "every connection through the firewall needs an entry; when the table is full, the kernel drops its packets",
        need.formula + ", a quarter more", show(formula::tracked_connection) + " an entry at most");
    const std::int64_t hash = formula::compute_conntrack_buckets(wanted, draft.host.kernel);
    if (find_setting(draft.host.sysctls, conntrack_buckets_name).value_or(0) < hash) {
      want_sysctl(draft, conntrack_buckets_name, show(hash),
                  "the chains of the hash table stay short",
                  "the kernel's own ratio to nf_conntrack_max",
                  show(formula::conntrack_bucket) + " a bucket");
    }
  }
  draft.needs.push_back(need);
}

void size_memory(SizingDraft& draft) {
  const SizingGoal& goal = draft.goal;
  const auto total_of = [](std::int64_t count, Bytes each) {
    return formula::compute_memory(count, each).count;
  };
  const Bytes sockets{
      total_of(saturated_sum(goal.connections, draft.loads.outgoing), formula::idle_connection)};
  const Bytes buffers{total_of(draft.loads.active, draft.loads.active_buffers)};
  const Bytes application{total_of(goal.connections, goal.application)};
  const Bytes lingering{
      total_of(formula::compute_lingering(opened_connections(draft), time_wait_length),
               formula::time_wait_connection)};
  const Bytes tracked{
      draft.host.tracks ? total_of(tracked_entries(draft), formula::tracked_connection) : 0};
  const std::int64_t moving =
      saturated_sum(saturated_sum(sockets.count, buffers.count), application.count);
  const std::int64_t fixed = saturated_sum(lingering.count, tracked.count);
  SizingNeed need;
  need.name = "memory";
  need.unit = "bytes";
  need.needed = saturated_sum(moving, fixed);
  need.load = connections;
  need.wanted = goal.connections;
  if (draft.host.memory.count > 0) {
    need.available = saturated_ratio(draft.host.memory.count, memory_percent, 100);
    const std::int64_t left =
        std::max<std::int64_t>(saturated_difference(*need.available, fixed), 0);
    need.breaks_at = moving <= 0 ? INT64_MAX : saturated_ratio(goal.connections, left, moving);
    need.movable_to = need.breaks_at;
  }
  need.formula = show(saturated_sum(goal.connections, draft.loads.outgoing)) + " sockets x " +
                 show(formula::idle_connection) + " + " + show(draft.loads.active) + " active x " +
                 show(draft.loads.active_buffers) + " + TIME_WAIT " + show(lingering) +
                 (draft.host.tracks ? " + conntrack " + show(tracked) : "") + " + application " +
                 show(application) + ", of " + show(memory_percent) + " % of the memory";
  need.remedy = goal.application.count > formula::idle_connection.count
                    ? "let the application use less memory for each connection, or add memory"
                    : "add memory, or use more machines";
  draft.needs.push_back(need);
}

void size_cpu(SizingDraft& draft) {
  const SizingGoal& goal = draft.goal;
  const PerSecond opened = opened_connections(draft);
  SizingNeed need;
  need.name = "CPUs";
  need.unit = "CPUs";
  need.needed = formula::compute_workers(opened, formula::kernel_time_of_connection);
  need.load = "connections/s";
  need.wanted = goal.rate.count;
  need.formula = show(opened.count) + "/s x " + show(formula::kernel_time_of_connection) +
                 " of the kernel / " + show(formula::busy_percent) + " %";
  need.remedy = "add CPUs or machines, or let each connection carry several requests";
  if (draft.host.cpus > 0) {
    need.available = draft.host.cpus;
    const std::int64_t carried =
        formula::compute_rate_of_cpus(draft.host.cpus, formula::kernel_time_of_connection).count;
    need.breaks_at = saturated_ratio(carried, goal.rate.count, opened.count);
    need.movable_to = need.breaks_at;
    const PerSecond packets = formula::compute_packet_rate(goal.bandwidth, opened, {});
    need.formula += "; " + show(draft.host.cpus) +
                    (draft.host.cpus == 1 ? " CPU at " : " CPUs at ") +
                    show(formula::busy_percent) + " % give " +
                    show(formula::compute_time_budget(draft.host.cpus, goal.rate)) +
                    " for each connection, the application included, and " +
                    show(formula::compute_time_budget(draft.host.cpus, packets)) + " for each of " +
                    show(packets.count) + " packets/s";
  }
  draft.needs.push_back(need);
}

}  // namespace

void size_limits(SizingDraft& draft) {
  size_process_files(draft);
  size_host_files(draft);
  size_conntrack(draft);
  size_memory(draft);
  size_cpu(draft);
}

}  // namespace weir::plan
