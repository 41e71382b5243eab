#include "act/entry_place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "act/heal.h"
#include "unit/act/fixture.h"

namespace weir::act::entry_place_test {

using ::testing::HasSubstr;

const std::string entry_link = "net:[" + std::to_string(test_netns) + "]";

/// A host in its own namespace, which is not the namespace that an applied entry changed.
class EntryPlace : public testing::Test {
 protected:
  EntryPlace() {
    furnish(own);
    own.state().links["/proc/thread-self/ns/net"] = "net:[5]";
    changed.options.netns_path = "/run/netns/x";
    id = changed.apply(make_plan())->entry.id;
  }

  kernel::FakeState& here() { return own.state(); }

  /// The namespace is behind these paths and nowhere else. Opening another path gives its error, or
  /// not_found.
  WithKernel with_kernel() {
    return [this](const std::string& path,
                  const std::function<Status(kernel::Kernel&)>& function) -> Status {
      opened.push_back(path);
      if (const auto failure = failures.find(path); failure != failures.end())
        return failure->second;
      if (!path.empty() && leading.count(path) == 0)
        return make_error(ErrorCode::not_found, path + " does not exist");
      kernel::Kernel kernel = path.empty() ? own.kernel() : changed.fake.kernel();
      return function(kernel);
    };
  }

  Result<Outcome> undo() {
    kernel::Kernel kernel = own.kernel();
    return undo_entry(id, changed.journal, kernel, with_kernel());
  }

  void expect_undone() {
    const auto outcome = undo();
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_EQ(outcome->entry.state, EntryState::undone);
    EXPECT_EQ(live_values(changed.fake), old_values());
  }

  void expect_ended() {
    const auto outcome = undo();
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_EQ(outcome->entry.state, EntryState::ended);
    EXPECT_THAT(outcome->entry.note, HasSubstr("/run/netns/x) is gone"));
  }

  /// The entry is neither undone nor ended, so the user may try again. The error's kind gives exit
  /// code 1.
  void expect_unknown(const std::string& place, const std::string& why) {
    const auto outcome = undo();
    ASSERT_FALSE(outcome.ok());
    EXPECT_TRUE(outcome.error().code == ErrorCode::not_permitted ||
                outcome.error().code == ErrorCode::io);
    EXPECT_THAT(outcome.error().message, HasSubstr(place));
    EXPECT_THAT(outcome.error().message, HasSubstr(why));
    EXPECT_THAT(outcome.error().message, HasSubstr("`weir undo " + std::to_string(id) + "` again"));
    EXPECT_EQ(changed.journal.state(id).value(), EntryState::confirmed);
    kernel::Kernel kernel = own.kernel();
    const auto healed = heal(changed.journal, kernel, with_kernel());
    ASSERT_TRUE(healed.ok());
    EXPECT_EQ(changed.journal.state(id).value(), EntryState::confirmed);
    EXPECT_EQ(live_values(changed.fake), new_values());
  }

  void add_mounts(const std::string& process, const std::string& mount_namespace,
                  const std::string& root, const std::string& mounts) {
    here().links[process + "/ns/net"] = "net:[5]";
    here().links[process + "/ns/mnt"] = mount_namespace;
    here().links[process + "/root"] = root;
    here().files[process + "/mountinfo"] = mounts;
  }

