// The promises of the command line: exit codes, one sentence for each misuse, files that are whole
// or untouched.
#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/text.h"
#include "contract/weir_binary.h"
#include "support/golden.h"

namespace weir::contract::command_line_test {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST(CommandLine, EachMisuseHasOneSentenceAndExitCodeTwo) {
  expect_refused({"chekc"}, 2, "there is no command \"chekc\"");
  expect_refused({"check", "--nope"}, 2, "there is no option \"--nope\"");
  expect_refused({"check", "extra"}, 2, "does not take \"extra\"");
  expect_refused({"check", "--for"}, 2, "--for needs a value");
  expect_refused({"check", "--for", "1y"}, 2, "--for takes a time such as 5s");
  expect_refused({"check", "--for", "0s"}, 2, "from 100ms to 24h");
  expect_refused({"check", "--port", "0"}, 2, "--port takes a number between 1 and 65535");
  expect_refused({"check", "--port", "80", "--port", "http"}, 2, "not \"http\"");
  expect_refused({"check", "--stage", "queue"}, 2, "the stages are link, neighbour, syn-queue");
  expect_refused({"check", "--fail-on", "bad"}, 2, "--fail-on takes notice, warning or critical");
  expect_refused({"check", "--color", "blue"}, 2, "--color takes auto, always or never");
  expect_refused({"check", "--from", "x", "--netns", "y"}, 2, "cannot be used together with");
  expect_refused({"check", "--kernel", "5.14"}, 2, "--kernel is only used together with --config");
  expect_refused({"check", "--config", "x", "--kernel", "new"}, 2, "--kernel takes a version");
  expect_refused({"check", "--config", "x", "--ram", "64GB"}, 2, "--ram takes a size");
  expect_refused({"apply"}, 2, "weir apply needs a plan");
  expect_refused({"undo", "first"}, 2, "ID takes a number");
  expect_refused({"explain", "no-such-topic-at-all"}, 2,
                 "weir knows no stage, parameter or finding");
}

TEST(CommandLine, CheckKeepsToItsStagesPortsAndSeverity) {
  const std::string recording = std::string(WEIR_SOURCE_DIR) +
                                "/tests/scenarios/accept_queue/nginx_clamped_by_somaxconn.json";
  const auto check = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"check", "--from", recording, "--json"});
    return run_weir(words);
  };
  const std::string found = "\"id\": \"accept-queue.somaxconn\"";
  EXPECT_THAT(check({}).out, HasSubstr(found));
  EXPECT_EQ(check({"--fail-on", "critical"}).exit_code, 1);
  EXPECT_EQ(check({"--stage", "link"}).exit_code, 0);
  EXPECT_EQ(check({"--stage", "link"}).out.find("\"syn-queue.overflow\""), std::string::npos);
  EXPECT_EQ(check({"--stage", "link", "--stage", "accept-queue"}).exit_code, 1);
  EXPECT_EQ(check({"--port", "1", "--fail-on", "notice"}).exit_code, 0);
  EXPECT_EQ(check({"--port", "1", "--port", "8080"}).exit_code, 1);
}

TEST(CommandLine, CheckAcceptsSeveralFilesAndADescribedMachine) {
  const Scratch scratch;
  std::ofstream(scratch.file("a.conf")) << "net.core.somaxconn = 128\n";
  std::ofstream(scratch.file("b.conf")) << "net.ipv4.tcp_tw_recycle = 1\n";
  const Outcome run =
      run_weir({"check", "--json", "--config", scratch.file("a.conf"), scratch.file("b.conf"),
                "--kernel", "5.14", "--ram", "64GiB", "--cpus", "8"});
  for (const char* part : {"\"kernel\": \"5.14\"", "\"memory_bytes\": 68719476736", "\"cpus\": 8",
                           "\"described\": true", "/a.conf\"", "/b.conf\""})
    EXPECT_THAT(run.out, HasSubstr(part));
}

