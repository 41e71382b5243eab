// Catalog: the parameters, findings and servers of knowledge/, indexed by name.
// Not a reader of files: codec makes one from text.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/parameter.h"

namespace weir {

class Catalog {
 public:
  Catalog() = default;
  Catalog(std::vector<Parameter> parameters, std::vector<FindingEntry> findings,
          std::vector<ServerEntry> servers, std::map<std::string, std::string> placeholders = {});

  [[nodiscard]] const std::vector<Parameter>& parameters() const { return parameters_; }
  /// The findings that weir can make.
  [[nodiscard]] const std::vector<FindingEntry>& findings() const { return findings_; }
  /// Texts without a rule: nothing shows them.
  [[nodiscard]] const std::vector<FindingEntry>& planned_findings() const {
    return planned_findings_;
  }
  [[nodiscard]] const std::vector<ServerEntry>& servers() const { return servers_; }
  /// The neutral phrase for each placeholder of a finding's words, for texts without a live value.
  [[nodiscard]] const std::map<std::string, std::string>& placeholders() const {
    return placeholders_;
  }

  /// The parameter whose name, or pattern with `*`, matches the dotted name; null if none does. An
  /// exact name wins.
  [[nodiscard]] const Parameter* find_parameter(std::string_view name) const;
  /// Null also for a planned finding.
  [[nodiscard]] const FindingEntry* find_finding(std::string_view id) const;
  /// The entry for a process name; the fallback entry for an unknown name; null without a fallback.
  [[nodiscard]] const ServerEntry* find_server(std::string_view comm) const;

 private:
  std::vector<Parameter> parameters_;
  std::vector<FindingEntry> findings_;
  std::vector<FindingEntry> planned_findings_;
  std::vector<ServerEntry> servers_;
  std::map<std::string, std::string> placeholders_;
};

/// "nginx: listen … backlog=4096, in the `listen` directive of …": what to write so that the server
/// asks for that backlog, and where. Without an end, so that it can stand inside a sentence.
[[nodiscard]] std::string describe_setting(const ServerEntry& server, const std::string& backlog);

/// Whether a dotted name matches a dotted pattern in which `*` stands for exactly one component.
[[nodiscard]] bool matches_pattern(std::string_view name, std::string_view pattern);

}  // namespace weir
