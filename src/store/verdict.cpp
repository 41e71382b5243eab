#include "store/verdict.h"

#include <array>
#include <cerrno>
#include <string_view>

#include <unistd.h>

#include "store/folder.h"

namespace weir::store {
namespace {

constexpr const char* keep_word = "keep";
constexpr const char* put_back_word = "put-back";

std::string verdict_path(const std::string& folder, std::int64_t entry) {
  return folder + "/verdict-" + std::to_string(entry);
}

}  // namespace

Result<Verdict> decide(const std::string& state_folder, std::int64_t entry, Verdict verdict) {
  const std::string path = verdict_path(state_folder, entry);
  if (::symlink(verdict == Verdict::keep ? keep_word : put_back_word, path.c_str()) == 0)
    return verdict;
  const int error = errno;
  if (const auto standing = read_verdict(state_folder, entry)) return *standing;
  return folder_error(error, path);
}

std::optional<Verdict> read_verdict(const std::string& state_folder, std::int64_t entry) {
  std::array<char, 16> word{};
  const ssize_t size =
      ::readlink(verdict_path(state_folder, entry).c_str(), word.data(), word.size());
  if (size < 0) return std::nullopt;
  const std::string_view found(word.data(), static_cast<std::size_t>(size));
  if (found == keep_word) return Verdict::keep;
  if (found == put_back_word) return Verdict::put_back;
  return std::nullopt;
}

Status forget_verdict(const std::string& state_folder, std::int64_t entry) {
  const std::string path = verdict_path(state_folder, entry);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return folder_error(errno, path);
  return {};
}

}  // namespace weir::store