TEST(CommandLine, SizeAcceptsEveryPartOfAGoalAndAnotherMachine) {
  const Outcome run =
      run_weir({"size", "--connections=1M", "--rate=50k/s", "--rtt=50ms", "--bandwidth=10Gbit/s",
                "--idle=99.5%", "--upstream=4", "--keepalive-upstream=2000", "--workers=8",
                "--app-memory=20KiB", "--pause=10ms", "--flow=1Gbit/s", "--ram=256GiB", "--cpus=64",
                "--kernel=6.12", "--json"});
  EXPECT_EQ(run.exit_code, 0);
  for (const char* part :
       {"\"connections\": 1000000,", "\"rate_per_second\": 50000,", "\"round_trip_ns\": 50000000,",
        "\"bandwidth_bits_per_second\": 10000000000,", "\"idle_permille\": 995,",
        "\"flow_bits_per_second\": 1000000000,", "\"upstreams\": 4,",
        "\"upstream_connections\": 2000,", "\"workers\": 8,", "\"application_bytes\": 20480,",
        "\"pause_ns\": 10000000", "\"kernel\": \"6.12\",", "\"memory_bytes\": 274877906944,",
        "\"cpus\": 64,"})
    EXPECT_THAT(run.out, HasSubstr(part));
}

TEST(CommandLine, AHostOrFileThatCannotBeReadIsExitCodeThree) {
  expect_refused({"check", "--from", "/nonexistent"}, 3, "cannot read /nonexistent");
  expect_refused({"check", "--from", "/etc/passwd"}, 3, "not JSON");
  expect_refused({"check", "--netns", "no-such-namespace"}, 3, "there is no network namespace");
}

TEST(CommandLine, AnErrorSentenceNeverControlsTheTerminal) {
  expect_refused({"check", "--netns", "a\x1b[2Jb\nc"}, 3,
                 "there is no network namespace a\\x1b[2Jb\\x0ac");
}

/// One character of each range that acts on a terminal or is invisible.
constexpr std::array unseen{"\x1b[2J",
                            "\u0080",
                            "\u009b31m",
                            "\u009f",
                            "\x9b"
                            "31m",
                            "\u200e",
                            "\u200f",
                            "\u202a",
                            "\u202e",
                            "\u2066",
                            "\u2069",
                            "\u061c",
                            "\u2028",
                            "\u2029",
                            "\ufeff",
                            "\u200b"};

/// All of these characters, in one word.
std::string every_unseen() {
  std::string all;
  for (const char* text : unseen) all += text;
  return all;
}

/// Whether every character of the text is a visible mark or ends a line.
void expect_seen(std::string_view text, const std::string& whence) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    ASSERT_NE(length, 0U) << whence << ": " << escape_bytes(text.substr(0, 40));
    ASSERT_TRUE(text.front() == '\n' || !is_unseen(text.substr(0, length)))
        << whence << ": " << escape_bytes(text.substr(0, 40));
    text.remove_prefix(length);
  }
}

TEST(CommandLine, NoWordOfTheCommandLineControlsTheTerminal) {
  const std::string text = every_unseen();
  const std::vector<std::vector<std::string>> misuses{
      {"ch" + text + "eck"},
      {"check", "--no" + text + "pe"},
      {"check", "ex" + text + "tra"},
      {"check", "--for", "1" + text},
      {"check", "--stage", text},
      {"check", "--from", "/nonexistent/" + text},
      {"check", "--netns", "no" + text},
      {"check", "--config", "/nonexistent/" + text},
      {"snapshot", "-o", "/nonexistent/" + text},
      {"explain", "some" + text + "thing"},
      {"plan", "--set", "net." + text},
      {"plan", "--allow", "net." + text},
      {"apply", "/nonexistent/" + text},
      {"history", "--state", "/nonexistent/" + text}};
  for (const auto& words : misuses) {
    const Outcome run = run_weir(words, "2>&1");
    expect_seen(run.out, words[0] + " " + words.back());
  }
}

