// SIGKILL at every write of the kernel, and at every write, sync, truncation and deletion of the
// journal's files. The kernel is a fake; its values are in memory that the child shares with the
// test.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "persist/sysctl_d.h"
#include "unit/act/fixture.h"

namespace weir::act::kill_points_test {

/// When the process dies, and where.
struct Shared {
  std::int64_t countdown;  ///< the process is killed when this reaches 0
  std::int64_t somaxconn;
  std::int64_t syn_backlog;
  std::int64_t backlog;
  std::int64_t unsynced;  ///< writes to the journal's files since the last sync of the file
  bool folder_synced;     ///< whether the last transaction ended with a sync of the folder
  std::int64_t kernel_writes;
  std::int64_t syncs;           ///< syncs of the journal's files and of their folder
  std::int64_t kernel_at_sync;  ///< the number of kernel writes before the first sync
  std::array<char, 2048> conf;  ///< /etc/sysctl.d/99-weir.conf; empty: the file does not exist
};

enum class Point { before, half_way, after };

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  while (true) ::pause();
}

// --- a SQLite VFS that dies
// -------------------------------------------------------------------------------------------------

struct Shim {
  sqlite3_vfs vfs;
  sqlite3_io_methods methods;
  sqlite3_vfs* real;
  Shared* shared;
  Point point;
};

/// SQLite's hooks get no pointer of ours through an open file, so the child process has one global
/// shim.
Shim* the_shim = nullptr;

struct ShimFile {
  sqlite3_file base;
};

sqlite3_file* real_file(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(ShimFile));
}

bool comes_now() { return --the_shim->shared->countdown == 0; }

template <class Operation>
int around(Operation operation) {
  const bool now = comes_now();
  if (now && the_shim->point == Point::before) die();
  const int code = operation();
  if (now) die();
  return code;
}

int shim_close(sqlite3_file* file) { return real_file(file)->pMethods->xClose(real_file(file)); }
int shim_read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) {
  return real_file(file)->pMethods->xRead(real_file(file), bytes, size, offset);
}
int shim_write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  ++the_shim->shared->unsynced;
  the_shim->shared->folder_synced = false;
  const int written =
      the_shim->point == Point::half_way && the_shim->shared->countdown == 1 ? size / 2 : size;
  return around(
      [&] { return real_file(file)->pMethods->xWrite(real_file(file), bytes, written, offset); });
}
int shim_truncate(sqlite3_file* file, sqlite3_int64 size) {
  return around([&] { return real_file(file)->pMethods->xTruncate(real_file(file), size); });
}
int shim_sync(sqlite3_file* file, int flags) {
  the_shim->shared->unsynced = 0;
  if (the_shim->shared->syncs++ == 0)
    the_shim->shared->kernel_at_sync = the_shim->shared->kernel_writes;
  return around([&] { return real_file(file)->pMethods->xSync(real_file(file), flags); });
}
int shim_file_size(sqlite3_file* file, sqlite3_int64* size) {
  return real_file(file)->pMethods->xFileSize(real_file(file), size);
}
int shim_lock(sqlite3_file* file, int lock) {
  return real_file(file)->pMethods->xLock(real_file(file), lock);
}
int shim_unlock(sqlite3_file* file, int lock) {
  return real_file(file)->pMethods->xUnlock(real_file(file), lock);
}
int shim_check_lock(sqlite3_file* file, int* out) {
  return real_file(file)->pMethods->xCheckReservedLock(real_file(file), out);
}
int shim_control(sqlite3_file* file, int operation, void* argument) {
  return real_file(file)->pMethods->xFileControl(real_file(file), operation, argument);
}
int shim_sector(sqlite3_file* file) {
  return real_file(file)->pMethods->xSectorSize(real_file(file));
}
int shim_device(sqlite3_file* file) {
  return real_file(file)->pMethods->xDeviceCharacteristics(real_file(file));
}

int shim_open(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out) {
  const int code = the_shim->real->xOpen(the_shim->real, name, real_file(file), flags, out);
  file->pMethods = real_file(file)->pMethods == nullptr ? nullptr : &the_shim->methods;
  return code;
}
int shim_delete(sqlite3_vfs* /*vfs*/, const char* name, int sync) {
  the_shim->shared->folder_synced = sync != 0;
  return around([&] { return the_shim->real->xDelete(the_shim->real, name, sync); });
}

