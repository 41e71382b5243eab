#include "kernel/wire/ethtool_settings.h"

#include <set>

#include <gtest/gtest.h>
#include <linux/ethtool.h>

#include "kernel/wire/ethtool.h"
#include "model/link_attribute.h"

namespace weir::wire::ethtool_settings_test {

TEST(DriverSettings, EachHasAnAttributesNameAndAPlaceOfItsOwn) {
  std::set<std::pair<std::uint32_t, std::size_t>> places;
  for (const auto& setting : driver_settings()) {
    EXPECT_TRUE(parse_link_attribute(setting.attribute)) << setting.attribute;
    EXPECT_TRUE(places.emplace(setting.question, setting.at).second) << setting.attribute;
    EXPECT_EQ(find_driver_setting(setting.attribute), &setting);
  }
  EXPECT_EQ(places.size(), 11U);
  EXPECT_EQ(find_driver_setting("ring.mini"), nullptr);
}

TEST(DriverSettings, AChangeSetsOneNumberAndKeepsTheRest) {
  ethtool_ringparam rings{};
  rings.cmd = ETHTOOL_GRINGPARAM;
  rings.rx_max_pending = 4096;
  rings.rx_pending = 256;
  rings.tx_pending = 512;
  const auto bytes = std::as_bytes(std::span(&rings, 1));
  const auto& rx = *find_driver_setting("ring.rx");
  EXPECT_EQ(parse_setting(bytes, rx), 256U);
  EXPECT_EQ(parse_setting_maximum(bytes, rx), 4096U);
  const auto change = load<ethtool_ringparam>(build_setting_change(bytes, rx, 1024));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->cmd, ETHTOOL_SRINGPARAM);
  EXPECT_EQ(change->rx_pending, 1024U);
  EXPECT_EQ(change->tx_pending, 512U);
  EXPECT_EQ(change->rx_max_pending, 4096U);
}

TEST(DriverSettings, TheQuestionAndTheChangeAreTheKernels) {
  const auto question = [](const char* name) {
    return parse_ethtool_command(build_setting_question(*find_driver_setting(name)));
  };
  EXPECT_EQ(question("ring.tx"), static_cast<std::uint32_t>(ETHTOOL_GRINGPARAM));
  EXPECT_EQ(question("channels.combined"), static_cast<std::uint32_t>(ETHTOOL_GCHANNELS));
  EXPECT_EQ(question("coalesce.rx-usecs"), static_cast<std::uint32_t>(ETHTOOL_GCOALESCE));
  EXPECT_EQ(build_setting_question(*find_driver_setting("coalesce.rx-usecs")).size(),
            sizeof(ethtool_coalesce));
}

TEST(DriverSettings, EveryNumberIsWrittenAndReadBack) {
  for (const auto& setting : driver_settings()) {
    const auto answer = write_setting(build_setting_question(setting), setting.at, 1);
    EXPECT_EQ(parse_setting(answer, setting), 1U) << setting.attribute;
    const auto changes =
        parse_setting_changes(build_setting_change(build_setting_question(setting), setting, 7));
    std::set<std::string_view> changed;
    for (const auto& change : changes) {
      if (change.value == 7) changed.insert(change.setting->attribute);
    }
    EXPECT_EQ(changed, std::set<std::string_view>{setting.attribute});
    EXPECT_EQ(parse_setting_maximum(build_setting_question(setting), setting).has_value(),
              setting.max.has_value());
  }
}

TEST(DriverSettings, AShortAnswerHasNoNumber) {
  for (const auto& setting : driver_settings()) {
    auto answer = build_setting_question(setting);
    answer.pop_back();
    EXPECT_EQ(parse_setting(answer, setting), std::nullopt);
    EXPECT_EQ(parse_setting_maximum(answer, setting), std::nullopt);
  }
}