TEST(CommandLine, NoNameInAFileControlsTheTerminalOrBreaksJson) {
  std::string json =
      test::read_file(std::string(WEIR_SOURCE_DIR) +
                      "/tests/scenarios/accept_queue/nginx_clamped_by_somaxconn.json");
  // As another program may write these characters: as they are, an ASCII control byte as JSON wants
  // it, and a single byte as weir writes it.
  std::string written;
  for (const std::string text : unseen)
    written += text[0] == '\x1b' ? "\\u001b[2J" : text[0] == '\x9b' ? "\\\\x9b31m" : text;
  for (auto at = json.find("\"nginx"); at != std::string::npos; at = json.find("\"nginx", at + 1))
    json.insert(at + 6, written);
  const Scratch scratch;
  const std::string file = scratch.file("recording.json");
  std::ofstream(file) << json;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"check"}, {"check", "--json"}, {"plan"}, {"plan", "--json"}}) {
    auto all = words;
    all.insert(all.end(), {"--from", file});
    const Outcome run = run_weir(all, "2>&1");
    EXPECT_LE(run.exit_code, 1) << run.out.substr(0, 300);
    EXPECT_THAT(run.out, HasSubstr("nginx\\"));
    expect_seen(run.out, words.back());
  }
}

/// Sets the name of this process as long as the value lives.
class OwnName {
 public:
  explicit OwnName(const std::string& name) {
    prctl(PR_GET_NAME, before_.data());
    prctl(PR_SET_NAME, name.c_str());
  }
  OwnName(const OwnName&) = delete;
  OwnName& operator=(const OwnName&) = delete;
  ~OwnName() { prctl(PR_SET_NAME, before_.data()); }

 private:
  std::array<char, 16> before_{};
};

TEST(CommandLine, AProcessCannotControlTheTerminalByItsName) {
  const UniqueFd listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(listen(listener.get(), 16), 0);
  constexpr std::size_t at_once = 3;  // of a name's 15 bytes
  for (std::size_t i = 0; i < unseen.size(); i += at_once) {
    std::string text = "e";
    for (std::size_t j = i; j < std::min(i + at_once, unseen.size()); ++j) text += unseen.at(j);
    const OwnName name(text);
    const Outcome snapshot = run_weir({"snapshot", "-o", "-"});
    EXPECT_EQ(snapshot.exit_code, 0);
    EXPECT_THAT(snapshot.out, HasSubstr("\"e\\"));
    expect_seen(snapshot.out, "snapshot");
  }
}

TEST(CommandLine, BadFilesAreRefusedInOneSentence) {
  const Scratch scratch;
  const std::string file = scratch.file("recording.json");
  ASSERT_EQ(run_weir({"snapshot", "-o", file}).exit_code, 0);
  run_shell("head -c 500 " + quote(file) + " > " + quote(scratch.file("truncated")));
  run_shell("gzip -c " + quote(file) + " > " + quote(scratch.file("packed")));
  run_shell("sed s,weir.snapshot/1,weir.snapshot/7, " + quote(file) + " > " +
            quote(scratch.file("future")));
  run_shell(": > " + quote(scratch.file("empty")));
  expect_refused({"check", "--from", scratch.file("truncated")}, 3, "ends in the middle");
  expect_refused({"check", "--from", scratch.file("packed")}, 3, "compressed with gzip");
  expect_refused({"check", "--from", scratch.file("future")}, 3, "or with a newer weir");
  expect_refused({"check", "--from", scratch.file("empty")}, 3, "it is empty");
  expect_refused({"check", "--from", scratch.file("")}, 2, "it is a folder");
  expect_refused({"apply", "--state", scratch.file("state"), file}, 1,
                 "this is weir.snapshot/1, not a plan");
}

TEST(CommandLine, AnOutputThatCannotBeWrittenLeavesNothingBehind) {
  const Scratch scratch;
  expect_refused({"snapshot", "-o", scratch.file("")}, 2, "it is a folder");
  expect_refused({"snapshot", "-o", scratch.file("no/such/folder")}, 1, "cannot write");
  EXPECT_EQ(run_shell("ls -A " + quote(scratch.file(""))).out, "");
  expect_refused({"snapshot", "-o", "/dev/full"}, 1, "No space left");
}

