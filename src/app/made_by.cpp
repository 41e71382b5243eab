#include "app/made_by.h"

namespace weir::app {

std::vector<std::string> words_of_the_wish(const std::vector<std::string>& words) {
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--json" || words[i] == "-v" || words[i] == "--verbose" ||
        words[i].starts_with("--output="))
      continue;
    if (words[i] == "-o" || words[i] == "--output") {
      ++i;
    } else if (!words[i].starts_with("-o")) {
      kept.push_back(words[i]);
    }
  }
  return kept;
}

}  // namespace weir::app