  Host changed;
  kernel::FakeKernel own;
  std::int64_t id = 0;
  std::set<std::string> leading;
  std::map<std::string, Error> failures;
  std::vector<std::string> opened;
};

TEST_F(EntryPlace, WhereEveryPlaceWasLookedAtTheEntryEnds) {
  here().links["/proc/700/ns/net"] = "net:[5]";
  expect_ended();
}

TEST_F(EntryPlace, IsFoundThroughAThreadThatLivesElsewhereThanItsProcess) {
  here().links["/proc/700/ns/net"] = "net:[5]";
  here().links["/proc/700/task/700/ns/net"] = "net:[5]";
  here().links["/proc/700/task/701/ns/net"] = entry_link;
  leading = {"/proc/700/task/701/ns/net"};
  expect_undone();
}

TEST_F(EntryPlace, IsFoundThroughAnOpenDescriptor) {
  here().links["/proc/700/ns/net"] = "net:[5]";
  here().links["/proc/700/fd/9"] = entry_link;
  leading = {"/proc/700/fd/9"};
  expect_undone();
}

TEST_F(EntryPlace, IsFoundThroughAMountAnywhereInThisMountNamespace) {
  here().files["/proc/self/mountinfo"] +=
      "40 28 0:4 " + entry_link + " /run/docker/netns/my\\040box rw - nsfs nsfs rw\n";
  leading = {"/run/docker/netns/my box"};
  expect_undone();
}

TEST_F(EntryPlace, IsFoundThroughAMountOfAnotherMountNamespace) {
  add_mounts("/proc/700", "mnt:[77]", "/",
             "40 28 0:4 " + entry_link + " /run/netns/x rw - nsfs nsfs rw\n");
  leading = {"/proc/700/root/run/netns/x"};
  expect_undone();
}

TEST_F(EntryPlace, ACoveredMountDoesNotEndTheEntry) {
  here().files["/proc/self/mountinfo"] +=
      "40 28 0:4 " + entry_link +
      " /run/netns/x rw - nsfs nsfs rw\n41 28 0:5 / /run/netns rw - tmpfs tmpfs rw\n";
  expect_unknown("/run/netns/x", "another mount covers it");
}

TEST_F(EntryPlace, ANameWithoutItsMountHereIsFoundThroughAnotherMountNamespace) {
  failures["/run/netns/x"] =
      make_error(ErrorCode::wrong_use, "/run/netns/x is not a network namespace");
  add_mounts("/proc/700", "mnt:[77]", "/",
             "40 28 0:4 " + entry_link + " /run/netns/x rw - nsfs nsfs rw\n");
  leading = {"/proc/700/root/run/netns/x"};
  expect_undone();
}

TEST_F(EntryPlace, ANameWithoutAMountAnywhereIsALeftover) {
  failures["/run/netns/x"] =
      make_error(ErrorCode::wrong_use, "/run/netns/x is not a network namespace");
  expect_ended();
}

TEST_F(EntryPlace, AProcessInAChrootSeesOnlySomeOfTheMounts) {
  add_mounts("/proc/700", "mnt:[77]", "/srv/jail", "");
  expect_unknown("the mount namespace 77", "in a chroot, such as /srv/jail");
  add_mounts("/proc/701", "mnt:[77]", "/",
             "40 28 0:4 " + entry_link + " /run/netns/x rw - nsfs nsfs rw\n");
  leading = {"/proc/701/root/run/netns/x"};
  expect_undone();
}

TEST_F(EntryPlace, AMountNamespaceWithoutAProcessDoesNotEndTheEntry) {
  here().files["/proc/self/mountinfo"] +=
      "40 28 0:4 mnt:[88] /run/snapd/ns/x.mnt rw - nsfs nsfs rw\n";
  expect_unknown("/run/snapd/ns/x.mnt", "mount namespace");
  add_mounts("/proc/700", "mnt:[88]", "/", "");
  expect_ended();
}

TEST_F(EntryPlace, ANamespaceThatCannotBeOpenedDoesNotEndTheEntry) {
  for (const char* why :
       {"Operation not permitted", "Cannot allocate memory", "Too many open files"}) {
    const bool refused = std::string(why) == "Operation not permitted";
    failures["/run/netns/x"] = make_error(refused ? ErrorCode::not_permitted : ErrorCode::io,
                                          std::string("cannot open /run/netns/x: ") + why);
    expect_unknown("/run/netns/x", why);
  }
}

TEST_F(EntryPlace, AnUnreadableFileOfProcDoesNotEndTheEntry) {
  here().links["/proc/700/ns/net"] = "net:[5]";
  here().links["/proc/700/fd/9"] = entry_link;
  for (const char* place :
       {"/proc", "/run/netns", "/proc/700/ns/net", "/proc/700/fd", "/proc/700/fd/9"}) {
    here().failures = {{place, make_error(ErrorCode::io, std::string("cannot read ") + place +
                                                             ": Too many open files")}};
    expect_unknown(place, "Too many open files");
  }
}

TEST_F(EntryPlace, AnUnreadableProcessIsReportedOnce) {
  const Error refused = make_error(ErrorCode::not_permitted, "Permission denied");
  here().links["/proc/700/ns/net"] = "net:[5]";
  here().links["/proc/700/fd/9"] = "socket:[5]";
  here().failures = {
      {"/proc/700/ns/net", refused}, {"/proc/700/fd/9", refused}, {"/proc/700/fd", refused}};
  expect_unknown("/proc/700/ns/net: Permission denied. The entry", "");
}

TEST_F(EntryPlace, AProcessThatEndsMeanwhileHidesNoNamespace) {
  here().links["/proc/700/ns/net"] = "net:[5]";
  here().failures = {{"/proc/700/ns/net", make_error(ErrorCode::gone, "No such process")}};
  expect_ended();
}

TEST_F(EntryPlace, HiddenProcessesDoNotEndTheEntry) {
  here().files["/proc/self/mountinfo"] =
      "22 28 0:20 / /proc rw - proc proc rw,gid=4,hidepid=invisible\n";
  here().files["/proc/self/status"] = "Name:\tweir\nCapEff:\t000001fffff7ffff\n";
  expect_unknown("the processes of other users", "hidepid");
  // With CAP_SYS_PTRACE no process is hidden.
  here().files["/proc/self/status"] = "Name:\tweir\nCapEff:\t000001ffffffffff\n";
  expect_ended();
}

TEST_F(EntryPlace, AContainerDoesNotSeeEveryProcess) {
  here().links["/proc/self/ns/pid"] = "pid:[4026532200]";
  expect_unknown("outside of this PID namespace", "container");
  here().links["/proc/self/ns/pid"] = "pid:[4026531836]";
  expect_ended();
}

/// With a kernel that opens namespaces by their numbers.
class EntryPlaceById : public EntryPlace {
 protected:
  EntryPlaceById() {
    changed.fake.state().namespace_cookie = 7;
    own.state().namespace_cookie = 6;
    // The first entry was applied before the kernel had a cookie; the new entry is bound to the
    // cookie.
    EXPECT_TRUE(changed.undo(id).ok());
    id = changed.apply(make_plan())->entry.id;
  }
  const std::string by_id = "nsid:7:" + std::to_string(test_netns);
};

TEST_F(EntryPlaceById, TheKernelFindsANamespaceWithoutAPath) {
  leading = {by_id};
  expect_undone();
}

TEST_F(EntryPlaceById, TheKernelsAnswerThatItEndedIsEnough) {
  failures[by_id] = make_error(ErrorCode::gone, "it has ended");
  failures["/run/netns/x"] =
      make_error(ErrorCode::io, "cannot open /run/netns/x: Too many open files");
  expect_ended();
}

TEST_F(EntryPlaceById, AKernelThatDoesNotAnswerDoesNotEndTheEntry) {
  failures[by_id] = make_error(ErrorCode::not_permitted, "Operation not permitted");
  failures["/run/netns/x"] =
      make_error(ErrorCode::io, "cannot open /run/netns/x: Too many open files");
  expect_unknown("/run/netns/x", "Too many open files");
}

TEST(NamespaceIdPath, IsReadBack) {
  EXPECT_EQ(parse_namespace_id_path(namespace_id_path({7, 4026531840})),
            (NamespaceId{7, 4026531840}));
  for (const char* path :
       {"", "/run/netns/x", "nsid:", "nsid:7", "nsid:7:", "nsid:7:8:9", "nsid:x:8", "nsid"})
    EXPECT_FALSE(parse_namespace_id_path(path)) << path;
}

}  // namespace weir::act::entry_place_test
