#include "model/subject.h"

#include <algorithm>

namespace weir {

std::string_view subject_id(Subject subject) {
  switch (subject) {
    case Subject::window: return "window";
    case Subject::counters: return "counters";
    case Subject::settings: return "settings";
    case Subject::configuration: return "configuration";
    case Subject::tuners: return "tuners";
    case Subject::listeners: return "listeners";
    case Subject::owners: return "owners";
    case Subject::processes: return "processes";
    case Subject::owner_looks: return "owner-looks";
    case Subject::queue_samples: return "queue-samples";
    case Subject::refusals: return "refusals";
    case Subject::states: return "states";
    case Subject::state_ends: return "state-ends";
    case Subject::half_open_samples: return "half-open-samples";
    case Subject::half_open_ages: return "half-open-ages";
    case Subject::outgoing: return "outgoing";
    case Subject::flows: return "flows";
    case Subject::connection_owners: return "connection-owners";
    case Subject::links: return "links";
    case Subject::addresses: return "addresses";
    case Subject::routes: return "routes";
    case Subject::drivers: return "drivers";
    case Subject::link_speeds: return "link-speeds";
    case Subject::link_modes: return "link-modes";
    case Subject::driver_counters: return "driver-counters";
    case Subject::qdiscs: return "qdiscs";
    case Subject::neighbours: return "neighbours";
    case Subject::neighbour_tables: return "neighbour-tables";
    case Subject::precision: return "precision";
  }
  return "";
}

std::optional<Subject> parse_subject(std::string_view id) {
  const auto found = std::find_if(all_subjects.begin(), all_subjects.end(),
                                  [&](Subject subject) { return subject_id(subject) == id; });
  return found == all_subjects.end() ? std::nullopt : std::optional<Subject>(*found);
}

}  // namespace weir