/// Makes this process use the shim for its files.
void install_shim(Shim& shim, Shared* shared, Point point) {
  shim.real = sqlite3_vfs_find(nullptr);
  shim.shared = shared;
  shim.point = point;
  shim.vfs = *shim.real;
  shim.vfs.zName = "weir-kill";
  shim.vfs.pNext = nullptr;
  shim.vfs.szOsFile = static_cast<int>(sizeof(ShimFile)) + shim.real->szOsFile;
  shim.vfs.xOpen = shim_open;
  shim.vfs.xDelete = shim_delete;
  shim.methods = {};
  shim.methods.iVersion = 1;
  shim.methods.xClose = shim_close;
  shim.methods.xRead = shim_read;
  shim.methods.xWrite = shim_write;
  shim.methods.xTruncate = shim_truncate;
  shim.methods.xSync = shim_sync;
  shim.methods.xFileSize = shim_file_size;
  shim.methods.xLock = shim_lock;
  shim.methods.xUnlock = shim_unlock;
  shim.methods.xCheckReservedLock = shim_check_lock;
  shim.methods.xFileControl = shim_control;
  shim.methods.xSectorSize = shim_sector;
  shim.methods.xDeviceCharacteristics = shim_device;
  the_shim = &shim;
  if (sqlite3_vfs_register(&shim.vfs, 1) != SQLITE_OK) std::abort();
}

// --- the host
// -------------------------------------------------------------------------------------------------

class KillPoints : public ::testing::Test {
 protected:
  KillPoints() {
    void* const memory =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    shared_ = new (memory) Shared{};
  }
  ~KillPoints() override { ::munmap(shared_, sizeof(Shared)); }

  void reset() { *shared_ = {0, 128, 256, 16, 0, false, 0, 0, 0, {}}; }
  [[nodiscard]] std::vector<std::string> values() const {
    return {std::to_string(shared_->somaxconn), std::to_string(shared_->syn_backlog),
            std::to_string(shared_->backlog)};
  }

  /// A fake with the shared values; its writes change them.
  void connect(kernel::FakeKernel& fake) {
    furnish(fake);
    fake.state().files[somaxconn_path] = std::to_string(shared_->somaxconn) + "\n";
    fake.state().files[syn_backlog_path] = std::to_string(shared_->syn_backlog) + "\n";
    fake.state().listeners[0].backlog = shared_->backlog;
    fake.state().files["/proc/sys/net/core/netdev_max_backlog"] = "1000\n";
    if (shared_->conf[0] != '\0') fake.state().files[persist::sysctl_file] = shared_->conf.data();
  }
  void save(kernel::FakeKernel& fake) {
    shared_->somaxconn = std::stoll(fake.state().files[somaxconn_path]);
    shared_->syn_backlog = std::stoll(fake.state().files[syn_backlog_path]);
    shared_->backlog = fake.state().listeners[0].backlog;
    const auto file = fake.state().files.find(persist::sysctl_file);
    const std::string conf = file == fake.state().files.end() ? "" : file->second;
    if (conf.size() >= shared_->conf.size()) std::abort();
    shared_->conf = {};
    std::copy(conf.begin(), conf.end(), shared_->conf.begin());
  }

