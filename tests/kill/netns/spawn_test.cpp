// How weir starts the watchdog: by the service manager where one exists, else as a process. Here
// the manager is a script.
#include "kernel/linux/spawn.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/steps/identity.h"
#include "act/transaction.h"
#include "kill/netns/world.h"

namespace weir::kill_test::spawn_test {

using ::testing::HasSubstr;

class Spawn : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string why;
    world_ = World::make(why);
    if (!world_) GTEST_SKIP() << why;
    std::filesystem::create_directory(world_->state_folder() + "/booted");
  }

  /// A systemd-run that notes its arguments, and then runs the script with the program and its
  /// arguments as "$@".
  kernel::ServiceManager manager(const std::string& action) {
    kernel::ServiceManager made;
    made.booted_mark = world_->state_folder() + "/booted";
    made.run_command = world_->state_folder() + "/systemd-run";
    std::ofstream(made.run_command)
        << "#!/bin/sh\necho \"$@\" > " << world_->state_folder() << "/words\n"
        << "while [ \"${1#--}\" != \"$1\" ]; do shift; done\n"
        << action << "\n";
    ::chmod(made.run_command.c_str(), 0700);
    return made;
  }
  std::string words() {
    std::ifstream file(world_->state_folder() + "/words");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// An entry that this process is about to apply.
  kernel::WatchdogOrder make_order(store::Journal& journal) {
    auto linux_kernel = kernel::LinuxKernel::open_netns(world_->netns_path());
    kernel::Kernel kernel = (*linux_kernel)->kernel();
    Plan plan;
    plan.binding = act::read_binding(kernel).value();
    store::NewEntry entry;
    entry.netns_path = world_->netns_path();
    entry.applier = act::read_process_identity(kernel.files, ::getpid()).value();
    const std::int64_t id = journal.create(plan, entry).value();
    return {world_->state_folder(), id, world_->netns_path(), entry.applier};
  }

  void expect_armed_and_leaving(store::Journal& journal, const kernel::WatchdogOrder& order) {
    ASSERT_EQ(world_->deadmen().size(), 1U);
    ASSERT_TRUE(journal.move_entry(order.entry, EntryState::planned, EntryState::undone).ok());
    EXPECT_TRUE(world_->wait_for_deadmen(seconds(30)));
  }

  std::unique_ptr<World> world_;
};

TEST_F(Spawn, WhereAServiceManagerRunsTheWatchdogIsAServiceOfItsOwn) {
  store::Journal journal = world_->journal();
  const kernel::WatchdogOrder order = make_order(journal);
  auto spawner = kernel::DeadmanSpawner::open(
      program("weir-deadman"), manager("setsid \"$@\" >/dev/null 2>&1 </dev/null &"));
  ASSERT_TRUE(spawner.ok());
  const Status status = (*spawner)->arm(order);
  ASSERT_TRUE(status.ok()) << status.error().message;
  EXPECT_THAT(words(), HasSubstr("--property=KillSignal=SIGKILL"));
  EXPECT_THAT(words(), HasSubstr("--unit=weir-deadman-" + std::to_string(order.entry)));
  EXPECT_THAT(words(), HasSubstr("--netns " + order.netns_path));
  expect_armed_and_leaving(journal, order);
}

TEST_F(Spawn, WhereTheServiceManagerFailsTheWatchdogIsAProcess) {
  store::Journal journal = world_->journal();
  const kernel::WatchdogOrder order = make_order(journal);
  auto spawner = kernel::DeadmanSpawner::open(program("weir-deadman"), manager("exit 1"));
  ASSERT_TRUE(spawner.ok());
  const Status status = (*spawner)->arm(order);
  ASSERT_TRUE(status.ok()) << status.error().message;
  EXPECT_THAT(words(), HasSubstr("--unit=weir-deadman-"));
  expect_armed_and_leaving(journal, order);
}

TEST_F(Spawn, AWatchdogThatCannotGuardSaysWhy) {
  store::Journal journal = world_->journal();
  kernel::WatchdogOrder order = make_order(journal);
  order.entry += 1;
  auto spawner = kernel::DeadmanSpawner::open(program("weir-deadman"), {"/nowhere", "/nowhere"});
  ASSERT_TRUE(spawner.ok());
  const Status status = (*spawner)->arm(order);
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("weir-deadman: there is no entry"));
  EXPECT_TRUE(world_->wait_for_deadmen(seconds(30)));
}

TEST(SpawnProgram, AMissingOrUnfitProgramIsReportedFirst) {
  EXPECT_THAT(kernel::DeadmanSpawner::open("/nowhere/weir-deadman").error().message,
              HasSubstr("without it weir changes nothing"));
  EXPECT_EQ(kernel::DeadmanSpawner::open("/etc/passwd").error().code, ErrorCode::wrong_use);
  EXPECT_EQ(kernel::DeadmanSpawner::open("/usr").error().code, ErrorCode::wrong_use);
}

}  // namespace weir::kill_test::spawn_test
