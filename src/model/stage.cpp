#include "model/stage.h"

namespace weir {

std::string_view stage_id(Stage stage) {
  switch (stage) {
    case Stage::link: return "link";
    case Stage::neighbour: return "neighbour";
    case Stage::syn_queue: return "syn-queue";
    case Stage::accept_queue: return "accept-queue";
    case Stage::buffers: return "buffers";
    case Stage::transmission: return "transmission";
    case Stage::idle: return "idle";
    case Stage::close: return "close";
    case Stage::time_wait: return "time-wait";
    case Stage::connect: return "connect";
    case Stage::host: return "host";
  }
  return "host";
}

std::optional<Stage> parse_stage(std::string_view id) {
  for (const Stage stage : all_stages) {
    if (stage_id(stage) == id) return stage;
  }
  return std::nullopt;
}

}  // namespace weir
