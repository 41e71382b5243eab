#include "base/placeholders.h"

#include "base/text.h"

namespace weir {

std::string fill(std::string_view text, const std::map<std::string, std::string>& facts) {
  std::string filled;
  while (true) {
    const auto open = text.find('{');
    const auto close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    filled += text.substr(0, open);
    const auto fact = facts.find(std::string(text.substr(open + 1, close - open - 1)));
    if (fact == facts.end()) {
      filled += text.substr(open, close - open + 1);
    } else {
      filled += fact->second;
    }
    text.remove_prefix(close + 1);
  }
  filled += text;
  // A fact may be empty at the end of the text.
  return std::string(trim(filled));
}

}  // namespace weir
