#include "plan/size.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/integers.h"
#include "base/text.h"
#include "judge/window.h"
#include "model/sysctl_name.h"
#include "plan/durable.h"
#include "plan/make_step.h"
#include "plan/remedy.h"
#include "plan/screen.h"
#include "plan/size_draft.h"
#include "plan/tune.h"

namespace weir::plan {
namespace {

constexpr std::int64_t bits_per_mbit = 1'000'000;

void take_link(const Network& network, SizingHost& host) {
  for (const auto& link : network.links) {
    const bool leads_out = !link.loopback && link.up && link.carrier && link.routed;
    if (!leads_out || !link.speed_mbit || *link.speed_mbit <= 0) continue;
    const BitsPerSecond speed{saturated_product(*link.speed_mbit, bits_per_mbit)};
    if (host.link_speed && *host.link_speed >= speed) continue;
    host.link = link.name;
    host.link_speed = speed;
  }
}

/// The listener on the port with the shortest queue: its clients are refused first.
const Listener* find_shortest_listener(const Sockets& sockets, std::int64_t port) {
  const Listener* shortest = nullptr;
  for (const auto& listener : sockets.listeners) {
    if (listener.port == port && (shortest == nullptr || listener.backlog < shortest->backlog))
      shortest = &listener;
  }
  return shortest;
}

void take_process(const std::vector<Process>& processes, const Listener* listener,
                  SizingHost& host) {
  std::set<std::int64_t> pids;
  if (listener != nullptr) {
    for (const auto& owner : listener->owners) pids.insert(owner.pid);
  }
  for (const auto& process : processes) {
    if (!process.file_limit || (listener != nullptr && pids.count(process.pid) == 0)) continue;
    if (host.file_limit && *host.file_limit <= *process.file_limit) continue;
    host.file_limit = process.file_limit;
    host.server = process_name(process.pid, process.command);
  }
}

std::int64_t highest_listening_below(const Sockets& sockets, std::int64_t port) {
  std::int64_t highest = 0;
  for (const auto& listener : sockets.listeners) {
    if (listener.port < port) highest = std::max(highest, listener.port);
  }
  return highest;
}

std::vector<std::string> rank_breaks(const std::vector<SizingNeed>& needs) {
  std::vector<const SizingNeed*> broken;
  for (const auto& need : needs) {
    if (share_carried(need).value_or(1) < 1) broken.push_back(&need);
  }
  std::stable_sort(broken.begin(), broken.end(), [](const SizingNeed* a, const SizingNeed* b) {
    return *share_carried(*a) < *share_carried(*b);
  });
  std::vector<std::string> names;
  names.reserve(broken.size());
  for (const auto* need : broken) names.push_back(need->name);
  return names;
}

std::vector<std::string> list_unreachable(const std::vector<SizingNeed>& needs) {
  std::vector<std::string> sentences;
  for (const auto& need : needs) {
    if (share_movable(need).value_or(1) >= 1) continue;
    std::string sentence = need.name + ": no setting carries more than " + show(*need.movable_to) +
                           " " + need.load + " of " + show(need.wanted);
    if (!need.remedy.empty()) sentence += "; " + need.remedy;
    sentences.push_back(std::move(sentence));
  }
  return sentences;
}

std::vector<std::string> list_assumptions(const SizingDraft& draft) {
  const SizingGoal& goal = draft.goal;
  std::vector<std::string> notes;
  notes.push_back(
      "assumed: the application pauses for " + show(goal.pause) +
      " at most (--pause), 1 % of the handshakes lose a segment, and 0.1 % of the clients vanish without a FIN");
  if (goal.application.count == 0)
    notes.emplace_back(
        "weir does not count the application's own memory for each connection; give it with --app-memory");
  if (goal.workers == 1)
    notes.emplace_back(
        "weir assumes a single process for all connections; give the number of processes with --workers");
  if (draft.host.memory.count <= 0)
    notes.emplace_back(
        "the size of the memory is not known, so limits that depend on it are missing; give it with --ram");
  if (draft.host.cpus <= 0)
    notes.emplace_back("the number of CPUs is not known; give it with --cpus");
  if (!draft.host.link_speed) notes.emplace_back("the speed of the link is not known");
  if (!draft.host.file_limit)
    notes.emplace_back(
        "the server's limit of open files is not known, because weir could not see the server");
  if (!draft.host.tracks) {
    notes.emplace_back(
        draft.host.described
            ? "connection tracking is left out; a stateful firewall or NAT also needs it"
            : "connection tracking is not active here, so weir leaves it out");
  }
  return notes;
}

/// Settings that allow others to grow come first: no process can have a limit above fs.nr_open, and
/// a larger conntrack table needs its buckets.
int order_of(const SizingSetting& setting) {
  return setting.name.starts_with("fs.") ? 0 : setting.name == conntrack_buckets_name ? 1 : 2;
}

/// The goal takes the place of a finding.
Finding make_setting_goal(const SizingSetting& setting, const SizingHost& host) {
  Finding goal;
  goal.id = "goal";
  goal.resource.kind = "host";
  goal.resource.name = host.name;
  goal.evidence.push_back({"goal", setting.name, {}, {}, {}, {}, setting.from});
  return goal;
}

void describe_goal(const SizingSetting& setting, const SizingHost& host, Step& step) {
  const Finding goal = make_setting_goal(setting, host);
  step.finding = goal.id;
  step.evidence = evidence_texts(goal);
  step.reason = setting.reason;
  step.formula = setting.formula;
  step.risk = setting.risk;
}

std::string note_of(const SizingSetting& setting) {
  std::string text = setting.name + ": ";
  if (!setting.from.empty()) text += "change " + setting.from + " to ";
  return text + setting.to + "; " + setting.reason;
}

/// Adds a step on the backlog of each member of the server's group. Adds a note if no listener was
/// named, or its owner could not be seen.
void propose_backlog(const SizingSetting& setting, const SizingHost& host,
                     const judge::Window& window, Proposal& proposal) {
  const std::size_t before = proposal.steps.size();
  for (const auto& listener : window.end().sockets.listeners) {
    if (listener_name(listener) != host.listener || listener.owners.empty()) continue;
    ListenerTarget target{listener.cookie, listener.inode, listener.family, host.listener, {},
                          listener.owners};
    if (const Process* owner = judge::find_process(window, listener.owners.front().pid))
      target.command = owner->command;
    Step step;
    step.target = std::move(target);
    describe_goal(setting, host, step);
    step.expected = std::to_string(listener.backlog);
    step.wanted = setting.to;
    step.scope = "this socket, until it is closed";
    proposal.steps.push_back(std::move(step));
  }
  if (proposal.steps.size() == before) proposal.notes.push_back(note_of(setting));
}

void propose_sized_limit(const SizingSetting& setting, const SizingHost& host, const Snapshot& now,
                         Proposal& proposal) {
  const auto process = std::find_if(
      now.processes.begin(), now.processes.end(),
      [&](const Process& one) { return process_name(one.pid, one.command) == host.server; });
  const auto wanted = parse_integer(setting.to);
  auto step =
      process == now.processes.end() || !wanted
          ? std::nullopt
          : make_limit_step(
                *process,
                join_integers({*wanted, std::max(*wanted, process->file_limit_hard.value_or(0))}));
  if (!step) {
    proposal.notes.push_back(note_of(setting));
    return;
  }
  describe_goal(setting, host, *step);
  proposal.steps.push_back(*std::move(step));
}

}  // namespace

SizingHost compute_capacities(const Snapshot& snapshot, std::optional<std::int64_t> port) {
  SizingHost host;
  host.name = snapshot.provenance.hostname;
  host.kernel_text = snapshot.provenance.kernel;
  host.kernel = parse_kernel_version(snapshot.provenance.kernel).value_or(KernelVersion{});
  host.memory = snapshot.host.memory;
  host.page_size = snapshot.host.page_size;
  host.cpus = snapshot.host.cpus;
  host.sysctls = snapshot.settings.sysctls;
  take_link(snapshot.network, host);
  const Listener* listener = port ? find_shortest_listener(snapshot.sockets, *port) : nullptr;
  if (listener != nullptr) {
    host.listener = listener_name(*listener);
    host.backlog = listener->backlog;
  }
  if (!port || listener != nullptr) take_process(snapshot.processes, listener, host);
  const auto table = [&tables = snapshot.counters.tables](const char* name) {
    const auto found = tables.find(name);
    return found == tables.end() ? std::int64_t{0} : found->second;
  };
  host.open_files = table("files.allocated");
  host.tracks = table("conntrack.count") > 0;
  host.highest_below = highest_listening_below(
      snapshot.sockets,
      find_setting(snapshot.settings, "net.ipv4.ip_local_port_range").value_or(0));
  return host;
}

Sizing compute_sizing(const SizingGoal& goal, const SizingHost& host) {
  SizingDraft draft = begin_sizing(goal, host);
  size_queues(draft);
  size_buffers(draft);
  size_tables(draft);
  size_limits(draft);
  Sizing sizing;
  sizing.breaks = rank_breaks(draft.needs);
  sizing.unreachable = list_unreachable(draft.needs);
  sizing.notes = list_assumptions(draft);
  sizing.goal = draft.goal;
  sizing.host = std::move(draft.host);
  sizing.needs = std::move(draft.needs);
  sizing.settings = std::move(draft.settings);
  return sizing;
}

Plan make_size_plan(const Sizing& sizing, const Snapshot& snapshot, const Catalog& catalog) {
  Plan plan = begin_plan(snapshot);
  if (sizing.host.described) {
    plan.notes.emplace_back(
        "this sizing describes another machine, whose present values are not known, so the plan has no step");
    return plan;
  }
  std::vector<SizingSetting> settings = sizing.settings;
  std::stable_sort(settings.begin(), settings.end(),
                   [](const auto& a, const auto& b) { return order_of(a) < order_of(b); });
  const Recording instant{snapshot, {}, {}, 0, {}, {}, {}, {}, {}};
  const judge::Window window(instant);
  Proposal proposal;
  for (const auto& setting : settings) {
    if (setting.kind == StepKind::sysctl) {
      propose({window, catalog}, make_setting_goal(setting, sizing.host),
              {setting.name, setting.to, setting.reason, setting.formula, setting.risk}, proposal);
    } else if (setting.kind == StepKind::listener) {
      propose_backlog(setting, sizing.host, window, proposal);
    } else {
      propose_sized_limit(setting, sizing.host, snapshot, proposal);
    }
  }
  plan.steps = merge_steps(std::move(proposal.steps));
  compose_durable(snapshot, catalog, plan.steps);
  plan.notes = std::move(proposal.notes);
  for (const auto& sentence : sizing.unreachable) plan.notes.push_back(sentence);
  for (auto& refusal : screen(snapshot, catalog, {}, plan).refusals)
    plan.notes.push_back(std::move(refusal.sentence));
  return plan;
}

}  // namespace weir::plan
