// What is kept over a reboot and the files that keep it: what each provider of this room takes and
// gives. Not the choice of steps and not the writing: act/persist.h, on confirmation only.
#pragma once

#include <cstdint>
#include <string>

namespace weir::persist {

/// A setting that is to be made at every boot, and why.
struct Row {
  std::int64_t entry = 0;  ///< of the journal; 0: it has no number yet
  std::string name;        ///< of the step's target
  std::string value;
  std::string old_value;
  std::string finding;
  friend bool operator==(const Row&, const Row&) = default;
};

struct File {
  std::string path;
  std::string text;  ///< empty: the file is not to exist
  friend bool operator==(const File&, const File&) = default;
};

}  // namespace weir::persist
