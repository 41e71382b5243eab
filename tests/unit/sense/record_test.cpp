#include "sense/record.h"

#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "codec/recording_json.h"
#include "support/find_series.h"
#include "unit/sense/host_fixture.h"

namespace weir::sense::record_test {

class RecordTest : public testing::Test {
 protected:
  RecordTest() {
    fill_host(fake_.state());
    options_.window = seconds(1);
    start_ = fake_.state().boot_time;
  }

  void at(std::int64_t ms, std::function<void(kernel::FakeState&)> change) {
    fake_.at(start_ + milliseconds(ms), std::move(change));
  }
  void set_queue(std::int64_t ms, std::int64_t queue, std::int64_t drops) {
    at(ms, [queue, drops](kernel::FakeState& state) {
      state.listeners.at(0).queue = queue;
      state.listeners.at(0).drops = drops;
    });
  }
  Recording run(const Progress& progress = {}) {
    auto kernel = fake_.kernel();
    auto recording = record(kernel, options_, progress);
    EXPECT_TRUE(recording.ok());
    return recording.ok() ? std::move(recording).value() : Recording{};
  }
  /// The events of one kind, each with its time.
  template <class Kind>
  static std::vector<std::pair<std::int64_t, Kind>> of_kind(const Recording& recording) {
    std::vector<std::pair<std::int64_t, Kind>> events;
    for (const auto& event : recording.events) {
      if (const auto* what = std::get_if<Kind>(&event.what)) events.emplace_back(event.time, *what);
    }
    return events;
  }

