// The eleven stages of a connection's life, in order: all of weir's knowledge belongs to one of
// them. Not TCP states: a stage is a place where a finite resource can run out.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace weir {

enum class Stage {
  link,
  neighbour,
  syn_queue,
  accept_queue,
  buffers,
  transmission,
  idle,
  close,
  time_wait,
  connect,
  host
};

inline constexpr std::array all_stages{Stage::link,         Stage::neighbour, Stage::syn_queue,
                                       Stage::accept_queue, Stage::buffers,   Stage::transmission,
                                       Stage::idle,         Stage::close,     Stage::time_wait,
                                       Stage::connect,      Stage::host};

/// The id used in the CLI, JSON, metrics and docs, e.g. "accept-queue".
[[nodiscard]] std::string_view stage_id(Stage stage);
[[nodiscard]] std::optional<Stage> parse_stage(std::string_view id);

}  // namespace weir
