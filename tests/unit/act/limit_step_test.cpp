#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "act/steps/steps.h"
#include "unit/act/fixture.h"

namespace weir::act::limit_step_test {

using ::testing::HasSubstr;

constexpr std::int64_t server_pid = 812;
constexpr std::int64_t server_start = 5000;

struct Server : Host {
  Server() {
    Process process;
    process.pid = server_pid;
    process.start_time = server_start;
    process.command = "nginx";
    process.file_limit = 1024;
    process.file_limit_hard = 4096;
    fake.add_process(process);
    fake.state().files["/proc/sys/fs/nr_open"] = "1048576\n";
  }
  [[nodiscard]] kernel::FileLimit limit() { return fake.state().file_limits.at(server_pid); }
  Result<std::unique_ptr<LiveTarget>> find() {
    kernel = std::make_unique<kernel::Kernel>(fake.kernel());
    return find_limit(
        {.pid = server_pid, .start_time = server_start, .command = "nginx", .resource = "nofile"},
        *kernel);
  }
  std::unique_ptr<kernel::Kernel> kernel;
};

Plan limit_plan(const std::string& expected, const std::string& wanted) {
  Plan plan = make_plan();
  Step step;
  step.target = LimitTarget{
      .pid = server_pid, .start_time = server_start, .command = "nginx", .resource = "nofile"};
  step.expected = expected;
  step.wanted = wanted;
  plan.steps = {step};
  return plan;
}

TEST(LimitStep, IsAppliedAndUndone) {
  Server host;
  const auto applied = host.apply(limit_plan("1024 4096", "65536 65536"));
  ASSERT_TRUE(applied.ok()) << applied.error().message;
  ASSERT_TRUE(applied->succeeded) << applied->failure;
  EXPECT_EQ(host.limit(), (kernel::FileLimit{65536, 65536}));
  EXPECT_EQ(host.fake.writes().back(), (kernel::FakeWrite{"limit:812", "65536 65536", true}));
  const auto undone = host.undo(applied->entry.id);
  ASSERT_TRUE(undone.ok() && undone->succeeded);
  EXPECT_EQ(undone->entry.state, EntryState::undone);
  EXPECT_EQ(host.limit(), (kernel::FileLimit{1024, 4096}));
}

TEST(LimitStep, AnUnlimitedLimitIsReadAndPutBack) {
  Server host;
  host.fake.state().file_limits[server_pid] = {1024, std::nullopt};
  const auto applied = host.apply(limit_plan("1024 unlimited", "65536 65536"));
  ASSERT_TRUE(applied.ok() && applied->succeeded);
  ASSERT_TRUE(host.undo(applied->entry.id).ok());
  EXPECT_EQ(host.limit(), (kernel::FileLimit{1024, std::nullopt}));
}

TEST(LimitStep, AProcessThatEndedEndsTheStep) {
  Server host;
  const auto applied = host.apply(limit_plan("1024 4096", "4096 4096"));
  ASSERT_TRUE(applied.ok() && applied->succeeded);
  host.fake.state().files.erase("/proc/812/stat");
  const auto undone = host.undo(applied->entry.id);
  ASSERT_TRUE(undone.ok());
  EXPECT_EQ(undone->entry.state, EntryState::ended);
}

TEST(LimitStep, AnotherProcessWithTheSamePidIsNotTouched) {
  Server host;
  const auto applied = host.apply(limit_plan("1024 4096", "4096 4096"));
  ASSERT_TRUE(applied.ok() && applied->succeeded);
  Process other;
  other.pid = server_pid;
  other.start_time = server_start + 1;
  other.file_limit = other.file_limit_hard = 4096;
  host.fake.add_process(other);
  const std::size_t writes = host.fake.writes().size();
  const auto undone = host.undo(applied->entry.id);
  ASSERT_TRUE(undone.ok());
  EXPECT_EQ(undone->entry.state, EntryState::ended);
  EXPECT_EQ(host.fake.writes().size(), writes);
}

TEST(LimitStep, AHardLimitThatRisesNeedsTheRightAndSaysSo) {
  Server host;
  host.fake.state().files["/proc/self/status"] = "Name:\tweir\nCapEff:\t0000000000000000\n";
  const auto target = host.find();
  ASSERT_TRUE(target.ok());
  const Status refused = (*target)->check("8192 8192");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::not_permitted);
  EXPECT_THAT(refused.error().message, HasSubstr("nofile of nginx (812)"));
  EXPECT_THAT(refused.error().message, HasSubstr("needs CAP_SYS_RESOURCE"));
  host.fake.state().files["/proc/self/status"] = "Uid:\t0\t0\t0\t0\nCapEff:\t000001fffeffffff\n";
  EXPECT_THAT((*target)->check("8192 8192").error().message,
              HasSubstr("needs CAP_SYS_RESOURCE, which weir lacks although it is root"));
  EXPECT_TRUE((*target)->check("4096 4096").ok()) << "soft up to hard needs no right";
  host.fake.state().files["/proc/self/status"] = "CapEff:\t000001ffffffffff\n";
  EXPECT_TRUE((*target)->check("8192 8192").ok());
}

