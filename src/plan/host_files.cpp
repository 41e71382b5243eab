#include <algorithm>
#include <string>

#include "judge/window.h"
#include "plan/formula/files.h"
#include "plan/remedy.h"

namespace weir::plan {
namespace {

constexpr std::int64_t headroom = 2;

/// fs.file-max, for all processes together.
void raise_host_limit(const Situation& situation, const Finding& finding, Proposal& proposal) {
  const auto allocated = judge::find_number(situation.now().tables, "files.allocated");
  auto limit = judge::find_number(situation.now().tables, "files.max");
  if (!allocated || !limit) {
    decline(finding, "the number of open files or its limit could not be read", proposal);
    return;
  }
  // Read at two moments: somebody may have raised it in between.
  limit = std::max(*limit, read_setting(situation, "fs.file-max").value_or(0));
  const std::int64_t wanted = round_up_to_power_of_two(static_cast<double>(std::max(*allocated, *limit)) * static_cast<double>(headroom));
  if (wanted <= *limit) {
    decline(finding, "fs.file-max is " + std::to_string(*limit) + ", the largest that weir sets", proposal);
    return;
  }
  propose(situation, finding,
          {"fs.file-max",
           std::to_string(wanted),
           "no process of this host can open another file or accept another connection",
           "the larger of " + std::to_string(*allocated) + " open files and the limit of " + std::to_string(*limit) +
               ", x 2, up to a power of two = " + std::to_string(wanted),
           {}},
          proposal);
}

std::string limits_text(std::int64_t soft, std::int64_t hard) { return std::to_string(soft) + " " + std::to_string(hard); }

/// Above it no limit can be set; asked for first.
void raise_nr_open(const Situation& situation, const Finding& finding, std::int64_t wanted, Proposal& proposal) {
  const auto present = read_setting(situation, "fs.nr_open");
  if (!present || *present >= wanted) return;
  propose(situation, finding,
          {"fs.nr_open",
           std::to_string(formula::compute_nr_open(wanted)),
           "no process may have a higher limit than fs.nr_open",
           "the limit of " + std::to_string(wanted) + ", up to a power of two",
           {}},
          proposal);
}

void raise_process_limit(const Situation& situation, const Finding& finding, const Process& process, Proposal& proposal) {
  const std::string name = process.command + " (" + std::to_string(process.pid) + ")";
  if (!process.file_limit || !process.file_limit_hard) {
    proposal.notes.push_back(name + ": no step, because its limits could not be read");
    return;
  }
  const std::int64_t soft = *process.file_limit;
  const std::int64_t wanted = std::min(std::max(round_up_to_power_of_two(static_cast<double>(soft) * static_cast<double>(headroom)), formula::reserved_files),
                                       formula::largest_nr_open);
  if (wanted <= soft) {
    proposal.notes.push_back(name + ": no step, because its limit of " + std::to_string(soft) + " open files is the largest that weir sets");
    return;
  }
  // A server reads its own limit when it starts (nginx: worker_connections), so what it does not know of it does not use.
  Step step;
  step.target = LimitTarget{process.pid, process.start_time, process.command, "nofile"};
  step.expected = limits_text(soft, *process.file_limit_hard);
  step.wanted = limits_text(wanted, std::max(wanted, *process.file_limit_hard));
  step.finding = finding.id;
  step.evidence = evidence_texts(finding);
  step.reason = name + " cannot open another file, so it cannot accept another connection";
  step.formula = "the limit of " + std::to_string(soft) + " x 2, up to a power of two = " + std::to_string(wanted);
  step.risk = "more connections take more memory; a program that uses select() must stay below 1024 files";
  step.scope = "this process, until it ends; those that it starts later inherit it";
  step.durable =
      "LimitNOFILE=" + std::to_string(wanted) + " in the [Service] section of its unit, or its own setting (nginx: worker_rlimit_nofile); takes a restart";
  raise_nr_open(situation, finding, wanted, proposal);
  proposal.steps.push_back(std::move(step));
}

}  // namespace

void cure_files(const Situation& situation, const Finding& finding, Proposal& proposal) {
  if (finding.resource.pids.empty()) {
    raise_host_limit(situation, finding, proposal);
    return;
  }
  for (const std::int64_t pid : finding.resource.pids) {
    const Process* process = judge::find_process(situation.now(), pid);
    if (process == nullptr) {
      proposal.notes.push_back("process " + std::to_string(pid) + ": no step, because it is not there any more, or owns no listening socket");
    } else {
      raise_process_limit(situation, finding, *process, proposal);
    }
  }
}

}  // namespace weir::plan