  /// Runs the work in a child that is killed at the n-th point. Returns whether it was killed.
  template <class Work>
  bool is_killed_at(std::int64_t n, Work work) {
    shared_->countdown = n;
    const pid_t child = ::fork();
    if (child == 0) {
      work();
      ::_exit(0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0)
        << "status " << status;
    return WIFSIGNALED(status);
  }

  /// The child's work, with a kernel that shares its values.
  template <class Act>
  void run_in(const std::string& folder, Act act) {
    kernel::FakeKernel fake;
    connect(fake);
    fake.on_write([&](kernel::FakeKernel::Moment moment, const kernel::FakeWrite&) {
      if (moment == kernel::FakeKernel::Moment::after) save(fake);
    });
    auto journal = store::Journal::open(folder, store::Journal::Access::write);
    if (!journal.ok()) std::abort();
    kernel::Kernel kernel = fake.kernel();
    act(kernel, *journal);
  }

  /// Runs the next start of weir. Returns the newest entry's state, `undone` without an entry.
  EntryState heal_after(const std::string& folder) {
    kernel::FakeKernel fake;
    connect(fake);
    auto journal = store::Journal::open(folder, store::Journal::Access::write);
    EXPECT_TRUE(journal.ok()) << journal.error().message;
    if (!journal.ok()) return EntryState::failed;
    kernel::Kernel kernel = fake.kernel();
    const auto healed = heal(*journal, kernel, only(fake));
    EXPECT_TRUE(healed.ok());
    EXPECT_TRUE(healed->failures.empty());
    save(fake);
    const auto entries = journal->entries();
    EXPECT_TRUE(entries.ok());
    return entries->empty() ? EntryState::undone : entries->front().state;
  }

  void expect_whole(EntryState state) const {
    if (state == EntryState::confirmed || state == EntryState::unconfirmed) {
      EXPECT_EQ(values(), new_values());
    } else {
      EXPECT_EQ(state, EntryState::undone);
      EXPECT_EQ(values(), old_values());
    }
  }

  /// The values must match the file: both are changed, or neither.
  void expect_whole_with_file(EntryState state) const {
    expect_whole(state);
    const std::string conf = shared_->conf.data();
    if (state == EntryState::confirmed) {
      EXPECT_THAT(conf, testing::HasSubstr("net.core.somaxconn = 4096\n"));
      EXPECT_THAT(conf, testing::HasSubstr("net.ipv4.tcp_max_syn_backlog = 8192\n"));
    } else {
      EXPECT_EQ(conf, "");
    }
  }

  Shared* shared_ = nullptr;
};

void apply_plan(kernel::Kernel& kernel, store::Journal& journal) {
  FakeWatchdog watchdog;
  ApplyOptions options;
  options.applier = {4321, 99};
  const auto outcome = apply(make_plan(), kernel, journal, watchdog, options);
  if (!outcome.ok() || !outcome->succeeded) std::abort();
}

const BootConfiguration debian{{}, true, true, true, {}};

void apply_persistent_plan(kernel::Kernel& kernel, store::Journal& journal) {
  FakeWatchdog watchdog;
  ApplyOptions options;
  options.applier = {4321, 99};
  options.persist = debian;
  const auto outcome = apply(make_plan(), kernel, journal, watchdog, options);
  if (!outcome.ok() || !outcome->succeeded) std::abort();
}

void confirm_persistent_plan(kernel::Kernel& kernel, store::Journal& journal) {
  const std::int64_t id = journal.entries()->front().id;
  if (!confirm(id, journal, kernel.clock).ok() || !persist_entry(id, debian, kernel, journal).ok())
    std::abort();
}

void undo_newest(kernel::Kernel& kernel, store::Journal& journal) {
  const auto outcome = undo(journal.entries()->front().id, kernel, journal);
  if (!outcome.ok() || !outcome->succeeded) std::abort();
}

TEST_F(KillPoints, AtEveryWriteOfTheKernelBeforeItAndAfterIt) {
  int tried = 0;
  for (std::int64_t n = 1;; ++n) {
    ScratchFolder folder;
    reset();
    const bool killed = is_killed_at(n, [&] {
      kernel::FakeKernel fake;
      connect(fake);
      fake.on_write([&](kernel::FakeKernel::Moment moment, const kernel::FakeWrite&) {
        if (moment == kernel::FakeKernel::Moment::after) save(fake);
        if (--shared_->countdown == 0) die();
      });
      store::Journal journal = Host::open(folder.path());
      kernel::Kernel kernel = fake.kernel();
      apply_plan(kernel, journal);
    });
    if (!killed) break;
    ++tried;
    SCOPED_TRACE("kernel write, point " + std::to_string(n));
    EXPECT_EQ(heal_after(folder.path()), EntryState::undone);
    EXPECT_EQ(values(), old_values());
  }
  std::printf("killed at %d points around the writes of the kernel\n", tried);
  EXPECT_EQ(tried, 6);
}

TEST_F(KillPoints, AtEveryWriteOfTheKernelAndOfTheFileThatIsReadAtBoot) {
  int tried = 0;
  for (std::int64_t n = 1;; ++n) {
    ScratchFolder folder;
    reset();
    const bool killed = is_killed_at(n, [&] {
      kernel::FakeKernel fake;
      connect(fake);
      fake.on_write([&](kernel::FakeKernel::Moment moment, const kernel::FakeWrite&) {
        if (moment == kernel::FakeKernel::Moment::after) save(fake);
        if (--shared_->countdown == 0) die();
      });
      store::Journal journal = Host::open(folder.path());
      kernel::Kernel kernel = fake.kernel();
      apply_persistent_plan(kernel, journal);
      undo_newest(kernel, journal);
    });
    if (!killed) break;
    ++tried;
    SCOPED_TRACE("write of the kernel or the file, point " + std::to_string(n));
    expect_whole_with_file(heal_after(folder.path()));
  }
  std::printf("killed at %d points around the writes of the kernel and the file\n", tried);
  EXPECT_EQ(tried, 16);
}

TEST_F(KillPoints, TheJournalAndItsFolderAreSyncedBeforeEachWriteOfTheKernel) {
  ScratchFolder folder;
  reset();
  EXPECT_FALSE(is_killed_at(0, [&] {
    Shim shim{};
    install_shim(shim, shared_, Point::before);
    kernel::FakeKernel fake;
    connect(fake);
    fake.on_write([&](kernel::FakeKernel::Moment moment, const kernel::FakeWrite&) {
      if (moment == kernel::FakeKernel::Moment::after) return;
      ++shared_->kernel_writes;
      if (shared_->unsynced != 0 || !shared_->folder_synced) ::_exit(3);
    });
    store::Journal journal = Host::open(folder.path());
    kernel::Kernel kernel = fake.kernel();
    apply_plan(kernel, journal);
    undo_newest(kernel, journal);
  }));
  EXPECT_EQ(shared_->kernel_writes, 6);
}

/// The cost of a deadline that has passed: the syncs of the journal's files, and the number of
/// kernel writes before the first sync.
TEST_F(KillPoints,
       ADeadlinePutsEveryValueBackBeforeTheFirstSyncAndRecordsAllStepsInOneTransaction) {
  std::vector<std::int64_t> syncs;
  for (const std::size_t steps : {1U, 2U, 3U}) {
    ScratchFolder folder;
    reset();
    EXPECT_FALSE(is_killed_at(0, [&] {
      kernel::FakeKernel fake;
      connect(fake);
      Plan plan = make_plan();
      plan.steps.resize(steps);
      Shim shim{};
      install_shim(shim, shared_, Point::before);
      store::Journal journal = Host::open(folder.path());
      kernel::Kernel kernel = fake.kernel();
      FakeWatchdog watchdog;
      ApplyOptions options;
      options.applier = {4321, 99};
      options.confirm_within = seconds(30);
      const auto applied = apply(plan, kernel, journal, watchdog, options);
      if (!applied.ok() || !applied->succeeded) ::_exit(3);
      shared_->syncs = 0;
      fake.on_write([&](kernel::FakeKernel::Moment moment, const kernel::FakeWrite&) {
        shared_->kernel_writes += moment == kernel::FakeKernel::Moment::after ? 1 : 0;
      });
      fake.state().boot_time = seconds(1031);
      const auto undone = restore(applied->entry, plan, ConfirmEvent::tick, kernel, journal, {});
      if (!undone.ok() || undone->entry.state != EntryState::undone) ::_exit(4);
    }));
    EXPECT_EQ(shared_->kernel_at_sync, static_cast<std::int64_t>(steps));
    syncs.push_back(shared_->syncs);
  }
  EXPECT_EQ(syncs, (std::vector<std::int64_t>{syncs[0], syncs[0], syncs[0]}))
      << "as many for three steps as for one";
  EXPECT_GT(syncs[0], 0);
}

class JournalKillPoints : public KillPoints, public ::testing::WithParamInterface<Point> {
 protected:
  using Work = void (*)(kernel::Kernel&, store::Journal&);

