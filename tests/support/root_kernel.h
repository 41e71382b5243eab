// Fills a FakeKernel from a folder of tests/roots, which holds the files of one host. Not a
// simulation: the test supplies the values that change inside a window.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/text.h"
#include "kernel/fake/fake_kernel.h"

namespace weir::test {

inline std::string read_whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// One pair in each line, separated by the first `between`.
template <class Take>
void for_each_pair(const std::string& text, const std::string& between, const Take& take) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    if (const auto at = line.find(between); at != std::string::npos)
      take(line.substr(0, at), line.substr(at + between.size()));
    begin = end + 1;
  }
}

/// Reads every file of the folder as a file below "/", except two: `sysctl` holds the parameters as
/// sysctl(8) prints them, and `links` holds one link and its target per line.
inline bool fill_from_root(const std::filesystem::path& root, kernel::FakeState& state) {
  std::error_code failed;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root, failed)) {
    if (entry.is_regular_file())
      state.files["/" + entry.path().lexically_relative(root).string()] = read_whole(entry.path());
  }
  if (failed) return false;
  for_each_pair(std::exchange(state.files["/sysctl"], {}), " = ",
                [&](std::string name, const std::string& value) {
                  std::replace(name.begin(), name.end(), '.', '/');
                  state.files["/proc/sys/" + name] = value + "\n";
                });
  for_each_pair(
      std::exchange(state.files["/links"], {}), " ",
      [&](const std::string& path, const std::string& target) { state.links[path] = target; });
  state.files.erase("/sysctl");
  state.files.erase("/links");
  return !state.files.empty();
}

/// Adds to a counter of /proc/net/snmp or netstat, where a line of values follows a line of names.
/// Returns false without such a counter.
inline bool raise_counter(kernel::FakeState& state, const std::string& path,
                          const std::string& group, const std::string& name, std::int64_t by) {
  std::string& text = state.files[path];
  const auto names_at = text.find(group + ": ");
  if (names_at == std::string::npos) return false;
  const auto values_at = text.find('\n', names_at) + 1;
  const auto end = std::min(text.find('\n', values_at), text.size());
  const auto names = split_words(std::string_view(text).substr(names_at, values_at - names_at));
  const auto values = split_words(std::string_view(text).substr(values_at, end - values_at));
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end() || names.size() != values.size()) return false;
  const auto index = static_cast<std::size_t>(found - names.begin());
  std::string line;
  for (std::size_t i = 0; i < values.size(); ++i) {
    line += i == 0 ? "" : " ";
    line += i == index ? std::to_string(parse_integer(values[i]).value_or(0) + by)
                       : std::string(values[i]);
  }
  text.replace(values_at, end - values_at, line);
  return true;
}

}  // namespace weir::test
