#include <algorithm>
#include <string>

#include "base/integers.h"
#include "base/text.h"
#include "judge/window.h"
#include "plan/formula/files.h"
#include "plan/formula/nic.h"
#include "plan/limit_step.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

/// fs.file-max, for all processes together.
void raise_host_limit(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const auto allocated = judge::find_number(situation.now().tables, "files.allocated");
  auto limit = judge::find_number(situation.now().tables, "files.max");
  if (!allocated || !limit) {
    decline(situation, finding, "weir could not read the number of open files or its limit",
            proposal);
    return;
  }
  // Read at two moments: somebody may have raised it in between.
  limit = std::max(*limit, find_setting(situation.now(), "fs.file-max").value_or(0));
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
/// the window: each would have been a file.
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
      find_setting(situation.now(), "fs.nr_open").value_or(formula::compute_nr_open(0));
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
