#include "plan/wish.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "judge/defaults.h"
#include "judge/setting.h"
#include "model/sysctl_name.h"
#include "plan/make_step.h"
#include "plan/scope.h"

namespace weir::plan {
namespace {

constexpr std::string_view link_prefix = "link:";
constexpr std::string_view limit_prefix = "limit:";
constexpr const char* asked = "requested by name, not by a finding";

Finding request_of(const Wish& wish) {
  Finding request;
  request.id = "request";
  request.resource.kind = "setting";
  request.resource.name = wish.target;
  return request;
}

Status refuse(const std::string& what) { return make_error(ErrorCode::wrong_use, what); }

Status propose_sysctl(const Situation& situation, const Wish& wish, Proposal& proposal) {
  const Snapshot& now = situation.now();
  if (const std::string foreign = describe_foreign_scope(wish.target, situation.catalog, now);
      !foreign.empty())
    return refuse(wish.target + ": " + foreign);
  if (now.settings.sysctls.count(wish.target) == 0) {
    const std::string near = judge::suggest_parameter(wish.target, situation.catalog);
    return refuse("this host has no sysctl " + wish.target + " that weir can read" +
                  (near.empty() ? "" : "; did you mean " + near + "?"));
  }
  const Parameter* parameter = situation.catalog.find_parameter(wish.target);
  const std::string own = parameter == nullptr
                              ? ""
                              : judge::compute_default(*parameter, judge::compute_facts(now)).text;
  propose(situation, request_of(wish),
          {wish.target,
           wish.value,
           asked,
           own.empty() ? "as requested"
                       : "as requested; the kernel's own choice on this host is " + own,
           {}},
          proposal);
  return {};
}

/// Returns the text before the next colon, and removes both from `text`.
std::string_view take_word(std::string_view& text) {
  const std::size_t colon = text.find(':');
  const std::string_view word = text.substr(0, colon);
  text.remove_prefix(colon == std::string_view::npos ? text.size() : colon + 1);
  return word;
}

void describe_request(Step& step) {
  step.finding = "request";
  step.evidence = {step_target_name(step) + " " + step.expected};
  step.reason = asked;
  step.formula = "as requested";
}

Status propose_link(const Situation& situation, const Wish& wish, Proposal& proposal) {
  std::string_view rest = std::string_view(wish.target).substr(link_prefix.size());
  const std::string name(take_word(rest));
  const std::string attribute(rest);
  const auto& links = situation.now().network.links;
  const auto link =
      std::find_if(links.begin(), links.end(), [&](const Link& one) { return one.name == name; });
  if (link == links.end())
    return refuse("there is no interface " + escape_bytes(name) + " in this network namespace");
  if (!find_attribute(*link, attribute))
    return refuse(name + " has no attribute " + escape_bytes(attribute) +
                  " that weir can set; `weir snapshot` lists its attributes");
  auto step = make_link_step(*link, attribute, wish.value);
  if (!step) return {};  // the value is already so
  describe_request(*step);
  proposal.steps.push_back(*std::move(step));
  return {};
}

Status propose_wished_limit(const Situation& situation, const Wish& wish, Proposal& proposal) {
  std::string_view rest = std::string_view(wish.target).substr(limit_prefix.size());
  const auto pid = parse_integer(take_word(rest));
  if (!pid || rest != "nofile")
    return refuse("write a limit as limit:PID:nofile=\"SOFT HARD\", not as " +
                  escape_bytes(wish.target));
  const Process* process = judge::find_process(situation.window, *pid);
  auto step = process == nullptr ? std::nullopt : make_limit_step(*process, wish.value);
  if (!step)
    return refuse(
        "process " + std::to_string(*pid) +
        " owns no listening socket of this network namespace, or weir could not read its limits");
  describe_request(*step);
  proposal.steps.push_back(*std::move(step));
  return {};
}

}  // namespace

Result<Wish> parse_wish(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || trim(text.substr(equals + 1)).empty())
    return make_error(
        ErrorCode::wrong_use,
        "--set takes NAME=VALUE, such as net.core.somaxconn=8192 or link:eth0:ring.rx=4096, not \"" +
            escape_bytes(text) + "\"");
  std::string target(trim(text.substr(0, equals)));
  if (!target.starts_with(link_prefix) && !target.starts_with(limit_prefix))
    target = canonical_sysctl_name(target);
  return Wish{std::move(target), std::string(trim(text.substr(equals + 1)))};
}

std::vector<std::string> wished_sysctls(const std::vector<Wish>& wishes) {
  std::vector<std::string> names;
  for (const auto& wish : wishes)
    if (!wish.target.starts_with(link_prefix) && !wish.target.starts_with(limit_prefix))
      names.push_back(wish.target);
  return names;
}

Status propose_wishes(const Situation& situation, const std::vector<Wish>& wishes,
                      Proposal& proposal) {
  for (const auto& wish : wishes) {
    if (wish.target.starts_with(link_prefix)) {
      WEIR_CHECK(propose_link(situation, wish, proposal));
    } else if (wish.target.starts_with(limit_prefix)) {
      WEIR_CHECK(propose_wished_limit(situation, wish, proposal));
    } else {
      WEIR_CHECK(propose_sysctl(situation, wish, proposal));
    }
  }
  return {};
}

Status check_wished(const std::vector<Step>& wished, const Plan& plan) {
  std::set<std::string> planned;
  for (const auto& step : plan.steps) planned.insert(step_target_key(step));
  for (const auto& wish : wished) {
    if (planned.count(step_target_key(wish)) > 0) continue;
    const std::string name = step_target_name(wish);
    const auto says_why = [&](const std::string& note) { return note.starts_with(name + ":"); };
    const auto note = std::find_if(plan.notes.begin(), plan.notes.end(), says_why);
    return refuse(note == plan.notes.end() ? name + " has no step in this plan" : *note);
  }
  return {};
}

}  // namespace weir::plan
