#include "codec/recording_json.h"

#include <optional>
#include <utility>

#include "codec/fields.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "codec/recording_fields.h"

namespace weir::codec {

namespace {

constexpr std::uint64_t recording_version = 1;
constexpr const char* recording_schema = "weir.recording";
constexpr const char* snapshot_schema = "weir.snapshot";
/// The members of the file, and the members of those, have one line each; deeper values are on one
/// line.
constexpr std::size_t broken_levels = 3;

bool is_lone_snapshot(const Recording& recording) {
  return !recording.last && recording.samples == 0 && recording.series.empty() &&
         recording.events.empty() && recording.histograms.empty() &&
         recording.flow_samples.empty() && recording.bounds.empty() && recording.flows.empty();
}

Result<void> accept_recording(const SchemaTag& tag) {
  const bool ours = tag.name == recording_schema || tag.name == snapshot_schema;
  const std::string shown = format_schema_tag(tag);
  if (!ours && tag.name == "weir.check") {
    return make_error(
        ErrorCode::unsupported,
        "this is a report (" + shown +
            "), which holds only conclusions; pass a recording written by `weir check --save`");
  }
  if (!ours)
    return make_error(
        ErrorCode::unsupported,
        "this is " + shown + ", not a recording; pass a file written by `weir snapshot -o`");
  if (tag.major != recording_version) {
    return make_error(
        ErrorCode::unsupported,
        "this is " + shown +
            ", but this weir reads only version 1; read it with the weir that wrote it, or with a newer weir");
  }
  return {};
}

/// Half of what 64 bits hold, so that the difference of two instants always fits.
constexpr std::int64_t latest_time = std::int64_t{1} << 62U;
bool is_time(std::int64_t time) { return time >= 0 && time <= latest_time; }

std::optional<std::string> find_contradiction(const Snapshot& snapshot) {
  if (!is_time(snapshot.provenance.boot_time.count) ||
      !is_time(snapshot.provenance.wall_time.count))
    return "an instant is out of range";
  if (snapshot.host.page_size.count <= 0 || snapshot.host.ticks_per_second <= 0)
    return "the page size or the clock tick is not positive";
  return std::nullopt;
}

/// Contradictions that the types allow, but that the judging code does not expect.
std::optional<std::string> find_contradiction(const Recording& recording) {
  if (auto what = find_contradiction(recording.first)) return what;
  if (recording.last) {
    const Provenance& first = recording.first.provenance;
    const Provenance& last = recording.last->provenance;
    if (auto what = find_contradiction(*recording.last)) return what;
    if (const auto difference = find_difference(first.place, last.place))
      return "its first snapshot is of " +
             describe_difference(*difference, first.place, last.place) + " than its last";
    if (last.boot_time < first.boot_time) return "its last snapshot is older than its first";
  }
  for (const auto& series : recording.series) {
    if (series.times.size() != series.values.size())
      return "a series has more times than values, or fewer";
    std::int64_t before = 0;
    for (const auto time : series.times) {
      if (!is_time(time) || time < before) return "a series has times that go back";
      before = time;
    }
  }
  for (const auto& event : recording.events) {
    if (!is_time(event.time)) return "an event's time is out of range";
  }
  for (const auto& histogram : recording.histograms) {
    if (histogram.counts.size() != histogram.edges.size() + 1)
      return "a histogram needs one count more than it has edges";
  }
  return std::nullopt;
}

}  // namespace

std::string recording_to_json(const Recording& recording) {
  const bool lone = is_lone_snapshot(recording);
  JsonWriter json(broken_levels);
  FieldWriter writer(json);
  json.begin_object();
  json.key("schema");
  json.text(format_schema_tag({lone ? snapshot_schema : recording_schema, recording_version}));
  if (lone) {
    fields(writer, recording.first, Tag<Snapshot>{});
  } else {
    fields(writer, recording, Tag<Recording>{});
  }
  json.end_object();
  return json.take();
}

Result<Recording> parse_recording(std::string_view json) {
  WEIR_TRY(const JsonValue document, parse_json(json));
  WEIR_TRY(const SchemaTag tag, read_schema_tag(document));
  WEIR_CHECK(accept_recording(tag));
  Recording recording;
  ReadState state;
  FieldReader reader(document, state);
  if (tag.name == snapshot_schema) {
    fields(reader, recording.first, Tag<Snapshot>{});
  } else {
    fields(reader, recording, Tag<Recording>{});
  }
  if (state.error) return std::move(*state.error);
  if (const auto what = find_contradiction(recording))
    return make_error(ErrorCode::malformed, "it contradicts itself: " + *what);
  return recording;
}

}  // namespace weir::codec
