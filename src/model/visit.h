// A client's visit as scenes and steps, which `weir explain` draws; read from knowledge/visit.toml.
// Not a simulation: the steps are fixed text with the parameters that act at each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/stage.h"

namespace weir {

enum class Direction {
  to_server,
  to_client,
  crossing,  ///< both ends send at once
  none,      ///< something happens at an end
};

enum class Side { server, client, both };

struct VisitStep {
  Direction direction = Direction::none;
  std::string segment;
  std::string client;  ///< the client's state after the step; empty: as before
  std::string server;
  std::string waits;  ///< the queue or buffer where it waits; empty: nowhere
  Stage stage = Stage::host;
  Side side = Side::server;             ///< the side that has the parameters
  std::vector<std::string> parameters;  ///< names or patterns, as in the catalog
  std::string note;
};

struct VisitScene {
  std::string id;
  std::string title;
  std::string summary;
  std::vector<VisitStep> steps;
};

/// Whether a step's entry means a parameter of the catalog: it has the same name, or it is a
/// pattern that ends in `*` and matches the beginning.
[[nodiscard]] bool visit_matches(std::string_view parameter, std::string_view entry);

}  // namespace weir
