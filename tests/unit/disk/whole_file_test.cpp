// The files that root writes where other users can write as well. The other users' files do not
// decide the mode, the place or the text.
#include "disk/whole_file.h"

#include <csignal>
#include <string>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "disk/place.h"
#include "support/shared_folder.h"

namespace weir::disk::whole_file_test {

class WholeFile : public test::SharedFolder {
 protected:
  static Status put(const std::string& path, std::string_view text) {
    WEIR_TRY(const Place place, find_place(path));
    return replace_file(place, text, inherit_rights(place));
  }
};

TEST_F(WholeFile, OnlyTheOwnerCanReadANewFile) {
  const auto before = umask(0);
  ASSERT_TRUE(put(path("s"), "new").ok());
  umask(before);
  EXPECT_EQ(text_of(path("s")), "new");
  EXPECT_EQ(mode_of(path("s")), 0600U);
}

TEST_F(WholeFile, AnotherUsersFilePassesNoModeOn) {
  for (const unsigned mode : {06777U, 02755U, 0666U, 0644U, 0000U}) {
    make_as_nobody("s", mode);
    ASSERT_TRUE(put(path("s"), "root's").ok()) << std::oct << mode;
    EXPECT_EQ(mode_of(path("s")), 0600U) << std::oct << mode;
    EXPECT_EQ(owner_of(path("s")), 0U);
    EXPECT_EQ(text_of(path("s")), "root's");
    std::filesystem::remove(path("s"));
  }
}

TEST_F(WholeFile, TheCallersOwnFileKeepsItsModeWithoutSetuidSetgidAndWriteForOthers) {
  ASSERT_TRUE(write(path("s"), "old"));
  for (const auto& [mode, kept] : {std::pair{0644U, 0644U},
                                   {0640U, 0640U},
                                   {0400U, 0400U},
                                   {06755U, 0755U},
                                   {0666U, 0644U},
                                   {01777U, 0755U}}) {
    ASSERT_EQ(chmod(path("s").c_str(), mode), 0);
    ASSERT_TRUE(put(path("s"), "new").ok());
    EXPECT_EQ(mode_of(path("s")), kept) << std::oct << mode;
  }
}

TEST_F(WholeFile, TheModeIsKeptOnlyForItsGroup) {
  ASSERT_TRUE(write(path("s"), "old"));
  ASSERT_EQ(chown(path("s").c_str(), 0, 4), 0);
  ASSERT_EQ(chmod(path("s").c_str(), 0640), 0);
  ASSERT_TRUE(put(path("s"), "new").ok());
  struct stat status {};
  ASSERT_EQ(stat(path("s").c_str(), &status), 0);
  EXPECT_EQ(status.st_gid, 4U);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
}

TEST_F(WholeFile, ACallersFileThatAnotherUserNamedPassesNoModeOn) {
  // A second name in a folder like /tmp. protected_hardlinks of proc(5) may forbid the user nobody
  // to create the link, so root creates it here.
  ASSERT_TRUE(write(path("passwd"), "root:x"));
  ASSERT_EQ(chmod(path("passwd").c_str(), 0644), 0);
  ASSERT_EQ(link(path("passwd").c_str(), path("s").c_str()), 0);
  ASSERT_TRUE(put(path("s"), "new").ok());
  EXPECT_EQ(mode_of(path("s")), 0600U);
  EXPECT_EQ(text_of(path("passwd")), "root:x") << "the other name keeps the old file";
  // The file was moved to a folder of which every user can remove names.
  share(0777);
  ASSERT_TRUE(write(path("log"), "old"));
  ASSERT_EQ(chmod(path("log").c_str(), 0644), 0);
  as_nobody([&] { return std::rename(path("log").c_str(), path("t").c_str()) == 0; });
  ASSERT_TRUE(put(path("t"), "new").ok());
  EXPECT_EQ(mode_of(path("t")), 0600U);
}

TEST_F(WholeFile, InAFolderOfAnotherUserOnlyRootCanReadTheFile) {
  as_nobody([&] {
    return mkdir(path("home").c_str(), 0755) == 0 && write(path("home/x"), "") &&
           chmod(path("home/x").c_str(), 06777) == 0;
  });
  ASSERT_TRUE(put(path("home/x"), "new").ok());
  EXPECT_EQ(mode_of(path("home/x")), 0600U);
  EXPECT_EQ(owner_of(path("home/x")), 0U);
  ASSERT_TRUE(put(path("home/new"), "new").ok());
  EXPECT_EQ(mode_of(path("home/new")), 0600U);
}

TEST_F(WholeFile, AnotherUsersLinkIsNotFollowed) {
  ASSERT_TRUE(write(path("precious"), "root's"));
  link_as_nobody(path("precious"), "s");
  const Status there = put(path("s"), "new");
  ASSERT_FALSE(there.ok());
  EXPECT_EQ(there.error().code, ErrorCode::not_permitted);
  EXPECT_EQ(
      there.error().message,
      "\"s\" is a link of user 65534 in a folder where other users can make links; weir does not follow it");
  link_as_nobody(path("not-there"), "dangling");
  EXPECT_FALSE(put(path("dangling"), "new").ok());
  link_as_nobody("/", "root");
  EXPECT_FALSE(put(path("root") + path("precious"), "new").ok())
      << "a link on the way is no better";
  EXPECT_EQ(text_of(path("precious")), "root's");
  EXPECT_FALSE(std::filesystem::exists(path("not-there")));
}

TEST_F(WholeFile, AnotherUsersLinkIsNotFollowedInThatUsersFolderEither) {
  ASSERT_TRUE(write(path("precious"), "root's"));
  as_nobody([&] {
    return mkdir(path("home").c_str(), 0755) == 0 &&
           symlink(path("precious").c_str(), path("home/x").c_str()) == 0;
  });
  EXPECT_FALSE(put(path("home/x"), "new").ok());
  EXPECT_EQ(text_of(path("precious")), "root's");
}

TEST_F(WholeFile, TheCallersOwnLinkStaysALinkAndItsTargetIsReplaced) {
  ASSERT_TRUE(write(path("target"), "old"));
  ASSERT_EQ(symlink("target", path("s").c_str()), 0);
  ASSERT_TRUE(put(path("s"), "new").ok());
  EXPECT_TRUE(std::filesystem::is_symlink(path("s")));
  EXPECT_EQ(text_of(path("target")), "new");
  ASSERT_EQ(symlink("new-target", path("t").c_str()), 0);
  ASSERT_TRUE(put(path("t"), "new").ok());
  EXPECT_EQ(text_of(path("new-target")), "new") << "also where there was nothing yet";
}

TEST_F(WholeFile, WhereOnlyTrustedUsersCanMakeLinksEveryLinkIsFollowed) {
  share(0755);
  ASSERT_TRUE(write(path("target"), "old"));
  ASSERT_EQ(symlink("target", path("s").c_str()), 0);
  ASSERT_EQ(lchown(path("s").c_str(), test::nobody, test::nobody), 0);
  ASSERT_TRUE(put(path("s"), "new").ok());
  EXPECT_EQ(text_of(path("target")), "new");
}

TEST_F(WholeFile, LinksThatLeadInACircleAreAnError) {
  ASSERT_EQ(symlink("b", path("a").c_str()), 0);
  ASSERT_EQ(symlink("a", path("b").c_str()), 0);
  EXPECT_FALSE(put(path("a"), "x").ok());
}

TEST_F(WholeFile, AFolderThatBecomesALinkAfterTheLookDoesNotMoveTheFile) {
  share(0777);
  ASSERT_EQ(mkdir(path("etc").c_str(), 0755), 0);
  as_nobody([&] { return mkdir(path("d").c_str(), 0755) == 0; });
  auto place = find_place(path("d/x"));
  ASSERT_TRUE(place.ok());
  as_nobody([&] {
    return std::rename(path("d").c_str(), path("moved").c_str()) == 0 &&
           symlink("etc", path("d").c_str()) == 0;
  });
  ASSERT_TRUE(replace_file(*place, "new", inherit_rights(*place)).ok());
  EXPECT_TRUE(std::filesystem::is_empty(path("etc")));
  EXPECT_EQ(text_of(path("moved/x")), "new");
}

TEST_F(WholeFile, AFileThatBecomesALinkAfterTheLookIsReplacedAndNotFollowed) {
  share(0777);
  ASSERT_TRUE(write(path("precious"), "root's"));
  make_as_nobody("s", 0644);
  auto place = find_place(path("s"));
  ASSERT_TRUE(place.ok());
  as_nobody([&] {
    return unlink(path("s").c_str()) == 0 && symlink("precious", path("s").c_str()) == 0;
  });
  ASSERT_TRUE(replace_file(*place, "new", inherit_rights(*place)).ok());
  EXPECT_EQ(text_of(path("precious")), "root's");
  EXPECT_FALSE(std::filesystem::is_symlink(path("s")));
  EXPECT_EQ(mode_of(path("s")), 0600U);
}

TEST_F(WholeFile, WhileAnotherUserSwapsTheFolderForALinkNothingIsWrittenThroughIt) {
  share(0777);
  ASSERT_EQ(mkdir(path("etc").c_str(), 0755), 0);
  const pid_t attacker = fork();
  if (attacker == 0) {
    if (setgid(test::nobody) != 0 || setuid(test::nobody) != 0) _exit(1);
    while (true) {
      mkdir(path("d").c_str(), 0777);
      std::rename(path("d").c_str(), path("aside").c_str());
      static_cast<void>(symlink("etc", path("d").c_str()));
      unlink(path("d").c_str());
      std::rename(path("aside").c_str(), path("d").c_str());
    }
  }
  int written = 0;
  for (int i = 0; i < 3000; ++i) written += put(path("d/x"), "new").ok() ? 1 : 0;
  kill(attacker, SIGKILL);
  waitpid(attacker, nullptr, 0);
  EXPECT_TRUE(std::filesystem::is_empty(path("etc")));
  EXPECT_GT(written, 0) << "the attack never let anything through, so it showed nothing";
}

TEST_F(WholeFile, AfterAFailureTheOldFileIsWholeAndNoOtherFileIsLeft) {
  ASSERT_TRUE(write(path("s"), "old"));
  const pid_t child = fork();
  if (child == 0) {
    // The write ends in the middle, as on a full disk.
    rlimit limit{1000, 1000};
    std::signal(SIGXFSZ, SIG_IGN);
    _exit(setrlimit(RLIMIT_FSIZE, &limit) == 0 && !put(path("s"), std::string(100'000, 'x')).ok()
              ? 0
              : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(text_of(path("s")), "old");
  EXPECT_EQ(names(), std::vector<std::string>{"s"});
}

TEST_F(WholeFile, AFolderThatTheCallerCannotWriteToLeavesTheOldFile) {
  ASSERT_TRUE(write(path("s"), "old"));
  ASSERT_EQ(chown(path("s").c_str(), test::nobody, test::nobody), 0);
  share(0755);
  as_nobody([&] {
    const Status status = put(path("s"), "new");
    return !status.ok() && status.error().code == ErrorCode::not_permitted;
  });
  EXPECT_EQ(text_of(path("s")), "old");
}

TEST_F(WholeFile, AFolderThatCanBeWrittenButNotReadGetsTheFile) {
  share(0733);
  as_nobody([&] { return put(path("s"), "new").ok(); });
  EXPECT_EQ(text_of(path("s")), "new");
}

TEST_F(WholeFile, ALongNameLeavesRoomForTheFileBesideIt) {
  const std::string name(255, 'n');
  ASSERT_TRUE(put(path(name), "new").ok());
  EXPECT_EQ(names(), std::vector<std::string>{name});
}

class Places : public test::SharedFolder {};

TEST_F(Places, ADescriptorPathNamesTheProcesssOwnOpenFile) {
  ASSERT_TRUE(write(path("s"), "head "));
  const UniqueFd file(open(path("s").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  auto place = find_place("/dev/fd/" + std::to_string(file.get()));
  ASSERT_TRUE(place.ok()) << place.error().message;
  EXPECT_TRUE(place->is_open);
  const auto again = open_found(*place, O_WRONLY | O_TRUNC);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(write_all(again->get(), "tail"), 0);
  EXPECT_EQ(text_of(path("s")), "head tail");
}

TEST_F(Places, AFileThatIsOpenAndHasNoNameAnyMoreIsFound) {
  ASSERT_TRUE(write(path("s"), "x"));
  const UniqueFd file(open(path("s").c_str(), O_RDWR | O_CLOEXEC));
  std::filesystem::remove(path("s"));
  const auto place = find_place("/proc/self/fd/" + std::to_string(file.get()));
  ASSERT_TRUE(place.ok()) << place.error().message;
  EXPECT_EQ(place->found, Found::regular);
  EXPECT_FALSE(place->folder.valid());
}

TEST_F(Places, APathLeadsThroughFoldersDotsAndLinksOfProc) {
  ASSERT_EQ(mkdir(path("d").c_str(), 0755), 0);
  ASSERT_TRUE(write(path("d/s"), "x"));
  const UniqueFd folder(open(path("d").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  for (const std::string& way :
       {path("d/./../d//s"), path("d/s"), "/proc/self/fd/" + std::to_string(folder.get()) + "/s"}) {
    const auto place = find_place(way);
    ASSERT_TRUE(place.ok()) << way << ": " << place.error().message;
    EXPECT_EQ(place->found, Found::regular) << way;
    EXPECT_EQ(place->name, "s");
  }
  for (const char* way : {"/", ".", "/tmp/..", "/proc/self/cwd"}) {
    const auto place = find_place(way);
    ASSERT_TRUE(place.ok()) << way << ": " << place.error().message;
    EXPECT_EQ(place->found, Found::folder) << way;
  }
  EXPECT_EQ(find_place(path("d/s/")).error().code, ErrorCode::not_found)
      << "a file is not a folder";
  EXPECT_EQ(find_place(path("d/s/x")).error().code, ErrorCode::not_found);
  EXPECT_EQ(find_place(path("no/s")).error().code, ErrorCode::not_found);
  EXPECT_EQ(find_place("").error().code, ErrorCode::wrong_use);
}

TEST_F(Places, TheUsersWhoCanReplaceTheFileAreKnown) {
  ASSERT_EQ(mkdir(path("own").c_str(), 0755), 0);
  as_nobody([&] { return mkdir(path("his").c_str(), 0755) == 0; });
  EXPECT_FALSE(can_others_add(find_place(path("own/s"))->folder_owned));
  EXPECT_TRUE(can_others_add(find_place(path("s"))->folder_owned));
  EXPECT_FALSE(can_others_replace(find_place(path("s"))->folder_owned)) << "sticky";
  EXPECT_TRUE(can_others_replace(find_place(path("his/s"))->folder_owned));
  EXPECT_FALSE(find_place(path("own/s"))->replaceable_above);
  EXPECT_TRUE(find_place(path("his/s"))->replaceable_above);
  share(0777);
  EXPECT_TRUE(find_place(path("own/s"))->replaceable_above) << "its folder can be moved away";
}

}  // namespace weir::disk::whole_file_test
