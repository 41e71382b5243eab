// A state folder on a full or read-only disk, in the test's own mount namespace: weir applies
// nothing, and one sentence says why.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/act/fixture.h"

namespace weir::act::state_folder_test {

constexpr int cannot_mount = 77;

/// Runs the check in a child with its own mounts. Returns whether all of its expectations held.
/// Skips where mounting is not allowed.
void run_with_mounts(const std::function<void()>& check) {
  const pid_t child = ::fork();
  if (child == 0) {
    // In a chroot "/" is not a mount point (EINVAL). Each check unmounts its mounts, so no mount
    // stays outside either.
    if (::unshare(CLONE_NEWNS) != 0 ||
        (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 && errno != EINVAL))
      ::_exit(cannot_mount);
    check();
    std::fflush(nullptr);
    ::_exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == cannot_mount)
    GTEST_SKIP() << "needs the right to mount";
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
      << "the child's own messages are above";
}

void mount_disk(const std::string& path, int pages) {
  const std::string options = "size=" + std::to_string(pages * 4096) + ",mode=700";
  if (::mount("tmpfs", path.c_str(), "tmpfs", 0, options.c_str()) != 0) ::_exit(cannot_mount);
}

/// Writes until the disk is full.
void fill(const std::string& folder) {
  const UniqueFd file(
      ::open((folder + "/filler").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  const std::string page(4096, 'x');
  while (::write(file.get(), page.data(), page.size()) > 0) {
  }
}

struct Applied {
  bool ok = false;
  std::string sentence;
  std::vector<std::string> values;
  std::size_t writes = 0;
};

/// Opens a journal in the folder and applies the plan; `at_write` is called before each write of
/// the kernel.
Applied apply_in(const std::string& folder, kernel::FakeKernel& fake,
                 const std::function<void(std::size_t)>& at_write = {}) {
  furnish(fake);
  Applied applied;
  fake.on_write([&](kernel::FakeKernel::Moment moment, const kernel::FakeWrite&) {
    if (moment != kernel::FakeKernel::Moment::before) return;
    ++applied.writes;
    if (at_write) at_write(applied.writes);
  });
  FakeWatchdog watchdog;
  kernel::Kernel kernel = fake.kernel();
  auto journal = store::Journal::open(folder, store::Journal::Access::write);
  if (!journal.ok()) {
    applied.sentence = journal.error().message;
  } else {
    const auto outcome = apply(make_plan(), kernel, *journal, watchdog, {});
    applied.ok = outcome.ok() && outcome->succeeded;
    applied.sentence = outcome.ok() ? outcome->failure : outcome.error().message;
  }
  applied.values = live_values(fake);
  fake.on_write({});
  return applied;
}

TEST(StateFolder, WithAnySpaceOnAFullDiskNothingOrEverythingIsApplied) {
  run_with_mounts([] {
    int refused = 0;
    int large_enough = 0;
    for (int pages = 2; pages <= 24; ++pages) {
      ScratchFolder folder;
      mount_disk(folder.path(), pages);
      kernel::FakeKernel fake;
      const Applied applied = apply_in(folder.path(), fake);
      SCOPED_TRACE(std::to_string(pages) + " pages: " + applied.sentence);
      if (applied.ok) {
        EXPECT_EQ(applied.values, new_values());
        ++large_enough;
      } else {
        EXPECT_EQ(applied.values, old_values());
        EXPECT_THAT(applied.sentence, ::testing::HasSubstr("is full"));
        EXPECT_EQ(applied.sentence.find('\n'), std::string::npos);
        ++refused;
      }
      ::umount2(folder.path().c_str(), MNT_DETACH);
    }
    std::printf("disks of 2 to 24 pages: %d too small, %d large enough\n", refused, large_enough);
    EXPECT_GT(refused, 3);
    EXPECT_GT(large_enough, 3);
  });
}

TEST(StateFolder, WhenTheDiskFillsUpBetweenTwoWritesTheFirstIsUndone) {
  run_with_mounts([] {
    for (std::size_t at = 1; at <= 3; ++at) {
      ScratchFolder folder;
      mount_disk(folder.path(), 64);
      kernel::FakeKernel fake;
      const Applied applied = apply_in(folder.path(), fake, [&](std::size_t write) {
        if (write == at) fill(folder.path());
      });
      SCOPED_TRACE("full from write " + std::to_string(at) + ": " + applied.sentence);
      EXPECT_FALSE(applied.ok);
      EXPECT_THAT(applied.sentence, ::testing::HasSubstr("is full"));
      EXPECT_EQ(applied.values, old_values());

      // With free space again, the next start brings the journal up to date.
      ::unlink((folder.path() + "/filler").c_str());
      store::Journal journal = Host::open(folder.path());
      kernel::Kernel kernel = fake.kernel();
      const auto healed = heal(journal, kernel, only(fake));
      EXPECT_TRUE(healed.ok() && healed->failures.empty());
      EXPECT_EQ(journal.entries()->front().state, EntryState::undone);
      EXPECT_EQ(live_values(fake), old_values());
      ::umount2(folder.path().c_str(), MNT_DETACH);
    }
  });
}

TEST(StateFolder, OnAReadOnlyFileSystemNothingIsApplied) {
  run_with_mounts([] {
    for (const bool with_journal : {false, true}) {
      ScratchFolder folder;
      mount_disk(folder.path(), 64);
      if (with_journal) Host::open(folder.path());
      if (::mount("none", folder.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0)
        ::_exit(cannot_mount);
      kernel::FakeKernel fake;
      const Applied applied = apply_in(folder.path(), fake);
      SCOPED_TRACE(applied.sentence);
      EXPECT_FALSE(applied.ok);
      EXPECT_EQ(applied.values, old_values());
      EXPECT_THAT(applied.sentence, ::testing::AnyOf(::testing::HasSubstr("read-only"),
                                                     ::testing::HasSubstr("Read-only")));
      EXPECT_EQ(applied.sentence.find('\n'), std::string::npos);
      const auto lock = store::WriterLock::acquire(folder.path());
      EXPECT_EQ(lock.ok() ? ErrorCode::io : lock.error().code, ErrorCode::not_permitted);
      EXPECT_EQ(store::Journal::open(folder.path(), store::Journal::Access::read).ok(),
                with_journal);
      ::umount2(folder.path().c_str(), MNT_DETACH);
    }
  });
}

}  // namespace weir::act::state_folder_test