  kernel::FakeKernel fake_;
  RecordOptions options_;
  Nanoseconds start_;
};

std::int64_t ms(std::int64_t n) { return milliseconds(n).count; }

TEST_F(RecordTest, AQuietListenerIsSampledAt20HzAndHasNoSeries) {
  fake_.add_listener(make_listener(7, 80));
  const auto recording = run();
  EXPECT_EQ(recording.samples, 20);
  EXPECT_TRUE(recording.series.empty());
  EXPECT_TRUE(recording.events.empty());
  EXPECT_EQ(window_length(recording), seconds(1));
}

TEST_F(RecordTest, ABurstGivesEverySampleFromItsBeginningAndOneBefore) {
  fake_.add_listener(make_listener(7, 80));
  set_queue(820, 17, 5);
  set_queue(880, 0, 9);
  const auto recording = run();
  const auto* queue = test::find_series(recording, 7, Metric::accept_queue);
  ASSERT_NE(queue, nullptr);
  EXPECT_EQ(queue->times, (std::vector<std::int64_t>{ms(0), ms(850), ms(900), ms(950)}));
  EXPECT_EQ(queue->values, (std::vector<std::int64_t>{0, 17, 0, 0}));
  const auto* drops = test::find_series(recording, 7, Metric::drops);
  ASSERT_NE(drops, nullptr);
  EXPECT_EQ(drops->times, queue->times);
  EXPECT_EQ(drops->values, (std::vector<std::int64_t>{0, 5, 9, 9}));
}

TEST_F(RecordTest, AListenerThatIsFullFromTheStartHasNoLeadingSample) {
  auto listener = make_listener(7, 80);
  listener.queue = 17;
  listener.drops = 3;
  fake_.add_listener(listener);
  const auto recording = run();
  const auto* queue = test::find_series(recording, 7, Metric::accept_queue);
  ASSERT_NE(queue, nullptr);
  EXPECT_EQ(queue->values, std::vector<std::int64_t>(20, 17));
}

TEST_F(RecordTest, DropsBetweenTwoSamplesMakeASeriesThoughTheQueueWasNeverSeen) {
  fake_.add_listener(make_listener(7, 80));
  set_queue(910, 0, 40);
  const auto recording = run();
  const auto* queue = test::find_series(recording, 7, Metric::accept_queue);
  ASSERT_NE(queue, nullptr);
  EXPECT_EQ(queue->values, (std::vector<std::int64_t>{0, 0}));
  EXPECT_EQ(test::find_series(recording, 7, Metric::drops)->values,
            (std::vector<std::int64_t>{0, 40}));
}

TEST_F(RecordTest, DropsFromBeforeTheWindowAreNotMovement) {
  auto listener = make_listener(7, 80);
  listener.drops = 1000;
  fake_.add_listener(listener);
  EXPECT_TRUE(run().series.empty());
}

TEST_F(RecordTest, ListenersThatComeAndGoAreEvents) {
  fake_.add_listener(make_listener(7, 80));
  at(220, [](kernel::FakeState& state) { state.listeners.push_back(make_listener(8, 81)); });
  at(420, [](kernel::FakeState& state) { state.listeners.erase(state.listeners.begin()); });
  const auto recording = run();
  const auto opened = of_kind<ListenerOpened>(recording);
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_EQ(opened[0].first, ms(250));
  EXPECT_EQ(opened[0].second, (ListenerOpened{8, "0.0.0.0:81"}));
  const auto closed = of_kind<ListenerClosed>(recording);
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(closed[0].first, ms(450));
  EXPECT_EQ(closed[0].second, (ListenerClosed{7, "0.0.0.0:80"}));
}

TEST_F(RecordTest, OwnersOfAFullQueueAreLookedAtFourTimesASecond) {
  auto listener = make_listener(7, 80);
  listener.owners = {{9, 3}};
  auto process = make_process(9, "slow");
  process.files = 30;
  process.threads = {{9, 'S', ClockTicks{44}, "hrtimer_nanosleep"}, {10, 'R', ClockTicks{2}, ""}};
  fake_.add_process(process, {{3, "socket:[70]"}});
  fake_.add_listener(listener);
  set_queue(10, 16, 0);  // 16 of 17 is above 90 %
  const auto probes = of_kind<OwnerState>(run());
  ASSERT_EQ(probes.size(), 8U);  // two threads at 50, 300, 550, 800 ms
  EXPECT_EQ(probes[0].first, ms(50));
  EXPECT_EQ(probes[7].first, ms(800));
  EXPECT_EQ(probes[0].second, (OwnerState{7, 9, 9, 'S', "hrtimer_nanosleep", ClockTicks{44}, 30}));
  EXPECT_EQ(probes[1].second, (OwnerState{7, 9, 10, 'R', "", ClockTicks{2}, 30}));
}

TEST_F(RecordTest, AQueueBelow90PercentGivesNoLookAtItsOwner) {
  auto listener = make_listener(7, 80);
  listener.owners = {{9, 3}};
  listener.queue = 15;
  fake_.add_process(make_process(9, "busy"), {{3, "socket:[70]"}});
  fake_.add_listener(listener);
  EXPECT_TRUE(of_kind<OwnerState>(run()).empty());
}

TEST_F(RecordTest, LooksAreBoundedAndLeftOutLooksAreCounted) {
  for (std::uint64_t cookie = 1; cookie <= 30; ++cookie) {
    auto listener = make_listener(cookie, 80);
    listener.queue = 17;
    listener.owners = {{9, static_cast<std::int64_t>(cookie)}};
    fake_.add_listener(listener);
  }
  fake_.add_process(make_process(9, "slow"));
  const auto recording = run();
  EXPECT_EQ(of_kind<OwnerState>(recording).size(), 40U);
  const auto bound = std::find_if(recording.bounds.begin(), recording.bounds.end(),
                                  [](const Bound& b) { return b.collection == "owner probes"; });
  ASSERT_NE(bound, recording.bounds.end());
  EXPECT_EQ(bound->dropped, 4 * 30 - 40);
}

TEST_F(RecordTest, SeriesAreBoundedAndLeftOutSeriesAreCounted) {
  options_.max_series = 3;
  for (std::uint64_t cookie = 1; cookie <= 5; ++cookie) {
    auto listener = make_listener(cookie, 80);
    listener.queue = 1;
    fake_.add_listener(listener);
  }
  const auto recording = run();
  EXPECT_EQ(recording.series.size(), 6U);  // two metrics each
  const auto bound = std::find_if(recording.bounds.begin(), recording.bounds.end(),
                                  [](const Bound& b) { return b.collection == "series"; });
  ASSERT_NE(bound, recording.bounds.end());
  EXPECT_EQ(bound->limit, 3);
  EXPECT_EQ(bound->dropped, 2);
}

TEST_F(RecordTest, ALongWindowIsSampledLessOften) {
  options_.window = seconds(100);
  options_.max_samples = 50;
  EXPECT_EQ(run().samples, 50);
}

TEST_F(RecordTest, ProgressRisesAndMayEndTheWindow) {
  double last = -1;
  int calls = 0;
  const auto recording = run([&](double part) {
    EXPECT_GE(part, last);
    EXPECT_LE(part, 1.0);
    last = part;
    return ++calls < 5;
  });
  EXPECT_EQ(recording.samples, 5);
  ASSERT_TRUE(recording.last.has_value());
  EXPECT_EQ(window_length(recording), milliseconds(200));
}

TEST_F(RecordTest, ASignalDoesNotEndTheWindowUnlessProgressSaysSo) {
  fake_.interrupt_at(start_ + milliseconds(333));
  EXPECT_EQ(run([](double) { return true; }).samples, 20);
}

TEST_F(RecordTest, SampleTimesCountFromTheFirstSnapshot) {
  fake_.add_listener(make_listener(7, 80));
  set_queue(100, 4, 0);
  const auto recording = run();
  EXPECT_EQ(test::find_series(recording, 7, Metric::accept_queue)->times.at(1), ms(100));
}

TEST_F(RecordTest, CountersOfBothEndsAreRecorded) {
  at(500, [](kernel::FakeState& state) {
    state.files["/proc/net/netstat"] = "TcpExt: ListenOverflows ListenDrops\nTcpExt: 107 108\n";
  });
  const auto recording = run();
  EXPECT_EQ(recording.last->counters.snmp.at("TcpExt.ListenOverflows") -
                recording.first.counters.snmp.at("TcpExt.ListenOverflows"),
            100);
}

TEST_F(RecordTest, ARecordingSurvivesItsFile) {
  auto listener = make_listener(7, 80);
  listener.owners = {{9, 3}};
  fake_.add_process(make_process(9, "bad \xff name"), {{3, "socket:[70]"}});
  fake_.add_listener(listener);
  set_queue(100, 17, 5);
  const auto recording = run();
  const auto again = codec::parse_recording(codec::recording_to_json(recording));
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(*again, recording);
}

TEST_F(RecordTest, AnEarlierSnapshotBeginsAWindowThatEndsNow) {
  fake_.add_listener(make_listener(7, 80));
  auto kernel = fake_.kernel();
  const auto earlier = read_snapshot(kernel, {});
  ASSERT_TRUE(earlier.ok());
  fake_.state().boot_time = fake_.state().boot_time + seconds(3600);
  fake_.state().files["/proc/net/netstat"] = "TcpExt: ListenOverflows ListenDrops\nTcpExt: 70 80\n";
  const auto recording = record_since(kernel, {}, *earlier);
  ASSERT_TRUE(recording.ok()) << recording.error().message;
  EXPECT_EQ(window_length(*recording), seconds(3600));
  EXPECT_EQ(recording->first, *earlier);
  EXPECT_EQ(recording->last->counters.snmp.at("TcpExt.ListenOverflows"), 70);
  EXPECT_EQ(recording->samples, 0);
}

TEST_F(RecordTest, AnEarlierSnapshotOfAnotherBootIsRefused) {
  auto kernel = fake_.kernel();
  auto earlier = read_snapshot(kernel, {});
  ASSERT_TRUE(earlier.ok());
  const auto refusal = [&](const std::function<void(Provenance&)>& change) {
    Snapshot other = *earlier;
    other.provenance.boot_time = {1};
    change(other.provenance);
    const auto recording = record_since(kernel, {}, other);
    return recording.ok() ? std::string("accepted") : recording.error().message;
  };
  EXPECT_EQ(refusal([](Provenance&) {}), "accepted");
  EXPECT_NE(refusal([](Provenance& of) { of.place.boot_id = "another"; }).find("another boot"),
            std::string::npos);
  EXPECT_NE(
      refusal([](Provenance& of) { of.place.machine_id = "another"; }).find("another machine"),
      std::string::npos);
  EXPECT_NE(refusal([](Provenance& of) { of.place.netns = 7; }).find("another network namespace"),
            std::string::npos);
  fake_.state().namespace_cookie = 8;
  EXPECT_NE(refusal([](Provenance& of) { of.place.netns_cookie = 7; }).find("that is gone"),
            std::string::npos);
  EXPECT_NE(refusal([](Provenance& of) { of.boot_time = seconds(100'000); }).find("not earlier"),
            std::string::npos);
}

}  // namespace weir::sense::record_test