  /// The journal, the values and the file after the one apply of the plan.
  void begin_applied(const std::string& folder, Work apply_once) {
    if (!applied_) {
      applied_ = std::make_unique<ScratchFolder>();
      EXPECT_FALSE(is_killed_at(0, [&] { run_in(applied_->path(), apply_once); }));
      after_ = *shared_;
    }
    std::filesystem::copy_file(applied_->path() + "/journal.db", folder + "/journal.db");
    *shared_ = after_;
  }

  std::unique_ptr<ScratchFolder> applied_;
  Shared after_{};

  /// `apply_first` runs before, and nothing disturbs it; without it, the host is new.
  template <class Act>
  int kill_at_each(const char* what, Work apply_first, Act act) {
    int tried = 0;
    int kept_new = 0;
    for (std::int64_t n = 1;; ++n) {
      ScratchFolder folder;
      reset();
      if (apply_first != nullptr) begin_applied(folder.path(), apply_first);
      const bool killed = is_killed_at(n, [&] {
        Shim shim{};
        install_shim(shim, shared_, GetParam());
        run_in(folder.path(), act);
      });
      if (!killed) break;
      ++tried;
      SCOPED_TRACE(std::string(what) + ", journal operation " + std::to_string(n));
      const EntryState state = heal_after(folder.path());
      persistent_ ? expect_whole_with_file(state) : expect_whole(state);
      kept_new += state == EntryState::confirmed ? 1 : 0;
      if (::testing::Test::HasFailure()) break;
    }
    std::printf(
        "%s: killed at %d operations on the journal's files; %d ended all new, %d all old\n", what,
        tried, kept_new, tried - kept_new);
    return tried;
  }