TEST(CommandLine, AnOutputFileIsReplacedAsAWholeAndKeepsItsMode) {
  const Scratch scratch;
  const std::string file = scratch.file("out.json");
  run_shell("echo old > " + quote(file) + " && chmod 640 " + quote(file) + " && ln -s out.json " +
            quote(scratch.file("link")));
  ASSERT_EQ(run_weir({"snapshot", "-o", scratch.file("link")}).exit_code, 0);
  EXPECT_THAT(test::read_file(file), HasSubstr("weir.snapshot/1"));
  EXPECT_EQ(run_shell("stat -c %a " + quote(file)).out, "640\n");
  EXPECT_EQ(run_shell("ls -A " + quote(scratch.file("")) + " | sort").out, "link\nout.json\n");
}

TEST(CommandLine, AReaderThatGoesAwayIsNotAnError) {
  const Outcome run =
      run_shell("{ " + quote(weir_binary()) + " topics; echo $? >&2; } 2>&1 >/dev/full");
  EXPECT_THAT(run.out, HasSubstr("cannot write to standard output"));
  const Outcome gone = run_shell(
      "{ " + quote(weir_binary()) + " topics; echo rc=$? >&2; } 2>&1 | head -c 1 >/dev/null; { " +
      quote(weir_binary()) + " topics; echo rc=$? >&3; } 3>&1 | true; echo done");
  EXPECT_THAT(gone.out, HasSubstr("done"));
}

TEST(CommandLine, AnInterruptEndsTheWindowEarlyAndTheShortWindowIsJudged) {
  const Outcome run = run_shell("timeout --preserve-status -s INT 1 " + quote(weir_binary()) +
                                " check --for 60s --json --fail-on critical");
  EXPECT_TRUE(run.exit_code == 0 || run.exit_code == 1) << run.exit_code;
  EXPECT_THAT(run.out, AllOf(StartsWith("{\n  \"schema\": \"weir.check/1\""), EndsWith("}\n")));
}

TEST(CommandLine, WithoutArgumentsItSaysHowToBegin) {
  const Outcome run = run_weir({});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("weir check"), HasSubstr("weir explain"), HasSubstr("Commands")));
}

TEST(CommandLine, ColourFollowsTheFlagAndTheEnvironment) {
  const std::string plain = run_weir({"explain", "somaxconn"}).out;
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  EXPECT_THAT(run_weir({"explain", "somaxconn", "--color", "always"}).out, HasSubstr("\x1b["));
  const std::string in_terminal =
      "script -qec " + quote(quote(weir_binary()) + " explain somaxconn") + " /dev/null";
  EXPECT_THAT(run_shell("env -u NO_COLOR TERM=xterm " + in_terminal).out, HasSubstr("\x1b["));
  EXPECT_EQ(run_shell("env NO_COLOR=1 TERM=xterm " + in_terminal).out.find("\x1b["),
            std::string::npos);
  EXPECT_EQ(run_shell("env -u NO_COLOR TERM=dumb " + in_terminal).out.find("\x1b["),
            std::string::npos);
}

TEST(CommandLine, WithoutAUtf8LocaleTheTextIsAscii) {
  const Outcome run = run_shell("env LC_ALL=C " + quote(weir_binary()) +
                                " check --for 100ms --fail-on critical 2>/dev/null");
  EXPECT_FALSE(run.out.empty());
  for (const char c : run.out) ASSERT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << run.out;
}

TEST(CommandLine, TheTextIsAsWideAsTheTerminalSays) {
  for (const std::size_t columns : {60U, 200U}) {
    const Outcome run =
        run_shell("env LC_ALL=C COLUMNS=" + std::to_string(columns) + " " + quote(weir_binary()) +
                  " check --for 100ms --fail-on critical 2>/dev/null");
    std::size_t longest = 0;
    std::size_t begin = 0;
    for (std::size_t end = run.out.find('\n'); end != std::string::npos;
         begin = end + 1, end = run.out.find('\n', begin))
      longest = std::max(longest, end - begin);
    EXPECT_LE(longest, columns);
    EXPECT_GT(longest, columns / 2);
  }
}

