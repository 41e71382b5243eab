#include "lab/recipe.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "kernel/wire/sysctl_conf.h"

namespace weir::lab {
namespace {

constexpr int deepest_include = 8;  // tuned's own profiles need two

struct Profile {
  std::vector<std::string> includes;
  std::vector<RecipeLine> lines;
};

/// "name = value", or "name=>value" for "at least"; the value bare or in quotes (tuned's
/// profiles/loader and plugin_sysctl).
std::optional<RecipeLine> parse_assignment(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  std::string_view value = trim(text.substr(equals + 1));
  const bool at_least = value.starts_with('>');
  if (at_least) value = trim(value.substr(1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  return RecipeLine{std::string(trim(text.substr(0, equals))), std::string(value), at_least};
}

Profile parse_profile(std::string_view text) {
  Profile profile;
  std::string section;
  for (const auto raw : split(text, '\n')) {
    const auto line = trim(raw);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      section = line;
      continue;
    }
    const auto assignment = parse_assignment(line);
    if (!assignment) continue;
    if (section == "[sysctl]") profile.lines.push_back(*assignment);
    if (section != "[main]" || assignment->name != "include") continue;
    for (const auto name : split(assignment->value, ',')) profile.includes.emplace_back(trim(name));
  }
  return profile;
}

void merge_line(std::vector<RecipeLine>& lines, const RecipeLine& line) {
  const auto same = std::find_if(lines.begin(), lines.end(),
                                 [&](const RecipeLine& other) { return other.name == line.name; });
  same == lines.end() ? lines.push_back(line) : static_cast<void>(*same = line);
}

Status merge_profile(const std::string& name, const ProfileReader& reader, int depth,
                     std::vector<RecipeLine>& lines) {
  if (depth > deepest_include)
    return make_error(ErrorCode::malformed,
                      "the profiles of tuned include each other in a circle at " + name);
  WEIR_TRY(const std::string text, reader(name));
  const Profile profile = parse_profile(text);
  for (const auto& included : profile.includes)
    WEIR_CHECK(merge_profile(included, reader, depth + 1, lines));
  for (const auto& line : profile.lines) merge_line(lines, line);
  return {};
}

bool is_lower(const std::string& present, const std::string& wanted) {
  const auto now = parse_integer(trim(present));
  const auto then = parse_integer(wanted);
  return !now || !then || *now < *then;
}

/// The reason why the line was not applied. Nothing if it was applied, or if the value was already
/// high enough. Runs inside the namespace.
std::optional<std::string> write_line(const RecipeLine& line) {
  // other settings would be the host's own
  if (!line.name.starts_with("net.")) return "not a network setting";
  const std::string path = wire::sysctl_path(line.name);
  const UniqueFd fd(open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd.valid()) {
    return errno == ENOENT ? "does not exist in a network namespace or in this kernel"
                           : "read-only in a network namespace";
  }
  char present[256] = {};
  if (line.at_least &&
      (read(fd.get(), present, sizeof present - 1) <= 0 || !is_lower(present, line.value)))
    return std::nullopt;
  if (pwrite(fd.get(), line.value.data(), line.value.size(), 0) < 0)
    return "the kernel refuses " + line.value + ": " + last_error();
  return std::nullopt;
}

}  // namespace

std::vector<RecipeLine> parse_sysctl_recipe(std::string_view text) {
  std::vector<RecipeLine> lines;
  for (const auto& line : wire::parse_sysctl_conf("recipe", text))
    if (!line.key.empty()) lines.push_back({line.key, line.value});
  return lines;
}

Result<std::vector<RecipeLine>> read_tuned_profile(const std::string& profile,
                                                   const ProfileReader& reader) {
  std::vector<RecipeLine> lines;
  WEIR_CHECK(merge_profile(profile, reader, 0, lines));
  return lines;
}

std::vector<LeftOut> apply_recipe(const Namespace& place, const std::vector<RecipeLine>& lines) {
  std::vector<LeftOut> left_out;
  const auto entered = run_inside(place.name(), [&] {
    for (const auto& line : lines)
      if (auto why = write_line(line)) left_out.push_back({line.name, *std::move(why)});
  });
  if (!entered.ok())
    for (const auto& line : lines) left_out.push_back({line.name, entered.error().message});
  return left_out;
}

}  // namespace weir::lab
