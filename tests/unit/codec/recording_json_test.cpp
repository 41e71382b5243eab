#include "codec/recording_json.h"

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/recording_fields.h"
#include "support/golden.h"
#include "support/listed_fields.h"
#include "support/member_count.h"
#include "support/random_recording.h"

namespace weir::codec::recording_json_test {

using test::listed_fields;
using testing::AllOf;
using testing::HasSubstr;

Recording small_recording() {
  Recording recording;
  recording.first.provenance.place.boot_id = "b";
  recording.last = recording.first;
  recording.last->provenance.boot_time = seconds(3);
  recording.series.push_back({ListenerMetric{1, Metric::accept_queue}, {0, 50'000'000}, {0, 17}});
  return recording;
}

std::string refusal(std::string_view json) {
  const auto parsed = parse_recording(json);
  return parsed ? "accepted" : parsed.error().message;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(RecordingJson, EveryMemberOfEveryStructIsWritten) {
  // The members of the place stand among those of the provenance.
  EXPECT_EQ(listed_fields<Provenance>(),
            test::member_count<Provenance>() - 1 + test::member_count<Place>());
  EXPECT_EQ(listed_fields<Host>(), test::member_count<Host>());
  EXPECT_EQ(listed_fields<Owner>(), test::member_count<Owner>());
  EXPECT_EQ(listed_fields<Listener>(), test::member_count<Listener>());
  EXPECT_EQ(listed_fields<Thread>(), test::member_count<Thread>());
  EXPECT_EQ(listed_fields<CpuThrottling>(), test::member_count<CpuThrottling>());
  EXPECT_EQ(listed_fields<Process>(), test::member_count<Process>());
  EXPECT_EQ(listed_fields<LinkModes>(), test::member_count<LinkModes>());
  EXPECT_EQ(listed_fields<Link>(), test::member_count<Link>());
  EXPECT_EQ(listed_fields<Qdisc>(), test::member_count<Qdisc>());
  EXPECT_EQ(listed_fields<Gateway>(), test::member_count<Gateway>());
  EXPECT_EQ(listed_fields<GroupOwner>(), test::member_count<GroupOwner>());
  EXPECT_EQ(listed_fields<SocketGroup>(), test::member_count<SocketGroup>());
  EXPECT_EQ(listed_fields<PortUse>(), test::member_count<PortUse>());
  EXPECT_EQ(listed_fields<PeerGroup>(), test::member_count<PeerGroup>());
  EXPECT_EQ(listed_fields<UdpSocket>(), test::member_count<UdpSocket>());
  EXPECT_EQ(listed_fields<FlowState>(), test::member_count<FlowState>());
  EXPECT_EQ(listed_fields<Flow>(), test::member_count<Flow>());
  EXPECT_EQ(listed_fields<SoftnetCpu>(), test::member_count<SoftnetCpu>());
  EXPECT_EQ(listed_fields<ConfigLine>(), test::member_count<ConfigLine>());
  EXPECT_EQ(listed_fields<NotSeen>(), test::member_count<NotSeen>());
  // The members of its four groups stand among those of the snapshot.
  EXPECT_EQ(listed_fields<Snapshot>(),
            test::member_count<Snapshot>() - 4 + test::member_count<Settings>() +
                test::member_count<Counters>() + test::member_count<Sockets>() +
                test::member_count<Network>());
  EXPECT_EQ(listed_fields<ListenerOpened>(), test::member_count<ListenerOpened>());
  EXPECT_EQ(listed_fields<ListenerClosed>(), test::member_count<ListenerClosed>());
  EXPECT_EQ(listed_fields<OwnerState>(), test::member_count<OwnerState>());
  EXPECT_EQ(listed_fields<Histogram>(), test::member_count<Histogram>());
  EXPECT_EQ(listed_fields<FlowSample>(), test::member_count<FlowSample>());
  EXPECT_EQ(listed_fields<Bound>(), test::member_count<Bound>());
  EXPECT_EQ(listed_fields<Recording>(), test::member_count<Recording>());
}

TEST(RecordingJson, AWrittenRecordingIsReadBackWithoutLoss) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Recording recording = test::random_recording(seed);
    const std::string json = recording_to_json(recording);
    const auto parsed = parse_recording(json);
    ASSERT_TRUE(parsed) << "seed " << seed << ": " << parsed.error().message;
    ASSERT_TRUE(*parsed == recording) << "seed " << seed;
    ASSERT_EQ(recording_to_json(*parsed), json) << "seed " << seed;
  }
}

