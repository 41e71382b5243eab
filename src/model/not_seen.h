// NotSeen: a subject that could not be read, and the reason. Not an error: judge works without it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/subject.h"

namespace weir {

struct NotSeen {
  /// Nothing in an entry of a file that is older than subjects, or with a subject of a later weir.
  std::optional<Subject> subject;
  std::string what;
  std::string why;
  /// The findings that may be missing because of it. judge computes them from the subject; an entry
  /// without a subject keeps those of its file.
  std::vector<std::string> hides = {};
  friend bool operator==(const NotSeen&, const NotSeen&) = default;
};

}  // namespace weir
