// NotSeen: what could not be read or told, and why. Not an error: the rest is judged without it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/subject.h"

namespace weir {

struct NotSeen {
  /// Nothing in an entry of a file that is older than subjects, or whose subject is of a later
  /// weir.
  std::optional<Subject> subject;
  std::string what;
  std::string why;
  /// The findings that may be missing for it. Judge computes them from the subject; an entry
  /// without one keeps those of its file.
  std::vector<std::string> hides = {};
  friend bool operator==(const NotSeen&, const NotSeen&) = default;
};

}  // namespace weir