TEST(LimitStep, TheKernelsRefusalIsOneSentenceAndNothingIsLeft) {
  Server host;
  host.fake.state().may_raise_limits = false;
  const auto applied = host.apply(limit_plan("1024 4096", "8192 8192"));
  ASSERT_TRUE(applied.ok());
  EXPECT_FALSE(applied->succeeded);
  EXPECT_THAT(applied->failure, HasSubstr("needs CAP_SYS_RESOURCE"));
  EXPECT_EQ(host.limit(), (kernel::FileLimit{1024, 4096}));
}

TEST(LimitStep, ARefusalToAWeirThatHasTheRightIsTheKernels) {
  Server host;
  host.fake.state().files["/proc/self/status"] = "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n";
  host.fake.state().may_raise_limits = false;
  const auto applied = host.apply(limit_plan("1024 4096", "8192 8192"));
  ASSERT_TRUE(applied.ok());
  EXPECT_FALSE(applied->succeeded);
  EXPECT_THAT(applied->failure, HasSubstr("although weir has all required capabilities"));
}

TEST(LimitStep, AHiddenProcessIsNotReportedAsEnded) {
  Server host;
  auto& files = host.fake.state().files;
  files["/proc/self/status"] = "Uid:\t7\t7\t7\t7\nCapEff:\t0000000000000000\n";
  files["/proc/self/mountinfo"] = "22 27 0:21 / /proc rw - proc proc rw,hidepid=invisible\n";
  const auto target = host.find();
  ASSERT_TRUE(target.ok());
  files.erase("/proc/812/stat");
  const auto hidden = (*target)->read();
  ASSERT_FALSE(hidden.ok());
  EXPECT_EQ(hidden.error().code, ErrorCode::not_permitted);
  EXPECT_THAT(hidden.error().message,
              HasSubstr("cannot see process 812: /proc hides other users' processes (hidepid)"));
  files["/proc/self/mountinfo"] = "22 27 0:21 / /proc rw - proc proc rw\n";
  EXPECT_EQ((*target)->read().error().code, ErrorCode::not_found);
}

TEST(LimitStep, AValueThatTheKernelWouldRefuseIsRefusedFirst) {
  Server host;
  const auto target = host.find();
  ASSERT_TRUE(target.ok());
  EXPECT_THAT((*target)->check("1048577 1048577").error().message,
              HasSubstr("fs.nr_open is 1048576"));
  EXPECT_THAT((*target)->check("8192 4096").error().message, HasSubstr("above the hard limit"));
  for (const char* value :
       {"", "1024", "1024 4096 1", "-1 4096", "many 4096", "1024 18446744073709551615"})
    EXPECT_EQ((*target)->check(value).error().code, ErrorCode::wrong_use) << value;
  EXPECT_TRUE(host.fake.writes().empty());
}

TEST(LimitStep, OtherResourcesAreNotChanged) {
  Server host;
  auto kernel = host.fake.kernel();
  const auto target =
      find_limit({.pid = 1, .start_time = 1, .command = "init", .resource = "nproc"}, kernel);
  ASSERT_FALSE(target.ok());
  EXPECT_EQ(target.error().code, ErrorCode::wrong_use);
}

}  // namespace weir::act::limit_step_test
