// Every subject may end at any moment: the process or interface disappears after each reading of a
// file in turn.
#include <algorithm>
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "sense/record.h"
#include "unit/sense/host_fixture.h"

namespace weir::sense::vanishing_test {

constexpr std::int64_t dying = 9;

template <class Entries, class Path>
void erase_below(Entries& entries, const std::string& folder, const Path& path) {
  for (auto entry = entries.begin(); entry != entries.end();)
    entry = path(*entry).starts_with(folder) ? entries.erase(entry) : std::next(entry);
}

void end_process(kernel::FakeState& state) {
  const std::string folder = "/proc/" + std::to_string(dying) + "/";
  const auto key = [](const auto& entry) -> const std::string& { return entry.first; };
  erase_below(state.files, folder, key);
  erase_below(state.links, folder, key);
  erase_below(state.folders, folder,
              [](const std::string& path) -> const std::string& { return path; });
}

void fill(kernel::FakeKernel& fake) {
  fill_host(fake.state());
  auto process = make_process(dying, "nginx");
  process.files = 20;
  process.threads = {{dying, 'S', {5}, "ep_poll"}, {dying + 1, 'S', {6}, "futex_wait_queue"}};
  fake.add_process(process);
  fake.add_process(make_process(12, "nginx"));
  auto listener = make_listener(7, 80);
  listener.owners = {{dying, 6}, {12, 6}};
  listener.queue = 17;
  fake.add_listener(listener);
  Link card;
  card.name = "eth0";
  card.index = 2;
  card.up = card.carrier = true;
  fake.state().network_links.push_back(card);
  fake.state().nics["eth0"].counters = {{"rx_missed_errors", 5}};
  fake.state().nics["eth0"].channels = 2;
}

Result<Recording> record_window(kernel::FakeKernel& fake) {
  RecordOptions options;
  options.window = seconds(1);
  auto kernel = fake.kernel();
  return record(kernel, options, {});
}

/// Runs the change before the n-th reading of a file, for every n, and checks each Recording.
void change_before_each_reading(const std::function<void(kernel::FakeState&)>& change,
                                const std::function<void(const Recording&)>& look) {
  bool reached = true;
  int runs = 0;
  for (; reached; ++runs) {
    kernel::FakeKernel fake;
    fill(fake);
    int count = 0;
    reached = false;
    fake.on_read([&](const std::string&) {
      if (count++ != runs) return;
      reached = true;
      change(fake.state());
    });
    const auto recording = record_window(fake);
    ASSERT_TRUE(recording.ok()) << recording.error().message << ", reading " << runs;
    ASSERT_TRUE(recording->last) << runs;
    look(*recording);
    for (const auto& entry : recording->last->not_seen)
      EXPECT_EQ(entry.why.find('\n'), std::string::npos) << entry.why;
  }
  EXPECT_GT(runs, 100) << "so few files were read";
}

TEST(Vanishing, AProcessThatEndsAtAnyReadingIsNoLongerAnOwnerAndTheOtherOwnerStays) {
  change_before_each_reading(end_process, [](const Recording& recording) {
    ASSERT_EQ(recording.last->sockets.listeners.size(), 1U);
    const auto& owners = recording.last->sockets.listeners.front().owners;
    EXPECT_NE(std::find(owners.begin(), owners.end(), Owner{12, 6}), owners.end());
    for (const auto& process : recording.last->processes)
      EXPECT_TRUE(process.pid == 12 || process.pid == dying);
    EXPECT_FALSE(recording.last->processes.empty());
  });
}

TEST(Vanishing, AThreadThatEndsAtAnyReadingIsLeftOut) {
  const auto end_thread = [](kernel::FakeState& state) {
    const std::string folder =
        "/proc/" + std::to_string(dying) + "/task/" + std::to_string(dying + 1) + "/";
    erase_below(state.files, folder,
                [](const auto& entry) -> const std::string& { return entry.first; });
  };
  change_before_each_reading(end_thread, [](const Recording& recording) {
    for (const auto& process : recording.last->processes)
      EXPECT_FALSE(process.threads.empty()) << process.pid;
  });
}

TEST(Vanishing, AnInterfaceThatDisappearsAtAnyReadingLeavesARecordingWithTheRest) {
  const auto unplug = [](kernel::FakeState& state) {
    state.network_links.resize(1);
    state.nics["eth0"].error = make_error(ErrorCode::gone, "the interface eth0 no longer exists");
  };
  change_before_each_reading(unplug, [](const Recording& recording) {
    EXPECT_GE(recording.last->network.links.size(), 1U);
    EXPECT_EQ(recording.last->network.links.front().name, "lo");
  });
}

TEST(Vanishing, AListenerAndItsProcessThatEndInTheWindowAreAnEvent) {
  kernel::FakeKernel fake;
  fill(fake);
  fake.at(fake.state().boot_time + milliseconds(420), [](kernel::FakeState& state) {
    end_process(state);
    state.listeners.clear();
  });
  const auto recording = record_window(fake);
  ASSERT_TRUE(recording.ok());
  EXPECT_TRUE(recording->last->sockets.listeners.empty());
  EXPECT_TRUE(std::any_of(
      recording->events.begin(), recording->events.end(),
      [](const Event& event) { return std::holds_alternative<ListenerClosed>(event.what); }));
}

TEST(ManyListeners, AreSampledLessOftenAndTheRecordingSaysWhatIsLeftOut) {
  constexpr std::int64_t count = 10'000;
  kernel::FakeKernel fake;
  fill_host(fake.state());
  for (std::int64_t i = 0; i < count; ++i) {
    auto listener = make_listener(static_cast<std::uint64_t>(i) + 1, 8000);
    listener.address = "127.0." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
    fake.state().listeners.push_back(listener);
  }
  const auto recording = record_window(fake);
  ASSERT_TRUE(recording.ok());
  EXPECT_EQ(recording->last->sockets.listeners.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(recording->samples, 10);
  const auto* bursts = find_not_seen(recording->first, "bursts between two samples");
  ASSERT_NE(bursts, nullptr);
  EXPECT_EQ(bursts->why, "weir samples 10000 listeners every 100 ms instead of every 50 ms");
  const auto* requests = find_not_seen(recording->first, "half-open connections inside the window");
  ASSERT_NE(requests, nullptr);
  EXPECT_NE(requests->why.find("at most 512 listeners"), std::string::npos) << requests->why;
}

// Comparing each listener with each local end of the port would be 100 million comparisons, and
// take minutes.
TEST(ManyListeners, OfOnePortHaveEachItsOwnHalfOpenConnections) {
  constexpr std::int64_t count = 10'000;
  kernel::FakeKernel fake;
  fill_host(fake.state());
  for (std::int64_t i = 0; i < count; ++i) {
    auto listener = make_listener(static_cast<std::uint64_t>(i) + 1, 8000);
    listener.address = "127.0." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
    fake.state().listeners.push_back(listener);
    wire::DiagSocket request;
    request.state = wire::TcpState::syn_recv;
    request.source = *wire::parse_address(Family::ipv4, listener.address);
    request.source_port = 8000;
    request.destination_port = 40'000;
    request.cookie = static_cast<std::uint64_t>(count + i) + 1;
    for (std::int64_t n = 0; n < i % 3; ++n) fake.state().sockets.push_back(request);
  }
  auto kernel = fake.kernel();
  const auto snapshot = read_snapshot(kernel, {});
  ASSERT_TRUE(snapshot.ok());
  ASSERT_EQ(snapshot->sockets.listeners.size(), static_cast<std::size_t>(count));
  for (const auto& listener : snapshot->sockets.listeners)
    EXPECT_EQ(listener.half_open, static_cast<std::int64_t>(listener.cookie - 1) % 3)
        << listener.address;
}

TEST(ManyListeners, ThatOneProcessHoldsAreFoundThoughAnotherProcessMayNotBeRead) {
  constexpr std::int64_t count = 3000;
  kernel::FakeKernel fake;
  fill_host(fake.state());
  fake.add_process(make_process(9, "proxy"));
  fake.add_process(make_process(12, "other"));
  fake.state().failures["/proc/12/fd"] = make_error(ErrorCode::not_permitted, "no");
  for (std::int64_t i = 0; i < count; ++i) {
    auto listener = make_listener(static_cast<std::uint64_t>(i) + 1, 10'000 + i);
    listener.owners = {{9, 10 + i}};
    fake.add_listener(listener);
  }
  const auto recording = record_window(fake);
  ASSERT_TRUE(recording.ok());
  for (const auto& listener : recording->last->sockets.listeners)
    EXPECT_EQ(listener.owners.size(), 1U) << listener.port;
  EXPECT_EQ(find_not_seen(*recording->last, "the owner"), nullptr);
}

TEST(ManyListeners, BeyondTheSearchedDescriptorsAreNotAttributedToMissingRights) {
  kernel::FakeKernel fake;
  fill_host(fake.state());
  fake.add_process(make_process(9, "proxy"));
  auto& links = fake.state().links;
  for (std::int64_t number = 0; number < 67'000; ++number)
    links["/proc/9/fd/" + std::to_string(number)] = "/dev/null";
  auto listener = make_listener(7, 80);
  listener.owners = {{9, 70'000}};
  fake.add_listener(listener);
  const auto recording = record_window(fake);
  ASSERT_TRUE(recording.ok());
  const auto* entry = find_not_seen(*recording->last, "the owner of 1 listener");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(
      entry->why,
      "weir reads the first 1024 descriptors of each process, and at most 65536 descriptors beyond these");
}

}  // namespace weir::sense::vanishing_test
