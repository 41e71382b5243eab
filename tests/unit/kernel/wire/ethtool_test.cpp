#include "kernel/wire/ethtool.h"

#include <gtest/gtest.h>

#include "unit/kernel/wire/bytes.h"

namespace weir::wire::ethtool_test {

// Captured from Linux 6.18 and its virtio_net: masks of four words, and neither speed nor duplex.
TEST(Ethtool, ACapturedVirtualNicReportsNeitherSpeedNorDuplex) {
  EXPECT_EQ(parse_mask_words(corpus_bytes("ethtool_fuzz/settings_handshake")), 4U);
  const auto settings = parse_link_settings(corpus_bytes("ethtool_fuzz/settings"));
  ASSERT_TRUE(settings.has_value());
  EXPECT_EQ(*settings, LinkSettings{});
  EXPECT_EQ(parse_receive_queues(corpus_bytes("ethtool_fuzz/channels")), 1);
}

TEST(Ethtool, CapturedCountersHaveTheirNames) {
  EXPECT_EQ(parse_counter_count(corpus_bytes("ethtool_fuzz/counter_count")), 20U);
  std::vector<std::string> names;
  ASSERT_TRUE(
      parse_counter_names(corpus_bytes("ethtool_fuzz/counter_names"), 20,
                          [&](std::size_t, std::string_view name) { names.emplace_back(name); }));
  EXPECT_EQ(names.front(), "rx_drops");
  EXPECT_EQ(names.back(), "tx0_tx_timeouts");
  const auto values = corpus_bytes("ethtool_fuzz/counter_values");
  EXPECT_EQ(parse_counter_value(values, 20, 0), 0);
  EXPECT_TRUE(parse_counter_value(values, 20, 19).has_value());
  EXPECT_FALSE(parse_counter_value(values, 20, 20).has_value());
  EXPECT_FALSE(parse_counter_value(values, 21, 0).has_value());
  EXPECT_FALSE(parse_counter_names(corpus_bytes("ethtool_fuzz/counter_names"), 21,
                                   [](std::size_t, std::string_view) {}));
}

TEST(Ethtool, TheHandshakeAndAnAnswerAreNotConfused) {
  EXPECT_FALSE(parse_link_settings(corpus_bytes("ethtool_fuzz/settings_handshake")).has_value());
  EXPECT_FALSE(parse_mask_words(corpus_bytes("ethtool_fuzz/settings")).has_value());
  EXPECT_FALSE(parse_mask_words(build_link_settings(0)).has_value());
}

TEST(Ethtool, SettingsBecomeBytesAndSettingsAgain) {
  LinkSettings settings;
  settings.speed_mbit = 100;
  settings.modes = {"half", true, 10'000, 10'000, 100, true, false};
  for (const std::size_t words : {2U, 4U, 8U})
    EXPECT_EQ(parse_link_settings(write_link_settings(settings, words)), settings) << words;
  settings.speed_mbit = 800'000;
  settings.modes = {"full", false, 1'600'000, std::nullopt, std::nullopt, true, std::nullopt};
  EXPECT_EQ(parse_link_settings(write_link_settings(settings, 4)), settings);
}

TEST(Ethtool, ASpeedOfZeroIsNotKnown) {
  LinkSettings settings;
  settings.speed_mbit = 0;
  EXPECT_FALSE(parse_link_settings(write_link_settings(settings, 2))->speed_mbit.has_value());
}

TEST(Ethtool, EachModeIsOfTheSpeedInItsName) {
  EXPECT_EQ(link_mode_of(0), (LinkMode{10, false}));
  EXPECT_EQ(link_mode_of(5), (LinkMode{1000, true}));
  EXPECT_EQ(link_mode_of(31), (LinkMode{25'000, true}));
  EXPECT_EQ(link_mode_of(90), (LinkMode{100, false}));
  EXPECT_EQ(link_mode_of(93), (LinkMode{800'000, true}));
  EXPECT_EQ(link_mode_of(124), (LinkMode{1'600'000, true}));
  for (const std::size_t no_mode : {6U, 7U, 10U, 13U, 14U, 16U, 20U, 49U, 51U, 74U, 125U, 4000U})
    EXPECT_FALSE(link_mode_of(no_mode).has_value()) << no_mode;
}

TEST(Ethtool, EveryTruncationIsNothingAndNeverReadsBeyondTheBytes) {
  LinkSettings told;
  told.speed_mbit = 1000;
  told.modes = {"full", true, 1000, 1000, 1000, true, true};
  const auto settings = write_link_settings(told, 4);
  const auto names = write_counter_names({"a", "b", "c"});
  const auto values = write_counter_values({1, 2, 3});
  for (std::size_t size = 0; size < settings.size(); ++size)
    EXPECT_FALSE(parse_link_settings(ByteSpan(settings).first(size)).has_value()) << size;
  for (std::size_t size = 0; size < names.size(); ++size) {
    const ByteBuffer cut(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(parse_counter_names(cut, 3, [](std::size_t, std::string_view) {})) << size;
  }
  for (std::size_t size = 0; size < values.size(); ++size) {
    const ByteBuffer cut(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(parse_counter_value(cut, 3, 2).has_value()) << size;
  }
  for (std::size_t size = 0; size < 20; ++size)
    EXPECT_FALSE(parse_counter_count(ByteSpan(write_counter_count(3)).first(size)).has_value())
        << size;
}

TEST(Ethtool, ANameWithoutAZeroEndsWithItsPlace) {
  std::vector<std::string> names;
  ASSERT_TRUE(
      parse_counter_names(write_counter_names({std::string(40, 'x'), "y"}), 2,
                          [&](std::size_t, std::string_view name) { names.emplace_back(name); }));
  EXPECT_EQ(names, (std::vector<std::string>{std::string(32, 'x'), "y"}));
}

}  // namespace weir::wire::ethtool_test
