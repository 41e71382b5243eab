#include "kernel/fake/fake_files.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "kernel/fake/fake_sysctl.h"

namespace weir::kernel {
namespace {

/// The names directly below a folder, from an ordered map or set of paths.
template <class Paths, class PathOf>
void collect_children(const Paths& paths, const std::string& folder, const PathOf& path_of,
                      std::set<std::string>& names) {
  const std::string prefix = folder.ends_with('/') ? folder : folder + "/";
  for (auto it = paths.lower_bound(prefix); it != paths.end() && path_of(*it).starts_with(prefix);
       ++it) {
    const std::string rest = path_of(*it).substr(prefix.size());
    names.insert(rest.substr(0, rest.find('/')));
  }
}

/// The path as the fake knows it: a thread's own view of /proc/net and namespaces is its process's
/// view.
std::string canonical(const std::string& path) {
  constexpr std::string_view thread_net = "/proc/thread-self/net/";
  if (path.starts_with(thread_net)) return "/proc/net/" + path.substr(thread_net.size());
  return path;
}

Error missing(const std::string& path) {
  return make_error(ErrorCode::not_found, path + " does not exist");
}

}  // namespace

Status FakeFiles::read(const std::string& asked, std::size_t limit, const ByteVisitor& visitor) {
  const std::string path = canonical(asked);
  if (on_read) on_read(path);
  WEIR_CHECK(check(path));
  const auto file = state_.files.find(path);
  if (file == state_.files.end()) {
    if (!children(path).empty()) return make_error(ErrorCode::unsupported, path + " is a folder");
    return missing(path);
  }
  if (file->second.size() > limit)
    return make_error(ErrorCode::malformed,
                      path + " is longer than " + std::to_string(limit) + " bytes");
  // In two pieces, as a kernel may do: a reader that takes each piece for a whole file would
  // fail.
  const auto bytes = std::as_bytes(std::span(file->second));
  const std::size_t half = bytes.size() / 2;
  if (half > 0) visitor(bytes.first(half));
  if (bytes.size() > half) visitor(bytes.subspan(half));
  return {};
}

Result<std::vector<std::string>> FakeFiles::list(const std::string& asked) {
  const std::string path = canonical(asked);
  WEIR_CHECK(check(path));
  const auto names = children(path);
  if (names.empty() && state_.folders.count(path) == 0) return missing(path);
  return std::vector<std::string>(names.begin(), names.end());
}

Result<std::vector<std::string>> FakeFiles::list_first(const std::string& path, std::size_t limit) {
  WEIR_TRY(auto names, list(path));
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return std::pair(a.size(), a) < std::pair(b.size(), b);
  });
  names.resize(std::min(names.size(), limit));
  return names;
}

Result<std::int64_t> FakeFiles::count(const std::string& path) {
  WEIR_TRY(const auto names, list(path));
  return static_cast<std::int64_t>(names.size());
}

Result<std::string> FakeFiles::read_link(const std::string& path) {
  WEIR_CHECK(check(path));
  const auto link = state_.links.find(path);
  if (link == state_.links.end()) return missing(path);
  return link->second;
}

Status FakeFiles::write(const std::string& path, std::string_view bytes) {
  return writes_.act({path, std::string(bytes)}, [&]() -> Status {
    WEIR_CHECK(check(path));
    const auto file = state_.files.find(path);
    if (file == state_.files.end()) return missing(path);
    // The kernel prints its own form: words separated by tabs, a newline at the end.
    std::string text;
    for (const auto word : split_words(bytes)) {
      if (!text.empty()) text += '\t';
      text += word;
    }
    text += '\n';
    if (path.starts_with("/proc/sys/")) return write_sysctl(state_, path, text);
    file->second = text;
    return {};
  });
}

Status FakeFiles::write_atomically(const std::string& path, std::string_view bytes) {
  return writes_.act({path, std::string(bytes)}, [&]() -> Status {
    WEIR_CHECK(check(path));
    state_.links.erase(path);
    state_.files[path] = bytes;
    return {};
  });
}

Status FakeFiles::remove(const std::string& path) {
  return writes_.act({path, ""}, [&]() -> Status {
    WEIR_CHECK(check(path));
    return state_.files.erase(path) + state_.links.erase(path) == 0 ? Status(missing(path))
                                                                    : Status();
  });
}

Status FakeFiles::check(const std::string& path) const {
  const auto failed = state_.failures.find(path);
  return failed == state_.failures.end() ? Status{} : Status{failed->second};
}

std::set<std::string> FakeFiles::children(const std::string& folder) const {
  std::set<std::string> names;
  const auto key = [](const auto& entry) -> const std::string& { return entry.first; };
  const auto self = [](const std::string& path) -> const std::string& { return path; };
  collect_children(state_.files, folder, key, names);
  collect_children(state_.links, folder, key, names);
  collect_children(state_.folders, folder, self, names);
  return names;
}

}  // namespace weir::kernel
