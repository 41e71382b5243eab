#include "model/catalog.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"

namespace weir {
namespace {

/// Whether a process name is `known`, or begins with the text before its closing `*`.
bool matches_comm(std::string_view comm, std::string_view known) {
  if (known.empty() || known.back() != '*') return comm == known;
  known.remove_suffix(1);
  return comm.substr(0, known.size()) == known;
}

}  // namespace

Catalog::Catalog(std::vector<Parameter> parameters, std::vector<FindingEntry> findings,
                 std::vector<ServerEntry> servers, std::map<std::string, std::string> placeholders)
    : parameters_(std::move(parameters)),
      servers_(std::move(servers)),
      placeholders_(std::move(placeholders)) {
  for (auto& finding : findings)
    (finding.planned ? planned_findings_ : findings_).push_back(std::move(finding));
}

const Parameter* Catalog::find_parameter(std::string_view name) const {
  const auto exact = std::find_if(parameters_.begin(), parameters_.end(),
                                  [&](const Parameter& p) { return p.name == name; });
  if (exact != parameters_.end()) return &*exact;
  const auto fits = std::find_if(parameters_.begin(), parameters_.end(), [&](const Parameter& p) {
    return p.name.find('*') != std::string::npos && matches_pattern(name, p.name);
  });
  return fits == parameters_.end() ? nullptr : &*fits;
}

const FindingEntry* Catalog::find_finding(std::string_view id) const {
  const auto found = std::find_if(findings_.begin(), findings_.end(),
                                  [&](const FindingEntry& f) { return f.id == id; });
  return found == findings_.end() ? nullptr : &*found;
}

const ServerEntry* Catalog::find_server(std::string_view comm) const {
  const ServerEntry* fallback = nullptr;
  for (const auto& server : servers_) {
    if (std::any_of(server.comms.begin(), server.comms.end(),
                    [&](const std::string& known) { return matches_comm(comm, known); }))
      return &server;
    if (server.comms.empty()) fallback = &server;
  }
  return fallback;
}

std::string describe_setting(const ServerEntry& server, const std::string& backlog) {
  return server.title + ": " + fill(server.setting, {{"backlog", backlog}}) +
         (server.where.empty() ? "" : ", in " + server.where);
}

bool matches_pattern(std::string_view name, std::string_view pattern) {
  while (true) {
    const auto name_end = name.find('.');
    const auto pattern_end = pattern.find('.');
    const auto wanted = pattern.substr(0, pattern_end);
    if (wanted != "*" && wanted != name.substr(0, name_end)) return false;
    if (name_end == std::string_view::npos || pattern_end == std::string_view::npos)
      return name_end == pattern_end;
    name.remove_prefix(name_end + 1);
    pattern.remove_prefix(pattern_end + 1);
  }
}

}  // namespace weir