TEST(RecordingJson, ASubjectIsReadAndASubjectOfALaterWeirIsSkipped) {
  Recording recording = small_recording();
  recording.first.not_seen = {{Subject::queue_samples, "samples", "no answer"}};
  const std::string json = recording_to_json(recording);
  EXPECT_THAT(json, HasSubstr(R"("hides": [], "subject": "queue-samples"})"));
  const auto later = parse_recording(replaced(json, "queue-samples", "moon-phases"));
  ASSERT_TRUE(later) << later.error().message;
  EXPECT_EQ(later->first.not_seen.front().subject, std::nullopt);
  const auto earlier = parse_recording(replaced(json, R"(, "subject": "queue-samples")", ""));
  ASSERT_TRUE(earlier) << earlier.error().message;
  EXPECT_EQ(earlier->first.not_seen.front().subject, std::nullopt);
  EXPECT_THAT(refusal(replaced(json, R"("queue-samples")", "7")), HasSubstr("is not a text"));
}

/// A recording with one series and one event, in the words of a file.
std::string with_words(const std::string& resource, const std::string& metric,
                       const std::string& kind, const std::string& event_fields) {
  Recording recording = small_recording();
  recording.events = {{7, OtherEvent{"KIND", {{"FIELD", ""}}}}};
  std::string json = recording_to_json(recording);
  json = replaced(std::move(json), "listener:1", resource);
  json = replaced(std::move(json), "accept_queue", metric);
  json = replaced(std::move(json), "KIND", kind);
  return replaced(std::move(json), R"({"FIELD": ""})", event_fields);
}

const std::string a_look =
    R"({"cpu": "44", "files": "30", "listener": "7", "pid": "9", "state": "S", "tid": "10", "wait": "ep_poll"})";

struct SeriesWords {
  Metric metric;
  std::string word;
};

TEST(RecordingJson, EachMetricOfAListenerHasItsWord) {
  const SeriesWords all[] = {{Metric::accept_queue, "accept_queue"},
                             {Metric::drops, "drops"},
                             {Metric::half_open, "half_open"},
                             {Metric::half_open_stale, "half_open_stale"}};
  ASSERT_EQ(std::size(all), all_metrics.size());
  for (const auto& [metric, word] : all) {
    const std::string json =
        with_words("listener:18446744073709551615", word, "owner-state", a_look);
    const auto parsed = parse_recording(json);
    ASSERT_TRUE(parsed) << parsed.error().message;
    ASSERT_EQ(parsed->series.size(), 1U);
    EXPECT_TRUE(parsed->series.front() ==
                (Series{ListenerMetric{UINT64_MAX, metric}, {0, 50'000'000}, {0, 17}}))
        << word;
    EXPECT_EQ(recording_to_json(*parsed), json);
  }
}

struct EventWords {
  Event event;
  std::string kind;
  std::string fields;
};

TEST(RecordingJson, EachKindOfEventHasItsWords) {
  const EventWords all[] = {
      {{7, ListenerOpened{8, "[::]:443"}},
       "listener-opened",
       R"({"listener": "8", "name": "[::]:443"})"},
      {{7, ListenerClosed{8, "[::]:443"}},
       "listener-closed",
       R"({"listener": "8", "name": "[::]:443"})"},
      {{7, OwnerState{7, 9, 10, 'S', "ep_poll", ClockTicks{44}, 30}}, "owner-state", a_look},
      {{7, OwnerState{7, 9, 10, 'R', "", ClockTicks{0}, std::nullopt}},
       "owner-state",
       R"({"cpu": "0", "listener": "7", "pid": "9", "state": "R", "tid": "10"})"}};
  for (const auto& [event, kind, fields_text] : all) {
    const std::string json = with_words("listener:1", "drops", kind, fields_text);
    const auto parsed = parse_recording(json);
    ASSERT_TRUE(parsed) << parsed.error().message;
    ASSERT_EQ(parsed->events.size(), 1U);
    EXPECT_TRUE(parsed->events.front() == event) << kind;
    EXPECT_EQ(recording_to_json(*parsed), json);
  }
}

