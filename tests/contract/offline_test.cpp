// `weir check --from REC --json` equals what `weir check --save REC --json` printed on the host,
// byte for byte.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/weir_binary.h"
#include "support/golden.h"

namespace weir::contract::offline_test {

using testing::HasSubstr;

TEST(Offline, ARecordingGivesTheHostsOutputByteForByte) {
  const Scratch scratch;
  for (int window = 0; window < 10; ++window) {
    const std::string file = scratch.file(std::to_string(window) + ".json");
    const Outcome live =
        run_weir({"check", "--for", "200ms", "--json", "--save", file, "--fail-on", "notice"});
    ASSERT_TRUE(live.exit_code == 0 || live.exit_code == 1) << live.exit_code;
    const Outcome offline = run_weir({"check", "--from", file, "--json", "--fail-on", "notice"});
    EXPECT_EQ(offline.out, live.out);
    EXPECT_EQ(offline.exit_code, live.exit_code);
    // A file that is read and saved again is the same file.
    run_weir({"check", "--from", file, "--save", scratch.file("again.json")});
    EXPECT_EQ(test::read_file(scratch.file("again.json")), test::read_file(file));
  }
}

TEST(Offline, ALoneSnapshotIsJudgedAndNamesTheHiddenFindings) {
  const Scratch scratch;
  ASSERT_EQ(run_weir({"snapshot", "-o", scratch.file("s.json")}).exit_code, 0);
  EXPECT_EQ(run_weir({"snapshot"}).out.substr(0, 31), "{\n  \"schema\": \"weir.snapshot/1\"");
  const Outcome run =
      run_weir({"check", "--from", scratch.file("s.json"), "--json", "--fail-on", "critical"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, HasSubstr("\"window_s\": 0.0"));
}

TEST(Offline, TheHostIsComparedWithASnapshotTakenEarlier) {
  const Scratch scratch;
  const std::string file = scratch.file("s.json");
  ASSERT_EQ(run_weir({"snapshot", "-o", file}).exit_code, 0);
  const Outcome run = run_weir({"check", "--since", file, "--json", "--fail-on", "critical",
                                "--save", scratch.file("r.json")});
  EXPECT_EQ(run.exit_code, 0) << run.out.substr(0, 300);
  EXPECT_THAT(test::read_file(scratch.file("r.json")),
              HasSubstr("\"schema\": \"weir.recording/1\""));
  EXPECT_EQ(
      run_weir({"check", "--from", scratch.file("r.json"), "--json", "--fail-on", "critical"}).out,
      run.out);

  EXPECT_EQ(run_weir({"check", "--since", file, "--for", "1s"}).exit_code, 2);
  const Outcome foreign = run_weir(
      {"check", "--since", std::string(WEIR_SOURCE_DIR) + "/tests/golden/snapshot.1.json"});
  EXPECT_EQ(foreign.exit_code, 3);
}

TEST(Offline, TheSameTextComesFromStandardInput) {
  const Scratch scratch;
  ASSERT_EQ(run_weir({"snapshot", "--for", "100ms", "-o", scratch.file("r.json")}).exit_code, 0);
  EXPECT_EQ(run_weir({"check", "--from", "-"}, "2>&1 < " + quote(scratch.file("r.json"))).out,
            run_weir({"check", "--from", scratch.file("r.json")}).out);
}

}  // namespace weir::contract::offline_test
