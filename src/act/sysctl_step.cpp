#include "act/sysctl_step.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace weir::act {
namespace {

/// A sysctl's text is at most a page; some (tcp_available_congestion_control) are lists.
constexpr std::size_t value_limit = 65536;

/// The folders of which each entry is named after an interface.
bool holds_interfaces(const std::vector<std::string>& parts) {
  constexpr std::array<std::string_view, 3> families{"ipv4", "ipv6", "mpls"};
  return parts.size() > 4 && parts[0] == "net" && std::find(families.begin(), families.end(), parts[1]) != families.end() &&
         (parts[2] == "conf" || parts[2] == "neigh");
}

/// Every component between `conf` and the leaf together: an interface's name with its dots.
void join_interface(std::vector<std::string>& parts) {
  constexpr std::size_t first = 3;
  while (parts.size() > first + 2) {
    parts[first] += "." + parts[first + 1];
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(first) + 1);
  }
}

bool is_component(const std::string& part) { return !part.empty() && part != "." && part != ".." && part.find('\0') == std::string::npos; }

class SysctlLive : public LiveTarget {
 public:
  SysctlLive(std::string name, std::string path, kernel::Files& files) : name_(std::move(name)), path_(std::move(path)), files_(files) {}

  Result<std::string> read() override {
    WEIR_TRY(const std::string text, kernel::read_text(files_, path_, value_limit).with_context(name_));
    return normalize(text);
  }

  Status check(const std::string& value) override {
    if (value.find_first_of(std::string_view("\n\0", 2)) != std::string::npos) return make_error(ErrorCode::wrong_use, name_ + ": a value is one line of text");
    return {};
  }

  Status write(const std::string& value) override { return files_.write(path_, value + "\n").with_context(name_); }

  [[nodiscard]] std::string normalize(const std::string& value) const override {
    std::string normal;
    for (const std::string_view word : split_words(value)) {
      if (!normal.empty()) normal += ' ';
      normal += word;
    }
    return normal;
  }

 private:
  std::string name_;
  std::string path_;
  kernel::Files& files_;
};

}  // namespace

Result<std::string> compute_sysctl_path(const std::string& name) {
  std::vector<std::string> parts;
  for (const std::string_view part : split(name, '.')) parts.emplace_back(part);
  for (std::string& part : parts) std::replace(part.begin(), part.end(), '/', '.');
  if (holds_interfaces(parts)) join_interface(parts);
  std::string path = "/proc/sys";
  for (const std::string& part : parts) {
    if (!is_component(part)) return make_error(ErrorCode::wrong_use, "\"" + escape_bytes(name) + "\" is not the name of a sysctl");
    path += "/" + part;
  }
  return path;
}

Result<std::unique_ptr<LiveTarget>> find_sysctl(const SysctlTarget& target, kernel::Kernel& kernel) {
  WEIR_TRY(std::string path, compute_sysctl_path(target.name));
  return std::unique_ptr<LiveTarget>(std::make_unique<SysctlLive>(target.name, std::move(path), kernel.files));
}

}  // namespace weir::act
