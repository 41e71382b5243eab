#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/integers.h"
#include "base/text.h"
#include "judge/accept_queue.h"
#include "plan/backlog.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

constexpr const char* somaxconn_name = "net.core.somaxconn";
/// pidfd_getfd() came with Linux 5.6.
constexpr KernelVersion first_with_pidfd_getfd{5, 6, 0};

/// The refusals of this listener. sk_drops also counts SYNs dropped for other reasons, so the
/// namespace's overflows are the upper bound.
std::int64_t count_overflows(const judge::Window& window, const Listener& listener) {
  const Listener* before = judge::find_before(window, listener);
  const std::int64_t earlier = before == nullptr ? 0 : before->drops.value_or(0);
  const auto total = judge::counter_delta(window, "TcpExt.ListenOverflows");
  if (!listener.drops) return total.value_or(0);
  const std::int64_t drops =
      std::max<std::int64_t>(saturated_difference(*listener.drops, earlier), 0);
  return total ? std::min(drops, *total) : drops;
}

/// How many connections the worst burst lost. Without samples of the drops, the refusals are
/// divided evenly among the bursts that the samples of the queue show. Samples can miss a burst; if
/// they show none, one burst is assumed. The result may be too large, so the queue becomes rather
/// too long than too short.
std::int64_t size_largest_burst(const judge::Window& window, const Listener& listener) {
  const std::int64_t overflows = count_overflows(window, listener);
  const Series* queue = judge::find_series(window, listener, Metric::accept_queue);
  const Series* drops = judge::find_series(window, listener, Metric::drops);
  if (queue == nullptr) return overflows;
  const auto largest = drops == nullptr ? std::nullopt : compute_largest_burst(*queue, *drops);
  if (largest) return std::min(*largest, overflows);
  const std::int64_t bursts = std::max<std::int64_t>(count_bursts(queue->values), 1);
  return overflows / bursts + (overflows % bursts != 0 ? 1 : 0);
}

BacklogSize size_listener(const judge::Window& window, const Listener& listener) {
  BacklogDemand demand;
  demand.backlog = listener.backlog;
  demand.largest_burst = size_largest_burst(window, listener);
  const Series* queue = judge::find_series(window, listener, Metric::accept_queue);
  if (queue != nullptr) demand.drain_per_second = compute_drain_rate(queue->times, queue->values);
  return compute_backlog(demand);
}

/// The listeners that a finding is about: the listener that it names, and those with the same
/// diagnosis.
std::vector<const Listener*> find_subjects(const judge::Window& window, const Finding& finding) {
  std::vector<const Listener*> listeners;
  const auto add = [&](const Resource& resource) {
    if (!resource.cookie || !resource.inode) return;
    const Listener* listener =
        window.index().end.listeners.find({*resource.cookie, *resource.inode});
    if (listener != nullptr) listeners.push_back(listener);
  };
  add(finding.resource);
  for (const auto& resource : finding.also) add(resource);
  return listeners;
}

std::string listener_scope_text(const std::string& command) {
  return "this socket, until it is closed; a restart of " +
         (command.empty() ? std::string("the server") : command) +
         " restores the configured backlog";
}

Step make_listener_step(const Finding& finding, const Listener& listener, const BacklogSize& size) {
  ListenerTarget target;
  target.cookie = listener.cookie;
  target.inode = listener.inode;
  target.family = listener.family;
  target.name = listener_name(listener);
  target.command = finding.resource.command;
  target.owners = listener.owners;
  Step step;
  step.expected = std::to_string(listener.backlog);
  step.wanted = std::to_string(size.backlog);
  step.finding = finding.id;
  step.evidence = evidence_texts(finding);
  step.reason = "bursts overflow the accept queue of " + target.name + ", whose limit is " +
                step.expected + "; the application empties the queue between bursts";
  step.formula = size.formula;
  step.risk =
      "if the application falls behind for long, clients wait in the longer queue instead of being refused at once";
  step.scope = listener_scope_text(target.command);
  step.target = std::move(target);
  return step;
}

/// Whether an entry is about owners. A file from before subjects shows it only by the entry's
/// words.
bool is_about_owners(const NotSeen& entry) {
  if (entry.subject) return entry.subject == Subject::owners;
  const bool of_listeners = entry.what.ends_with(" listener") || entry.what.ends_with(" listeners");
  return of_listeners && entry.what.starts_with("the owner");
}

/// The recording's reason why owners could not be seen (sense/owners.cpp).
std::string why_unseen(const Snapshot& snapshot) {
  const auto& all = snapshot.not_seen;
  const auto found = std::find_if(all.begin(), all.end(), is_about_owners);
  return found == all.end() ? std::string() : " (" + found->why + ")";
}

