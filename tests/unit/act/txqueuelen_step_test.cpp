#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "act/steps/steps.h"
#include "unit/act/link_fixture.h"

namespace weir::act::txqueuelen_step_test {

using ::testing::HasSubstr;

TEST(TxqueuelenStep, IsAppliedAndUndone) {
  LinkHost host;
  const auto applied = host.apply(link_plan("txqueuelen", "1000", "5000"));
  ASSERT_TRUE(applied.ok()) << applied.error().message;
  ASSERT_TRUE(applied->succeeded) << applied->failure;
  EXPECT_EQ(host.link().transmit_length, 5000);
  EXPECT_EQ(host.fake.writes().back(), (kernel::FakeWrite{"link:2 txqueuelen", "5000", true}));
  ASSERT_TRUE(host.undo(applied->entry.id).ok());
  EXPECT_EQ(host.link().transmit_length, 1000);
}

TEST(TxqueuelenStep, AnInterfaceThatWasRenamedIsTheSame) {
  LinkHost host;
  const auto applied = host.apply(link_plan("txqueuelen", "1000", "5000"));
  host.link().name = "lan0";
  const auto undone = host.undo(applied->entry.id);
  ASSERT_TRUE(undone.ok() && undone->succeeded);
  EXPECT_EQ(host.link().transmit_length, 1000);
}

TEST(TxqueuelenStep, AnInterfaceWithAnotherAddressIsAnotherInterface) {
  LinkHost host;
  const auto applied = host.apply(link_plan("txqueuelen", "1000", "5000"));
  host.link().permanent_address = "52:54:00:00:00:99";
  const auto undone = host.undo(applied->entry.id);
  ASSERT_TRUE(undone.ok());
  EXPECT_EQ(undone->entry.state, EntryState::ended);
  EXPECT_EQ(host.link().transmit_length, 5000) << "it is not weir's to change";
}

TEST(TxqueuelenStep, AnAddressThatABondGaveChangesNothing) {
  LinkHost host;
  const auto applied = host.apply(link_plan("txqueuelen", "1000", "5000"));
  host.link().address = "02:00:00:00:00:01";
  const auto undone = host.undo(applied->entry.id);
  EXPECT_EQ(undone->entry.state, EntryState::undone);
  EXPECT_EQ(host.link().transmit_length, 1000);
}

TEST(TxqueuelenStep, AnInterfaceThatIsGoneIsADifferenceAndNothingIsWritten) {
  LinkHost host;
  host.fake.state().network_links.clear();
  const auto applied = host.apply(link_plan("txqueuelen", "1000", "5000"));
  ASSERT_FALSE(applied.ok());
  EXPECT_EQ(applied.error().code, ErrorCode::conflict);
  EXPECT_THAT(applied.error().message,
              HasSubstr("eth0 (index 2): this interface no longer exists"));
  EXPECT_TRUE(host.fake.writes().empty());
}

TEST(TxqueuelenStep, ATextThatIsNotALengthIsRefused) {
  LinkHost host;
  auto kernel = host.fake.kernel();
  const auto target = find_txqueuelen(link_target("txqueuelen"), kernel);
  ASSERT_TRUE(target.ok());
  for (const char* value : {"", "-1", "4294967296", "many"})
    EXPECT_EQ((*target)->check(value).error().code, ErrorCode::wrong_use) << value;
}

}  // namespace weir::act::txqueuelen_step_test