  bool persistent_ = false;  ///< whether the test also checks the file
};

TEST_P(JournalKillPoints, WhileItApplies) {
  EXPECT_GT(kill_at_each("apply", nullptr, apply_plan), 50);
}

TEST_P(JournalKillPoints, WhileItUndoes) {
  EXPECT_GT(kill_at_each("undo", apply_plan, undo_newest), 25);
}

TEST_P(JournalKillPoints, WhileItAppliesForGood) {
  persistent_ = true;
  EXPECT_GT(kill_at_each("apply --persist", nullptr, apply_persistent_plan), 60);
}

TEST_P(JournalKillPoints, WhileItUndoesAPersistentPlan) {
  persistent_ = true;
  EXPECT_GT(kill_at_each("undo of apply --persist", apply_persistent_plan, undo_newest), 35);
}

void apply_and_wait(kernel::Kernel& kernel, store::Journal& journal) {
  FakeWatchdog watchdog;
  ApplyOptions options;
  options.applier = {4321, 99};
  options.persist = debian;
  options.confirm_within = seconds(30);
  const auto outcome = apply(make_plan(), kernel, journal, watchdog, options);
  if (!outcome.ok() || !outcome->succeeded) std::abort();
}

TEST_P(JournalKillPoints, WhileItConfirmsAPersistentPlan) {
  persistent_ = true;
  EXPECT_GT(kill_at_each("confirm of apply --persist", apply_and_wait, confirm_persistent_plan),
            20);
}

TEST_P(JournalKillPoints, WhileItHeals) {
  const auto heal_half = [](kernel::Kernel& kernel, store::Journal& journal) {
    if (!journal.move_entry(1, EntryState::confirmed, EntryState::undoing).ok()) return;
    const WithKernel same = [&](const std::string&,
                                const std::function<Status(kernel::Kernel&)>& function) {
      return function(kernel);
    };
    if (!heal(journal, kernel, same).ok()) std::abort();
  };
  EXPECT_GT(kill_at_each("heal", apply_plan, heal_half), 25);
}

std::string point_name(const ::testing::TestParamInfo<Point>& info) {
  switch (info.param) {
    case Point::before: return "Before";
    case Point::half_way: return "HalfWay";
    case Point::after: return "After";
  }
  return "";
}

INSTANTIATE_TEST_SUITE_P(Moments, JournalKillPoints,
                         ::testing::Values(Point::before, Point::half_way, Point::after),
                         point_name);

}  // namespace weir::act::kill_points_test
