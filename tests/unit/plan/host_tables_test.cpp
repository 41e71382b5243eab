// The limit of connection tracking: the size counts the refused connections, not only the entries
// of the full table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "judge/judge.h"
#include "plan/tune.h"
#include "support/host_recording.h"

namespace weir::plan::host_tables_test {

using testing::HasSubstr;

/// The step for a table of 65,536 entries that refused this many connections within the three
/// seconds.
Step step_for(std::int64_t refused) {
  test::RecordingBuilder builder;
  test::add_table(builder, "conntrack.count", 65536, 0);
  test::add_table(builder, "conntrack.max", 65536, 0);
  test::add_table(builder, "conntrack.drop", 0, refused);
  test::add_table(builder, "conntrack.early_drop", 0, 0);
  test::add_table(builder, "conntrack.insert_failed", 0, 0);
  const Catalog catalog = test::real_catalog();
  for (Snapshot* end : {&builder.raw().first, &*builder.raw().last}) {
    end->settings.sysctls["net.netfilter.nf_conntrack_max"] = "65536";
    end->settings.sysctls["net.netfilter.nf_conntrack_tcp_timeout_time_wait"] = "120";
    end->host.memory = Bytes{std::int64_t{64} << 30};
    end->provenance.initial_netns = true;
  }
  const Recording recording = builder.build();
  const Plan plan = tune(recording, judge::judge(recording, catalog), catalog);
  for (const auto& step : plan.steps)
    if (step_target_name(step) == "net.netfilter.nf_conntrack_max") return step;
  ADD_FAILURE() << "no step";
  return {};
}

TEST(ConntrackRemedy, HoldsTheEntriesOfTheRefusedConnectionsAsWell) {
  // 3000/s for 120 s: 360,000 entries, of which the table held 65,536 already
  const Step step = step_for(9000);
  EXPECT_EQ(step.wanted, "1048576");
  EXPECT_THAT(step.formula, HasSubstr("3000/s refused x 120 s"));
}

TEST(ConntrackRemedy, DoublesATableThatOnlyJustOverflows) {
  EXPECT_EQ(step_for(30).wanted, "262144");
}

}  // namespace weir::plan::host_tables_test