TEST(Packaging, TheProgramPrintsTheManPageAndTheCompletion) {
  const std::string folder = std::string(WEIR_SOURCE_DIR) + "/packaging/";
  EXPECT_EQ(run_weir({"man"}).out, test::read_file(folder + "weir.1"))
      << "print it again: weir man > packaging/weir.1";
  const std::string reference = std::string(WEIR_SOURCE_DIR) + "/docs/reference/";
  for (const std::string kind : {"parameters", "findings"}) {
    EXPECT_EQ(run_weir({"reference", kind}).out, test::read_file(reference + kind + ".md"))
        << "print it again: weir reference " << kind << " > docs/reference/" << kind << ".md";
  }
  EXPECT_EQ(run_weir({"completion"}).out, test::read_file(folder + "weir.bash-completion"))
      << "print it again: weir completion > packaging/weir.bash-completion";
}

/// What bash offers for the last of these words, sorted.
std::string completed(const std::string& words) {
  const std::string script = std::string(WEIR_SOURCE_DIR) + "/packaging/weir.bash-completion";
  return run_shell("bash -c " +
                   quote("weir() { " + quote(weir_binary()) + " \"$@\"; }; source " +
                         quote(script) + "; COMP_WORDS=(weir " + words +
                         "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _weir; "
                         "printf '%s\\n' \"${COMPREPLY[@]}\" | sort") +
                   " 2>&1")
      .out;
}

TEST(Packaging, TheCompletionKnowsTheValueOfEachOption) {
  EXPECT_EQ(completed("plan --profile p"), "proxy\n");
  EXPECT_EQ(completed("check --color a"), "always\nauto\n");
  for (const char* before : {"check --from", "check --since", "snapshot -o", "plan --rebase",
                             "plan --from-config", "check --config /etc/fstab", "apply"})
    EXPECT_EQ(completed(before + std::string(" /etc/hostnam")), "/etc/hostname\n") << before;
  EXPECT_EQ(completed("undo --state /etc/hostnam"), "\n") << "it is not a folder";
  for (const char* before : {"check --for", "apply --probe", "plan --set", "undo"})
    EXPECT_EQ(completed(before + std::string(" /etc/hostnam")), "\n") << before;
  EXPECT_EQ(completed("explain accept-queue.somax"), "accept-queue.somaxconn\n");
  EXPECT_EQ(completed("check --config /etc/fstab --fail"), "--fail-on\n");
}

TEST(Packaging, TheManPageIsRightInManNroffAndTheCompletionInBash) {
  const std::string folder = std::string(WEIR_SOURCE_DIR) + "/packaging/";
  EXPECT_EQ(run_shell("bash -n " + quote(folder + "weir.bash-completion") + " 2>&1").out, "");
  const std::string complete = "source " + quote(folder + "weir.bash-completion") +
                               "; "
                               "COMP_WORDS=(weir check --fail-on c); "
                               "COMP_CWORD=3; _weir; echo ${COMPREPLY[*]}; "
                               "COMP_WORDS=(weir un); "
                               "COMP_CWORD=1; _weir; echo ${COMPREPLY[*]}";
  EXPECT_EQ(run_shell("bash -c " + quote(complete) + " 2>&1").out, "critical\nundo\n");
  if (run_shell("command -v man").exit_code == 0) {
    EXPECT_EQ(run_shell("LC_ALL=C.UTF-8 MANROFFSEQ= man --warnings -E UTF-8 -l -Tutf8 -Z " +
                        quote(folder + "weir.1") + " 2>&1 >/dev/null")
                  .out,
              "");
  }
}

}  // namespace weir::contract::command_line_test