TEST(DriverSettings, EqualValuesHaveOneText) {
  const auto& ring = *find_driver_setting("ring.rx");
  const auto& adaptive = *find_driver_setting("coalesce.adaptive-rx");
  EXPECT_EQ(parse_setting_text(ring, " 0256 "), 256U);
  EXPECT_EQ(format_setting(ring, 256), "256");
  EXPECT_EQ(parse_setting_text(adaptive, "on"), 1U);
  EXPECT_EQ(format_setting(adaptive, 1), "on");
  for (const char* text : {"", "-1", "on", "4294967296", "256 "})
    EXPECT_EQ(parse_setting_text(ring, text).has_value(), std::string_view(text) == "256 ") << text;
  for (const char* text : {"", "1", "ON"})
    EXPECT_EQ(parse_setting_text(adaptive, text), std::nullopt) << text;
}

std::vector<FeatureState> many_features() {
  std::vector<FeatureState> features(70);
  features[0] = {.available = true, .wanted = true, .active = true};
  features[33] = {.available = true, .wanted = true, .active = false};
  features[34] = {.available = true, .wanted = false, .active = true};
  features[69] = {.available = false, .wanted = false, .active = true};
  return features;
}

TEST(Features, StatesAreWrittenAndReadBack) {
  const auto features = many_features();
  const auto answer = write_features(features);
  EXPECT_EQ(answer.size(), build_features(70).size());
  for (std::size_t i = 0; i < features.size(); ++i)
    EXPECT_EQ(parse_feature(answer, i), features[i]) << i;
  EXPECT_EQ(parse_feature(answer, 96), std::nullopt) << "there are three words";
  EXPECT_EQ(parse_feature(ByteSpan(answer).first(answer.size() - 1), 69), std::nullopt);
  EXPECT_EQ(parse_feature({}, 0), std::nullopt);
}

TEST(Features, AFixedFeatureCannotBeChanged) {
  auto answer = write_features({{.available = true, .wanted = true, .active = true}});
  const std::uint32_t never = 1;
  std::memcpy(answer.data() + 2 * sizeof(std::uint32_t) +
                  offsetof(ethtool_get_features_block, never_changed),
              &never, sizeof(never));
  EXPECT_FALSE(parse_feature(answer, 0)->available);
}

TEST(Features, AChangeAsksForOneFeatureAlone) {
  for (const bool on : {false, true}) {
    const auto changes = parse_feature_changes(build_feature_change(70, 33, on));
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].at, 33U);
    EXPECT_EQ(changes[0].on, on);
  }
  EXPECT_TRUE(parse_feature_changes(build_feature_change(8, 33, true)).empty())
      << "there is no such feature";
}

TEST(Features, CountAndNamesAreThoseOfTheFeatureSet) {
  EXPECT_EQ(parse_feature_count(write_feature_count(64)), 64U);
  EXPECT_EQ(parse_feature_count(write_counter_count(64)), std::nullopt)
      << "that is the number of counters";
  std::vector<std::string> names;
  EXPECT_TRUE(
      parse_counter_names(write_feature_names({"tx-scatter-gather", "rx-gro"}), 2,
                          [&](std::size_t, std::string_view name) { names.emplace_back(name); }));
  EXPECT_EQ(names, (std::vector<std::string>{"tx-scatter-gather", "rx-gro"}));
}

TEST(Features, TheTextShowsAnUnfulfilledWish) {
  const auto features = many_features();
  EXPECT_EQ(format_feature(features[0]), "on");
  EXPECT_EQ(format_feature(features[33]), "off, wanted on");
  EXPECT_EQ(format_feature(features[34]), "on, wanted off");
  EXPECT_EQ(format_feature(features[69]), "on");
  EXPECT_EQ(parse_feature_wish("off, wanted on"), true);
  EXPECT_EQ(parse_feature_wish("on, wanted off"), false);
  EXPECT_EQ(parse_feature_wish("maybe"), std::nullopt);
}

}  // namespace weir::wire::ethtool_settings_test