TEST(RecordingJson, ASeriesOrAnEventThatThisWeirDoesNotKnowIsKept) {
  for (const auto& [resource, metric] :
       {std::pair("listener:1", "retries"), std::pair("link:eth0", "drops"),
        std::pair("listener:x", "retries")}) {
    const std::string json =
        with_words(resource, metric, "link-lost", R"({"name": "eth0", "pid": "none"})");
    const auto parsed = parse_recording(json);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_TRUE(parsed->series.front().of == decltype(Series::of)(OtherMetric{resource, metric}));
    EXPECT_TRUE(parsed->events.front() ==
                (Event{7, OtherEvent{"link-lost", {{"name", "eth0"}, {"pid", "none"}}}}));
    EXPECT_EQ(recording_to_json(*parsed), json);
  }
}

TEST(RecordingJson, ABadCookieOfASeriesIsRefused) {
  for (const char* cookie : {"", "x", "-1", "18446744073709551616"}) {
    const std::string resource = std::string("listener:") + cookie;
    EXPECT_THAT(refusal(with_words(resource, "drops", "owner-state", a_look)),
                HasSubstr("its field series[0].resource is \"" + resource +
                          "\"; the cookie of a listener is an integer between 0 and 2^64 - 1"));
  }
}

TEST(RecordingJson, ABadFieldOfAnEventIsRefused) {
  const auto refused = [](const std::string& from, const std::string& to) {
    return refusal(with_words("listener:1", "drops", "owner-state", replaced(a_look, from, to)));
  };
  EXPECT_THAT(refused(R"("pid": "9")", R"("pid": "nine")"),
              HasSubstr("its field events[0].fields.pid is \"nine\", not an integer between"));
  EXPECT_THAT(refused(R"("pid": "9")", R"("pid": "-9")"),
              HasSubstr("its field events[0].fields.pid is -9; a process id is between 0 and"));
  EXPECT_THAT(refused(R"("pid": "9")", R"("pid": 9)"),
              HasSubstr("its field events[0].fields.pid is not a text"));
  EXPECT_THAT(refused(R"("pid": "9", )", ""),
              HasSubstr("its field events[0].fields lacks \"pid\""));
  EXPECT_THAT(refused(R"("tid": "10")", R"("tid": "4194305")"),
              HasSubstr("its field events[0].fields.tid is 4194305; a process id"));
  EXPECT_THAT(refused(R"("listener": "7")", R"("listener": "-7")"),
              HasSubstr("events[0].fields.listener is \"-7\", not an integer between 0 and 2^64"));
  EXPECT_THAT(refused(R"("files": "30")", R"("files": "-1")"),
              HasSubstr("events[0].fields.files is -1; a count is not negative"));
  EXPECT_THAT(refused(R"("state": "S")", R"("state": "")"),
              HasSubstr("events[0].fields.state is not one character"));
  EXPECT_THAT(refused(a_look, "[]"), HasSubstr("its field events[0].fields is not an object"));
}

TEST(RecordingJson, AFileMayLackWhatNoRuleReadsOfAnEvent) {
  const auto parsed =
      parse_recording(with_words("listener:1", "drops", "owner-state",
                                 R"({"pid": "9", "state": "S", "tid": "10", "later": "x"})"));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_TRUE(parsed->events.front() ==
              (Event{7, OwnerState{std::nullopt, 9, 10, 'S', "", std::nullopt, std::nullopt}}));
}

TEST(RecordingJson, ALoneSnapshotHasItsOwnSchema) {
  test::RandomValues random(7);
  Recording recording;
  recording.first = test::random_snapshot(random);
  const std::string json = recording_to_json(recording);
  EXPECT_THAT(json, HasSubstr("\"schema\": \"weir.snapshot/1\""));
  const auto parsed = parse_recording(json);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(*parsed == recording);
}

TEST(RecordingJson, UnknownFieldsAreIgnored) {
  const std::string json = replaced(recording_to_json(small_recording()), "\"first\"",
                                    "\"of_tomorrow\": {\"a\": [1, null, 0.5]}, \"first\"");
  const auto parsed = parse_recording(json);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_TRUE(*parsed == small_recording());
}

TEST(RecordingJson, EveryTruncationIsRefusedInOneSentence) {
  const std::string json = recording_to_json(small_recording());
  for (std::size_t length = 0; length + 2 < json.size(); ++length) {
    const std::string sentence = refusal(json.substr(0, length));
    if (length == 0) {
      EXPECT_THAT(sentence, HasSubstr("it is empty"));
    } else {
      EXPECT_THAT(sentence, HasSubstr("ends in the middle")) << length;
    }
    EXPECT_EQ(sentence.find('\n'), std::string::npos);
  }
}

