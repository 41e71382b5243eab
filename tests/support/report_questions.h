// Questions of tests about a Report: the ids, one finding, one number of its evidence. Not a
// matcher of whole reports: those are golden files.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "model/finding.h"

namespace weir::test {

inline std::vector<std::string> ids_of(const Report& report) {
  std::vector<std::string> ids;
  for (const auto& finding : report.findings) ids.push_back(finding.id);
  return ids;
}

/// Without the findings about settings, which have their own tests.
inline std::vector<std::string> ids_without_settings(const Report& report) {
  std::vector<std::string> ids = ids_of(report);
  ids.erase(std::remove_if(ids.begin(), ids.end(),
                           [](const std::string& id) { return id.rfind("host.setting-", 0) == 0; }),
            ids.end());
  return ids;
}

inline const Finding* find_finding(const Report& report, const std::string& id) {
  const auto found = std::find_if(report.findings.begin(), report.findings.end(),
                                  [&](const Finding& finding) { return finding.id == id; });
  return found == report.findings.end() ? nullptr : &*found;
}

inline const Evidence* evidence_of(const Finding& finding, const std::string& name) {
  const auto found = std::find_if(finding.evidence.begin(), finding.evidence.end(),
                                  [&](const Evidence& one) { return one.name == name; });
  return found == finding.evidence.end() ? nullptr : &*found;
}

/// Whether no finding is above a notice.
inline bool gives_no_alarm(const Report& report) {
  return std::all_of(report.findings.begin(), report.findings.end(),
                     [](const Finding& finding) { return finding.severity == Severity::notice; });
}

}  // namespace weir::test
