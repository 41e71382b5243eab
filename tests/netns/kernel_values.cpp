#include "netns/kernel_values.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "lab/namespace.h"

namespace weir::scenario {
namespace {

/// Not settings: the present number of tracked connections, and the modules that the kernel has
/// loaded.
bool is_a_state(const std::filesystem::path& path) {
  return path.filename() == "nf_conntrack_count" ||
         path.filename() == "tcp_available_congestion_control";
}

/// A value that cannot be read (a secret that was never set) is left out.
void read_into(Values& values, const std::filesystem::path& path, std::vector<char>& bytes) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const ssize_t size = file.get() < 0 ? -1 : ::read(file.get(), bytes.data(), bytes.size());
  if (size >= 0) values[path.string()] = std::string(bytes.data(), static_cast<std::size_t>(size));
}

/// Every readable file below /proc/sys/net, and the limits of files.
Values read_here() {
  Values values;
  std::vector<char> bytes(65536);
  std::error_code error;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::string(sysctl_folder) + "net", error))
    if (entry.is_regular_file(error) && !is_a_state(entry.path()))
      read_into(values, entry.path(), bytes);
  for (const char* name : {"fs/file-max", "fs/nr_open"})
    read_into(values, std::string(sysctl_folder) + name, bytes);
  return values;
}

/// Without temporary flags: an address is tentative for a second (RFC 4862).
std::string without_moment(std::string_view text) {
  std::string kept;
  for (const auto word : split(text, ' ')) {
    if (word == "tentative" || word.empty()) continue;
    kept.append(kept.empty() ? "" : " ").append(word);
  }
  return kept;
}

/// By popen(), which starts a program without a copy of this process: a fork of a program under
/// AddressSanitizer takes longer than all the rest.
std::string ask_ip(const std::string& netns) {
  const std::string inside = netns.empty() ? "" : "nsenter --net=/run/netns/" + netns + " ";
  const std::string command =
      inside +
      "sh -c 'ip -o addr show; ip -4 route show table all; ip -6 route show table all; ip -o maddr show'";
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "re");
  if (pipe == nullptr) return text;
  std::array<char, 4096> piece{};
  while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), pipe))
    text.append(piece.data(), size);
  return ::pclose(pipe) == 0 ? text : std::string();
}

}  // namespace

Values read_values(const std::string& netns) {
  if (netns.empty()) return read_here();
  Values values;
  const Status inside = lab::run_inside(netns, [&values] { values = read_here(); });
  EXPECT_TRUE(inside.ok());
  return values;
}

Values read_all_values(const std::string& netns) {
  Values values = read_values(netns);
  // Sorted, because the kernel lists routes of one length in the order of their creation.
  std::set<std::string> lines;
  const std::string answer = ask_ip(netns);
  EXPECT_FALSE(answer.empty());
  for (const auto line : split(answer, '\n')) lines.insert(without_moment(line));
  for (const std::string& line : lines) values["ip " + line] = "there";
  return values;
}

std::string differences(const Values& before, const Values& after) {
  constexpr std::size_t enough = 1500;
  std::string text;
  const auto value_of = [](const Values& values, const std::string& path) {
    const auto found = values.find(path);
    return found == values.end() ? std::string("(not there)") : std::string(trim(found->second));
  };
  Values all = before;
  all.insert(after.begin(), after.end());
  for (const auto& [path, unused] : all) {
    const std::string was = value_of(before, path);
    const std::string is = value_of(after, path);
    if (was != is && text.size() < enough)
      text.append(path).append(" was ").append(was).append(" and is ").append(is).append("\n");
  }
  return text;
}

MemoryFolder::MemoryFolder() {
  const bool memory = std::filesystem::is_directory("/dev/shm");
  std::string pattern = (memory ? "/dev/shm" : std::filesystem::temp_directory_path().string()) +
                        "/weir-plans-XXXXXX";
  if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  EXPECT_FALSE(path_.empty()) << "no temporary folder";
}

MemoryFolder::~MemoryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace weir::scenario
