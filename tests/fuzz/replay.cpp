// Runs every file of a fuzz target's corpus once, so that a mistake that a fuzzer found does not
// come back. Usage: NAME_replay FOLDER
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// Only the file's bytes, on the heap, so that a sanitizer sees a read beyond them.
std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The number of runs for a file: the whole file, and the file cut off at every 16th part.
void run_with_cuts(const std::vector<std::uint8_t>& bytes) {
  constexpr std::size_t parts = 16;
  for (std::size_t part = 0; part <= parts; ++part) {
    const std::vector<std::uint8_t> cut(
        bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() * part / parts));
    LLVMFuzzerTestOneInput(cut.data(), cut.size());
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(arguments[1])) {
    if (!entry.is_regular_file()) continue;
    run_with_cuts(read_file(entry.path()));
    ++files;
  }
  std::printf("%d files of %s\n", files, arguments[1]);
  return files > 0 ? 0 : 1;
}
