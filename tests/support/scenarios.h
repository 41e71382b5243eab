// The recorded windows of tests/scenarios: their names and contents. Not their expected findings:
// those are in the .findings file beside each.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "codec/recording_json.h"
#include "support/golden.h"

namespace weir::test {

/// "accept_queue/nginx_burst", in order.
inline std::vector<std::string> list_scenarios() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(WEIR_SOURCE_DIR "/tests/scenarios")) {
    if (entry.path().extension() == ".json")
      names.push_back(entry.path().parent_path().filename().string() + "/" +
                      entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

inline std::string scenario_path(const std::string& name, const std::string& extension) {
  return std::string(WEIR_SOURCE_DIR) + "/tests/scenarios/" + name + extension;
}

inline Recording read_scenario(const std::string& name) {
  auto recording = codec::parse_recording(read_file(scenario_path(name, ".json")));
  EXPECT_TRUE(recording.ok()) << name << ": " << recording.error().message;
  return recording.ok() ? *std::move(recording) : Recording{};
}

}  // namespace weir::test