TEST(RecordingJson, ForeignFilesAreIdentified) {
  EXPECT_THAT(refusal("  \n"), HasSubstr("empty"));
  EXPECT_THAT(refusal("\x1f\x8b\x08"), AllOf(HasSubstr("gzip"), HasSubstr("gunzip")));
  EXPECT_THAT(refusal("\x28\xb5\x2f\xfd"), HasSubstr("zstd"));
  EXPECT_THAT(refusal("\x7f"
                      "ELF"),
              HasSubstr("not JSON"));
  EXPECT_THAT(refusal("net.core.somaxconn = 4096\n"), HasSubstr("not JSON"));
  EXPECT_THAT(refusal("{\"a\": 1,,}"), HasSubstr("not valid JSON near byte 9"));
  EXPECT_THAT(refusal("[1, 2]"), HasSubstr("weir did not write it"));
  EXPECT_THAT(refusal("42"), HasSubstr("weir did not write it"));
  EXPECT_THAT(refusal("{\"schema\": 1}"), HasSubstr("weir did not write it"));
  EXPECT_THAT(refusal("{\"schema\": \"other/1\"}"), HasSubstr("weir did not write it"));
  EXPECT_THAT(refusal("{\"schema\": \"weir.plan/1\"}"),
              HasSubstr("this is weir.plan/1, not a recording"));
  EXPECT_THAT(refusal("{\"schema\": \"weir.check/1\"}"), HasSubstr("--save"));
}

TEST(RecordingJson, ALaterMajorNumberIsRefused) {
  const auto parsed = parse_recording(
      replaced(recording_to_json(small_recording()), "weir.recording/1", "weir.recording/2"));
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, ErrorCode::unsupported);
  EXPECT_THAT(parsed.error().message, AllOf(HasSubstr("weir.recording/2"), HasSubstr("newer")));
}

TEST(RecordingJson, AMissingOrWrongFieldIsNamedWithItsPath) {
  const std::string json = recording_to_json(small_recording());
  EXPECT_THAT(refusal("{\"schema\": \"weir.recording/1\"}"), HasSubstr("it lacks \"first\""));
  EXPECT_THAT(refusal(replaced(json, "\"boot_id\": \"b\"", "\"boot_id\": 3")),
              HasSubstr("first.provenance.boot_id is not a text"));
  EXPECT_THAT(refusal(replaced(json, "[0, 17]", "[0, \"x\"]")),
              HasSubstr("series[0].values[1] is not an integer"));
  EXPECT_THAT(refusal(replaced(json, "\"boot_id\": \"b\"", "\"boot_id\": \"\\\\q\"")),
              HasSubstr("backslash"));
}

TEST(RecordingJson, NumbersOutOfRangeAreRefused) {
  const std::string json = recording_to_json(small_recording());
  EXPECT_THAT(refusal(replaced(json, "[0, 17]", "[0, 9223372036854775808]")),
              HasSubstr("is not an integer between -2^63"));
  EXPECT_THAT(refusal(replaced(json, "[0, 17]", "[0, 1.5]")), HasSubstr("is not an integer"));
  EXPECT_THAT(refusal(replaced(json, "[0, 17]", "[0, 1e999]")), HasSubstr("out of range"));
  EXPECT_THAT(refusal(replaced(json, "\"netns\": 0", "\"netns\": -1")),
              HasSubstr("between 0 and 2^64"));
}

/// Changes the first number after `"name": ` in the golden file.
std::string with_number(const std::string& json, const std::string& after, const std::string& name,
                        const std::string& number) {
  const auto place = json.find("\"" + name + "\": ", json.find(after));
  EXPECT_NE(place, std::string::npos) << after << " " << name;
  if (place == std::string::npos) return json;
  const auto begin = place + name.size() + 4;
  return std::string(json).replace(begin, json.find_first_of(",}]\n", begin) - begin, number);
}

