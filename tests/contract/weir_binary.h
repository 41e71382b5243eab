// Runs the weir under test: $WEIR_BIN, else the program of this build. Not a mock: the program as
// users have it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weir::contract {

inline std::string weir_binary() {
  const char* named = std::getenv("WEIR_BIN");
  return named != nullptr && *named != '\0' ? named : WEIR_OWN_BIN;
}

inline std::string quote(const std::string& word) {
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

struct Outcome {
  int exit_code = -1;
  std::string out;
};

/// Runs a shell command.
inline Outcome run_shell(const std::string& command) {
  Outcome run;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) {
    ADD_FAILURE() << "cannot run " << command;
    return run;
  }
  std::array<char, 4096> buffer{};
  while (const auto got = std::fread(buffer.data(), 1, buffer.size(), pipe))
    run.out.append(buffer.data(), got);
  const int status = pclose(pipe);
  run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return run;
}

/// Runs weir with these words; `tail` is added to the shell's line, such as "2>&1".
inline Outcome run_weir(const std::vector<std::string>& words,
                        const std::string& tail = "2>/dev/null") {
  std::string command = quote(weir_binary());
  for (const auto& word : words) command += " " + quote(word);
  return run_shell(command + " " + tail);
}

/// Expects one sentence on standard error and nothing on standard output.
inline void expect_refused(const std::vector<std::string>& words, int exit_code,
                           const std::string& part) {
  const Outcome errors = run_weir(words, "2>&1 >/dev/null");
  EXPECT_EQ(errors.exit_code, exit_code) << errors.out;
  EXPECT_THAT(errors.out, testing::AllOf(testing::StartsWith("weir: "), testing::HasSubstr(part),
                                         testing::EndsWith("\n")));
  EXPECT_EQ(std::count(errors.out.begin(), errors.out.end(), '\n'), 1) << errors.out;
  EXPECT_EQ(run_weir(words).out, "") << words.front();
}

/// A folder that is removed when the test ends.
class Scratch {
 public:
  Scratch() {
    std::string pattern = testing::TempDir() + "weir-contract-XXXXXX";
    path_ = mkdtemp(pattern.data()) == nullptr ? "" : pattern;
    EXPECT_FALSE(path_.empty()) << "no temporary folder";
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  Scratch(Scratch&&) = delete;
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() {
    if (!path_.empty()) run_shell("rm -rf " + quote(path_));
  }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace weir::contract
