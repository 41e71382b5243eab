// A folder that is removed with the test, and actions of another user in it. Not the files under
// test.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weir::test {

inline constexpr unsigned nobody = 65534;

class SharedFolder : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root, to be two users";
    std::string pattern = testing::TempDir() + "weir-shared-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    share();
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }
  /// By default like /tmp: all users can add names, and no user can remove another user's name.
  void share(unsigned mode = 01777) const { ASSERT_EQ(chmod(folder_.c_str(), mode), 0); }

  /// Runs the action as the user `nobody`, in a child. The action returns whether it succeeded.
  void as_nobody(const std::function<bool()>& deed) const {
    const pid_t child = fork();
    if (child == 0) {
      const bool is_nobody =
          setgroups(0, nullptr) == 0 && setgid(nobody) == 0 && setuid(nobody) == 0;
      _exit(is_nobody && deed() ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "the other user could not do it";
  }
  /// A file of the user nobody with this mode, which no umask reduces.
  void make_as_nobody(const std::string& name, unsigned mode) const {
    as_nobody(
        [&] { return write(path(name), "nobody's") && chmod(path(name).c_str(), mode) == 0; });
  }
  void link_as_nobody(const std::string& target, const std::string& name) const {
    as_nobody([&] { return symlink(target.c_str(), path(name).c_str()) == 0; });
  }

  static bool write(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text << std::flush;
    return file.good();
  }
  static std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static unsigned mode_of(const std::string& path) {
    struct stat status {};
    return lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
  }
  static unsigned owner_of(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(lstat(path.c_str(), &status), 0) << path;
    return status.st_uid;
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      found.push_back(entry.path().filename());
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  std::string folder_;
};

}  // namespace weir::test