TEST(RecordingJson, NumbersThatNoKernelHasAreRefusedByTheirField) {
  const std::string json = test::read_file(test::golden_path("recording.1.json"));
  const auto refused = [&](const std::string& after, const std::string& name,
                           const std::string& number) {
    return refusal(with_number(json, after, name, number));
  };
  EXPECT_THAT(
      refused("\"listeners\"", "port", "65536"),
      HasSubstr("its field first.listeners[0].port is 65536; a port is between 0 and 65535"));
  EXPECT_THAT(refused("\"last\"", "port", "-1"),
              HasSubstr("its field last.listeners[0].port is -1; a port is between 0 and 65535"));
  EXPECT_THAT(refused("\"owners\"", "pid", "4194305"),
              HasSubstr("owners[0].pid is 4194305; a process id is between 0 and 4194304"));
  EXPECT_THAT(refused("\"owners\"", "fd", "-1"),
              HasSubstr("owners[0].fd is -1; a file descriptor is between 0 and 2147483647"));
  EXPECT_THAT(refused("\"processes\"", "parent", "-7"),
              HasSubstr("processes[0].parent is -7; a process id"));
  EXPECT_THAT(refused("\"threads\"", "tid", "-1"), HasSubstr("threads[0].tid is -1; a process id"));
  EXPECT_THAT(
      refused("\"provenance\"", "uid", "4294967296"),
      HasSubstr("first.provenance.uid is 4294967296; a user id is between 0 and 4294967295"));
  EXPECT_THAT(
      refused("\"links\"", "index", "-2"),
      HasSubstr("links[0].index is -2; the index of an interface is between 0 and 2147483647"));
  EXPECT_THAT(refused("\"listeners\"", "backlog", "-1"),
              HasSubstr("listeners[0].backlog is -1; a count is not negative"));
  EXPECT_THAT(refused("\"states\"", "SYN_RECV", "-3"),
              HasSubstr("first.states.SYN_RECV is -3; a count is not negative"));
  EXPECT_THAT(refusal(replaced(json, "\"samples\": ", "\"samples\": -")),
              HasSubstr("its field samples is -"));
}

TEST(RecordingJson, GroupsOfSocketsHavePortsToo) {
  Recording recording = small_recording();
  recording.last->sockets.peer_groups = {{Family::ipv4, "192.0.2.0/24", 65536, 1, 0, 0}};
  EXPECT_THAT(
      refusal(recording_to_json(recording)),
      HasSubstr("its field last.peer_groups[0].port is 65536; a port is between 0 and 65535"));
  recording.last->sockets.peer_groups = {};
  recording.last->sockets.socket_groups.resize(2);
  recording.last->sockets.socket_groups[1].peer_port = -1;
  EXPECT_THAT(refusal(recording_to_json(recording)),
              HasSubstr("its field last.socket_groups[1].peer_port is -1"));
  recording.last->sockets.socket_groups = {};
  recording.last->sockets.port_uses = {{Family::ipv4, "a", "b", 70000}};
  EXPECT_THAT(refusal(recording_to_json(recording)),
              HasSubstr("its field last.port_uses[0].port is 70000"));
  recording.last->sockets.port_uses = {};
  recording.flows.resize(1);
  recording.flows[0].pids = {1, 5'000'000};
  EXPECT_THAT(refusal(recording_to_json(recording)),
              HasSubstr("its field flows[0].pids[1] is 5000000; a process id"));
}

TEST(RecordingJson, ContradictionsAreRefused) {
  const std::string json = recording_to_json(small_recording());
  EXPECT_THAT(refusal(replaced(json, "[0, 17]", "[0]")),
              HasSubstr("more times than values, or fewer"));
  EXPECT_THAT(refusal(replaced(json, "[0, 50000000]", "[5, 4]")), HasSubstr("go back"));
  EXPECT_THAT(refusal(replaced(json, "\"boot_id\": \"b\"", "\"boot_id\": \"c\"")),
              HasSubstr("another boot"));
  EXPECT_THAT(refusal(replaced(json, "\"boot_time_ns\": 0", "\"boot_time_ns\": 4000000000")),
              HasSubstr("older than its first"));
  EXPECT_THAT(refusal(replaced(json, "\"page_size_bytes\": 4096", "\"page_size_bytes\": 0")),
              HasSubstr("page size"));
}

TEST(RecordingJson, DepthIsLimited) {
  const std::string deep =
      "{\"schema\": \"weir.recording/1\", \"x\": " + std::string(100'000, '[') +
      std::string(100'000, ']') + "}";
  EXPECT_THAT(refusal(deep), HasSubstr("nested deeper than"));
}

TEST(RecordingJson, LengthIsLimited) {
  const std::string long_text(json_size_limit + 1, ' ');
  EXPECT_THAT(refusal("{" + long_text), HasSubstr("longer than 64 MiB"));
}

}  // namespace weir::codec::recording_json_test
