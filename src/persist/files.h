// The settings that are kept after a reboot, and the files that keep them: the input and output of
// each provider of this room. Not the choice of steps and not the writing: act/persist.h, on
// confirmation only.
#pragma once

#include <cstdint>
#include <string>

namespace weir::persist {

/// A setting for every boot, and its reason.
struct Row {
  std::int64_t entry = 0;  ///< of the journal; 0: not numbered yet
  std::string name;        ///< of the step's target
  std::string value;
  std::string old_value;
  std::string finding;
  friend bool operator==(const Row&, const Row&) = default;
};

struct File {
  std::string path;
  std::string text;  ///< empty: the file must not exist
  friend bool operator==(const File&, const File&) = default;
};

}  // namespace weir::persist
