#include "sense/owners.h"

#include <gtest/gtest.h>

#include "sense/processes.h"
#include "sense/record.h"
#include "unit/sense/host_fixture.h"

namespace weir::sense::owners_test {

const std::string throttled = "nr_periods 10\nnr_throttled 4\nthrottled_usec 5\n";

TEST(Owners, EveryProcessThatSharesAListenerIsFoundInOrder) {
  kernel::FakeKernel fake;
  auto listener = make_listener(7, 80);
  listener.owners = {{12, 6}, {9, 6}, {9, 8}};
  fake.add_process(make_process(9, "nginx"));
  fake.add_process(make_process(12, "nginx"));
  fake.add_process(make_process(13, "other"), {{3, "socket:[999]"}, {4, "pipe:[70]"}});
  fake.add_listener(listener);
  auto kernel = fake.kernel();
  std::vector<Listener> listeners{make_listener(7, 80)};
  OwnerLimits limits;
  std::vector<NotSeen> not_seen;
  find_owners(kernel.files, listeners, nullptr, limits, not_seen);
  EXPECT_EQ(listeners[0].owners, (std::vector<Owner>{{9, 6}, {9, 8}, {12, 6}}));
  EXPECT_TRUE(not_seen.empty());
}

TEST(Owners, MoreThanTheLimitAreCounted) {
  kernel::FakeKernel fake;
  auto listener = make_listener(7, 80);
  for (std::int64_t pid = 100; pid < 110; ++pid) {
    fake.add_process(make_process(pid, "worker"));
    listener.owners.push_back({pid, 3});
  }
  fake.add_listener(listener);
  auto kernel = fake.kernel();
  std::vector<Listener> listeners{listener};
  OwnerLimits limits{4, 0, nullptr};
  std::vector<NotSeen> not_seen;
  find_owners(kernel.files, listeners, nullptr, limits, not_seen);
  EXPECT_EQ(listeners[0].owners.size(), 4U);
  EXPECT_EQ(limits.dropped, 6);
}

TEST(Owners, ProcessesThatMayNotBeReadHideTheCauseOfASlowApplication) {
  kernel::FakeKernel fake;
  fake.add_process(make_process(9, "nginx"));
  fake.state().failures["/proc/9/fd"] = make_error(ErrorCode::not_permitted, "no");
  auto kernel = fake.kernel();
  std::vector<Listener> listeners{make_listener(7, 80), make_listener(8, 81)};
  OwnerLimits limits;
  std::vector<NotSeen> not_seen;
  find_owners(kernel.files, listeners, nullptr, limits, not_seen);
  ASSERT_EQ(not_seen.size(), 1U);
  EXPECT_EQ(not_seen[0].what, "the owners of 2 listeners");
  EXPECT_EQ(
      not_seen[0].why,
      "access to the descriptors of some processes needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
  EXPECT_EQ(not_seen[0].subject, Subject::owners);
}

/// The reason why a weir with these capabilities does not see the owner of a listener.
std::string why_unseen(const std::string& uid, const std::string& capabilities,
                       const std::string& proc_options = "rw", bool denied = true) {
  kernel::FakeKernel fake;
  fake.add_process(make_process(9, "nginx"));
  if (denied) fake.state().failures["/proc/9/fd"] = make_error(ErrorCode::not_permitted, "no");
  fake.state().files["/proc/self/status"] = "Uid:\t" + uid + "\t" + uid +
                                            "\t0\t0\nGid:\t100\t100\t100\t100\nCapEff:\t" +
                                            capabilities + "\n";
  fake.state().files["/proc/self/mountinfo"] =
      "22 27 0:21 / /proc rw - proc proc " + proc_options + "\n";
  fake.state().links["/proc/self/ns/user"] = "user:[4026531837]";
  auto kernel = fake.kernel();
  std::vector<Listener> listeners{make_listener(7, 80)};
  OwnerLimits limits;
  std::vector<NotSeen> not_seen;
  find_owners(kernel.files, listeners, nullptr, limits, not_seen);
  return not_seen.size() == 1 ? not_seen[0].why : "seen";
}

TEST(Owners, ARefusalDespiteTheRightComesFromTheKernel) {
  EXPECT_EQ(
      why_unseen("0", "000001ffffffffff"),
      "this kernel refuses access to the descriptors of some processes although weir has all required capabilities (the reason may be lockdown, an LSM or seccomp)");
  EXPECT_EQ(
      why_unseen("0", "000001fffff7ffff"),
      "access to the descriptors of some processes needs CAP_SYS_PTRACE, which weir lacks although it is root");
  EXPECT_EQ(
      why_unseen("65534", "0000000000000000"),
      "access to the descriptors of some processes needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH; run weir as root");
}

TEST(Owners, OfHiddenProcessesAreNotAttributedToAnotherNamespace) {
  const std::string hidden = "/proc hides other users' processes (hidepid); run weir as root";
  EXPECT_EQ(why_unseen("65534", "0000000000000000", "rw,hidepid=invisible", false), hidden);
  EXPECT_EQ(why_unseen("65534", "0000000000000000", "rw,hidepid=2", true), hidden);
  EXPECT_EQ(why_unseen("0", "000001ffffffffff", "rw,hidepid=invisible", false).substr(0, 38),
            "no process that weir can see holds the");
  EXPECT_EQ(
      why_unseen("65534", "0000000000000000", "rw,gid=100,hidepid=invisible", true),
      "access to the descriptors of some processes needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH; run weir as root")
      << "a user in the group sees the processes, but not their descriptors";
}

TEST(Owners, AListenerWithoutAProcessIsNotAttributedToMissingRights) {
  kernel::FakeKernel fake;
  fake.add_process(make_process(9, "other"));
  auto kernel = fake.kernel();
  std::vector<Listener> first{make_listener(7, 2049)};
  std::vector<Listener> second = first;
  std::vector<NotSeen> not_seen;
  OwnerLimits limits;
  find_owners(kernel.files, first, nullptr, limits, not_seen);
  OwnerLimits later;
  later.previously_not_seen = &not_seen;
  std::vector<NotSeen> not_seen_later;
  find_owners(kernel.files, second, &first, later, not_seen_later);
  ASSERT_EQ(not_seen.size(), 1U);
  EXPECT_EQ(not_seen[0].why.find("CAP_SYS_PTRACE"), std::string::npos);
  EXPECT_EQ(not_seen_later, not_seen);
}

TEST(Owners, MissingRightsAreTheReasonInTheLaterSnapshotToo) {
  kernel::FakeKernel fake;
  auto kernel = fake.kernel();
  const std::vector<Listener> first{make_listener(7, 80)};
  std::vector<Listener> second = first;
  const std::vector<NotSeen> before{
      {Subject::owners, "the owner of 1 listener", "needs CAP_SYS_PTRACE (root)"}};
  OwnerLimits limits;
  limits.previously_not_seen = &before;
  std::vector<NotSeen> not_seen;
  find_owners(kernel.files, second, &first, limits, not_seen);
  ASSERT_EQ(not_seen.size(), 1U);
  EXPECT_EQ(not_seen[0].why, "needs CAP_SYS_PTRACE (root)");
}

TEST(Owners, AListenerBehindManyDescriptorsIsFoundInTheSecondPass) {
  kernel::FakeKernel fake;
  auto process = make_process(9, "proxy");
  process.files = 5000;
  auto listener = make_listener(7, 80);
  listener.owners = {{9, 5500}};
  fake.add_process(process);
  fake.add_listener(listener);
  auto kernel = fake.kernel();
  std::vector<Listener> listeners{make_listener(7, 80)};
  OwnerLimits limits;
  std::vector<NotSeen> not_seen;
  find_owners(kernel.files, listeners, nullptr, limits, not_seen);
  EXPECT_EQ(listeners[0].owners, (std::vector<Owner>{{9, 5500}}));
}

TEST(Owners, TheSecondPassLeavesOutProcessesOfOtherNamespacesAndEndsSomewhere) {
  kernel::FakeKernel fake;
  fake.state().links["/proc/thread-self/ns/net"] = "net:[1]";
  auto elsewhere = make_process(9, "proxy");
  elsewhere.files = 2000;
  fake.add_process(elsewhere, {{5500, "socket:[70]"}});
  fake.state().links["/proc/9/ns/net"] = "net:[2]";
  auto kernel = fake.kernel();
  std::vector<Listener> listeners{make_listener(7, 80)};
  OwnerLimits limits;
  std::vector<NotSeen> not_seen;
  find_owners(kernel.files, listeners, nullptr, limits, not_seen);
  EXPECT_TRUE(listeners[0].owners.empty());
  fake.state().links["/proc/9/ns/net"] = "net:[1]";
  find_owners(kernel.files, listeners, nullptr, limits, not_seen);
  EXPECT_EQ(listeners[0].owners, (std::vector<Owner>{{9, 5500}}));
}

TEST(Owners, KnownOwnersAreReusedWhileTheyHoldTheSocketAndElseSearchedAgain) {
  kernel::FakeKernel fake;
  auto listener = make_listener(7, 80);
  listener.owners = {{9, 3}};
  fake.add_process(make_process(9, "old"));
  fake.add_listener(listener);
  auto kernel = fake.kernel();
  const std::vector<Listener> previous{listener};
  OwnerLimits limits;
  std::vector<NotSeen> not_seen;
  fake.state().failures["/proc"] = make_error(ErrorCode::io, "a search would need this");
  std::vector<Listener> listeners{make_listener(7, 80)};
  find_owners(kernel.files, listeners, &previous, limits, not_seen);
  EXPECT_EQ(listeners[0].owners, listener.owners);

  fake.state().failures.clear();
  fake.state().links.erase("/proc/9/fd/3");
  fake.add_process(make_process(10, "new"), {{4, "socket:[70]"}});
  listeners = {make_listener(7, 80)};
  find_owners(kernel.files, listeners, &previous, limits, not_seen);
  EXPECT_EQ(listeners[0].owners, (std::vector<Owner>{{10, 4}}));
}

class ProcessesTest : public testing::Test {
 protected:
  ProcessesTest() {
    listener_ = make_listener(7, 80);
    listener_.owners = {{9, 3}};
  }
  std::vector<Process> read() {
    auto kernel = fake_.kernel();
    FileReader reader(kernel.files);
    return read_processes(reader, {listener_.owners.front().pid}, limits_);
  }

  kernel::FakeKernel fake_;
  Listener listener_;
  ProcessLimits limits_;
};

TEST_F(ProcessesTest, FilesLimitsThreadsAndWaitsAreRead) {
  auto process = make_process(9, "app (x)");
  process.cpu = ClockTicks{50};
  process.files = 1000;
  process.threads = {{9, 'S', ClockTicks{20}, "ep_poll"}, {11, 'R', ClockTicks{30}, ""}};
  fake_.add_process(process);
  const auto processes = read();
  ASSERT_EQ(processes.size(), 1U);
  EXPECT_EQ(processes[0].command, "app (x)");
  EXPECT_EQ(processes[0].parent, 1);
  EXPECT_EQ(processes[0].start_time, 5);
  EXPECT_EQ(processes[0].cpu, ClockTicks{50});
  EXPECT_EQ(processes[0].files, 1000);
  EXPECT_EQ(processes[0].file_limit, 1024);
  EXPECT_EQ(processes[0].file_limit_hard, 4096);
  EXPECT_EQ(processes[0].threads, process.threads);
}

TEST_F(ProcessesTest, AProcessThatEndedIsLeftOut) { EXPECT_TRUE(read().empty()); }

TEST_F(ProcessesTest, TheQuotaMayBelongToAnAncestorOfTheCgroup) {
  auto process = make_process(9, "app");
  process.cgroup = "/kube/pod/container";
  fake_.add_process(process);
  fake_.state().files["/sys/fs/cgroup/kube/pod/container/cpu.stat"] =
      "nr_periods 0\nnr_throttled 0\nthrottled_usec 0\n";
  fake_.state().files["/sys/fs/cgroup/kube/pod/cpu.stat"] = throttled;
  fake_.state().files["/sys/fs/cgroup/kube/cpu.stat"] =
      "nr_periods 99\nnr_throttled 0\nthrottled_usec 0\n";
  const auto processes = read();
  EXPECT_EQ(processes.at(0).cgroup, "/kube/pod/container");
  EXPECT_EQ(processes.at(0).throttling, (CpuThrottling{10, 4, Nanoseconds{5000}}));
}

TEST_F(ProcessesTest, TheCpuControllerOfVersionOneComesBeforeVersionTwo) {
  fake_.add_process(make_process(9, "app"));
  fake_.state().files["/proc/9/cgroup"] = "4:cpu,cpuacct:/app\n0::/elsewhere\n";
  fake_.state().files["/sys/fs/cgroup/cpu,cpuacct/app/cpu.stat"] =
      "nr_periods 10\nnr_throttled 4\nthrottled_time 700\n";
  fake_.state().files["/sys/fs/cgroup/elsewhere/cpu.stat"] = throttled;
  const auto processes = read();
  EXPECT_EQ(processes.at(0).cgroup, "/app");
  EXPECT_EQ(processes.at(0).throttling, (CpuThrottling{10, 4, Nanoseconds{700}}));
}

TEST_F(ProcessesTest, ACgroupWithoutQuotaHasNoPeriodsAndAHiddenCgroupNoData) {
  auto process = make_process(9, "app");
  process.cgroup = "/app";
  fake_.add_process(process);
  fake_.state().files["/sys/fs/cgroup/app/cpu.stat"] =
      "nr_periods 0\nnr_throttled 0\nthrottled_usec 0\n";
  EXPECT_EQ(read().at(0).throttling, CpuThrottling{});
  fake_.state().files["/proc/9/cgroup"] = "0::/../../app\n";
  EXPECT_FALSE(read().at(0).throttling.has_value());
}

TEST_F(ProcessesTest, ThreadsBeyondTheLimitAreCounted) {
  auto process = make_process(9, "app");
  for (std::int64_t tid = 9; tid < 19; ++tid) process.threads.push_back({tid, 'S', {}, {}});
  fake_.add_process(process);
  limits_.threads_per_process = 4;
  EXPECT_EQ(read().at(0).threads.size(), 4U);
  EXPECT_EQ(limits_.dropped_threads, 6);
}

}  // namespace weir::sense::owners_test