/// Why no step can be made for this listener; empty if a step can be made.
std::string obstacle(const Snapshot& snapshot, const Listener& listener) {
  const auto kernel = parse_kernel_version(snapshot.provenance.kernel);
  if (kernel && *kernel < first_with_pidfd_getfd) {
    return "this kernel (" + snapshot.provenance.kernel +
           ") has no pidfd_getfd (since Linux 5.6); set the backlog in the server's configuration";
  }
  if (listener.owners.empty())
    return "weir could not see its owner" + why_unseen(snapshot) +
           "; record and plan again where weir can see the owner";
  return {};
}

/// Members of one finding get the same number. The kernel distributes new connections over a group
/// by chance, and the configuration has one number for all.
std::map<const Listener*, BacklogSize> size_subjects(
    const judge::Window& window, const std::vector<const Listener*>& listeners) {
  std::map<const Listener*, BacklogSize> sizes;
  const BacklogSize* largest = nullptr;
  for (const Listener* listener : listeners) {
    const BacklogSize& size = sizes[listener] = size_listener(window, *listener);
    if (largest == nullptr || size.backlog > largest->backlog) largest = &size;
  }
  if (largest == nullptr) return sizes;
  const BacklogSize common = *largest;
  for (auto& size : sizes) {
    if (size.second.backlog == common.backlog) continue;
    size.second.formula +=
        "; the same for all members of the group = " + std::to_string(common.backlog);
    size.second.backlog = common.backlog;
  }
  return sizes;
}

/// The kernel silently limits every backlog that listen() gets to the namespace's somaxconn.
void propose_somaxconn(const Situation& situation, const Finding& finding, std::int64_t wanted,
                       Proposal& proposal) {
  const auto present = find_setting(situation.now().settings, somaxconn_name).value_or(0);
  if (wanted <= present) return;
  propose(
      situation, finding,
      {somaxconn_name, std::to_string(wanted),
       "the kernel silently limits every backlog that listen() gets to net.core.somaxconn",
       "the longest backlog of this plan = " + std::to_string(wanted),
       "servers that ask for more than " + std::to_string(present) +
           " get a longer queue the next time they call listen(); sockets that listen already keep their limit"},
      proposal);
}

void lengthen_queues(const Situation& situation, const Finding& finding, Proposal& proposal) {
  if (!find_setting(situation.now().settings, somaxconn_name)) {
    proposal.notes.emplace_back(
        "no step, because weir could not read net.core.somaxconn, which limits every backlog");
    return;
  }
  if (!situation.has_window()) {
    decline_without_window(finding, "how many connections a burst loses", proposal);
    return;
  }
  const auto listeners = find_subjects(situation.window, finding);
  if (listeners.empty()) {
    decline(situation, finding, "it no longer listens", proposal);
    return;
  }
  const auto sizes = size_subjects(situation.window, listeners);
  std::int64_t longest = 0;
  for (const Listener* listener : listeners) {
    const BacklogSize& size = sizes.at(listener);
    std::string why = obstacle(situation.now(), *listener);
    if (why.empty() && size.backlog <= listener->backlog)
      why =
          "its backlog of " + std::to_string(listener->backlog) + " is the largest that weir sets";
    if (why.empty()) {
      proposal.steps.push_back(make_listener_step(finding, *listener, size));
      longest = std::max(longest, size.backlog);
    } else {
      proposal.notes.push_back(listener_name(*listener) + ": no step, because " + why);
    }
  }
  propose_somaxconn(situation, finding, longest, proposal);
}

}  // namespace

void cure_syn_queue(const Situation& situation, const Finding& finding, Proposal& proposal) {
  constexpr const char* cookies = "net.ipv4.tcp_syncookies";
  const auto mode = find_setting(situation.now().settings, cookies);
  if (mode.value_or(0) != 0) {
    decline(
        situation, finding,
        "SYN cookies already answer the requests that do not fit, and a longer queue only gives an attacker more room",
        proposal);
    return;
  }
  propose(
      situation, finding,
      {cookies,
       "1",
       "without SYN cookies a full SYN queue refuses clients, and tcp_max_syn_backlog reserves a part of it for known peers",
       "1: answer with a cookie when the queue is full, and only then",
       {}},
      proposal);
}

void cure_accept_queue(const Situation& situation, const Finding& finding, Proposal& proposal) {
  if (finding.id == judge::ids::accept_queue_slow_application) {
    decline(
        situation, finding,
        "a longer backlog does not help: the application never empties the queue, so a longer queue fills as well, only later",
        proposal);
  } else if (finding.id == judge::ids::accept_queue_not_accepting) {
    decline(situation, finding,
            "the application accepts no connection, and a longer backlog does not change that",
            proposal);
  } else {
    lengthen_queues(situation, finding, proposal);
  }
}

}  // namespace weir::plan
