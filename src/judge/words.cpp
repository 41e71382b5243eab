#include "judge/words.h"

#include <utility>

#include "judge/cause.h"

namespace weir::judge {

Finding make_finding(std::string_view id, std::string_view variant, Severity severity,
                     std::map<std::string, std::string> facts) {
  Finding finding;
  finding.id = id;
  finding.stage = parse_stage(id.substr(0, id.find('.'))).value_or(Stage::host);
  finding.severity = severity;
  finding.wording.variant = variant;
  finding.wording.facts = std::move(facts);
  return finding;
}

Evidence moved(std::string source, std::string name, std::int64_t delta, const Window& window) {
  Evidence evidence;
  evidence.source = std::move(source);
  evidence.name = std::move(name);
  evidence.delta = delta;
  evidence.per_second = per_second(window, delta);
  return evidence;
}

Evidence stands_at(std::string source, std::string name, std::string value) {
  Evidence evidence;
  evidence.source = std::move(source);
  evidence.name = std::move(name);
  evidence.value = std::move(value);
  return evidence;
}

void add_settings(const Window& window, Finding& finding,
                  std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto found = window.end().settings.sysctls.find(name);
    if (found != window.end().settings.sysctls.end() && !found->second.empty())
      finding.evidence.push_back(stands_at("sysctl", name, found->second));
  }
}

void add_counters(const Window& window, Finding& finding,
                  std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto delta = counter_delta(window, name);
    if (!delta) continue;
    Evidence evidence = moved("netstat", name, *delta, window);
    evidence.total = find_number(window.end().counters.snmp, name);
    if (evidence.total) evidence.since = counters_since(window.end());
    finding.evidence.push_back(std::move(evidence));
  }
}

Evidence counted(std::string source, std::string name, std::int64_t total, std::string since) {
  Evidence evidence;
  evidence.source = std::move(source);
  evidence.name = std::move(name);
  evidence.total = total;
  evidence.since = std::move(since);
  return evidence;
}

std::string listener_command(const Window& window, const Listener& listener) {
  for (const Process* process : find_acceptors(window, listener)) {
    if (!process->command.empty()) return process->command;
  }
  return {};
}

Resource table_resource(const Window& window, std::string name) {
  Resource resource;
  resource.kind = "table";
  resource.name = std::move(name);
  resource.netns = window.end().provenance.place.netns;
  return resource;
}

std::string socket_identity(std::uint64_t cookie, std::int64_t inode) {
  return "socket " + std::to_string(cookie) + " " + std::to_string(inode);
}

std::string process_identity(const Window& window, std::int64_t pid) {
  const Process* process = find_process(window, pid);
  if (process == nullptr) return {};
  return "process " + std::to_string(pid) + " " + std::to_string(process->start_time);
}

Resource listener_resource(const Window& window, const Listener& listener,
                           std::int64_t group_size) {
  Resource resource;
  resource.kind = "listener";
  resource.name = listener_name(listener);
  resource.netns = window.end().provenance.place.netns;
  resource.cookie = listener.cookie;
  resource.inode = listener.inode;
  resource.identity = socket_identity(listener.cookie, listener.inode);
  resource.port = listener.port;
  resource.pids = window.index().acceptors.at(&listener).pids;
  resource.command = listener_command(window, listener);
  resource.group_size = group_size;
  return resource;
}

}  // namespace weir::judge
