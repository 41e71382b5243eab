// The link: weir names a link that carries as much as it can.
#include "lab/shape.h"
#include "netns/scenario.h"

namespace weir::scenario::link_test {

constexpr int port = 8080;

class Link : public NetworkTest {};

INSTANTIATE_TEST_SUITE_P(Families, Link, testing::Values(Family::ipv4, Family::ipv6), family_name);

TEST_P(Link, ShapedLinkThatDropsIsSaturated) {
  ASSERT_TRUE(lab::shape_link(network().server, {}).ok());
  auto server = lab::ServerProcess::start(server_options(lab::Behaviour::streams, "sender"));
  ASSERT_TRUE(server.ok()) << server.error().message;
  auto transfer = lab::Transfer::start(flows_to(port, 8));
  ASSERT_TRUE(transfer.ok());
  lab::sleep_for(seconds(1));
  const auto first = lab::read_queue_drops(network().server);

  const auto seen = look();

  const auto last = lab::read_queue_drops(network().server);
  ASSERT_TRUE(first.ok() && last.ok());
  ASSERT_GT(*last - *first, 0);
  expect_first(seen.check.report, {"link.saturated", 0, 0, "", "alarm"});
  if (HasFatalFailure()) return;
  EXPECT_EQ(seen.check.report.at("findings").front().at("resource").value("name", ""),
            lab::link_name);
}

}  // namespace weir::scenario::link_test
