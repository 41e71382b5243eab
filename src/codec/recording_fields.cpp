#include "codec/recording_fields.h"

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/text.h"

namespace weir::codec {

namespace {

constexpr std::string_view listener_resource = "listener:";  // and the cookie in decimal

constexpr std::string_view opened_kind = "listener-opened";
constexpr std::string_view closed_kind = "listener-closed";
constexpr std::string_view owner_kind = "owner-state";

std::string_view metric_word(Metric metric) {
  switch (metric) {
    case Metric::accept_queue: return "accept_queue";
    case Metric::drops: return "drops";
    case Metric::half_open: return "half_open";
    case Metric::half_open_stale: return "half_open_stale";
  }
  return "";
}

OtherMetric to_words(const ListenerMetric& of) {
  return {std::string(listener_resource) + std::to_string(of.listener),
          std::string(metric_word(of.metric))};
}

OtherMetric to_words(const OtherMetric& of) { return of; }

std::string kind_word(const ListenerOpened& /*what*/) { return std::string(opened_kind); }
std::string kind_word(const ListenerClosed& /*what*/) { return std::string(closed_kind); }
std::string kind_word(const OwnerState& /*what*/) { return std::string(owner_kind); }
std::string kind_word(const OtherEvent& what) { return what.kind; }

decltype(Event::what) make_event(std::string kind) {
  if (kind == opened_kind) return ListenerOpened{};
  if (kind == closed_kind) return ListenerClosed{};
  if (kind == owner_kind) return OwnerState{};
  return OtherEvent{std::move(kind), {}};
}

/// The fields of its kind; of a kind that is not known, all that there are.
template <class Visit, class X>
void visit_facts(Visit& visit, X& what) {
  if constexpr (std::is_same_v<std::remove_const_t<X>, OtherEvent>) {
    visit("fields", what.fields);
  } else {
    visit("fields", what);
  }
}

}  // namespace

void fields(FieldWriter& visit, const Series& series, Tag<Series> /*tag*/) {
  const OtherMetric words = std::visit([](const auto& of) { return to_words(of); }, series.of);
  visit("resource", words.resource);
  visit("metric", words.metric);
  visit("times_ns", series.times);
  visit("values", series.values);
}

void fields(FieldReader& visit, Series& series, Tag<Series> /*tag*/) {
  OtherMetric words;
  visit("resource", words.resource);
  visit("metric", words.metric);
  visit("times_ns", series.times);
  visit("values", series.values);
  if (visit.state().error) return;
  const auto* metric = std::find_if(all_metrics.begin(), all_metrics.end(),
                                    [&](Metric one) { return metric_word(one) == words.metric; });
  if (metric == all_metrics.end() || !words.resource.starts_with(listener_resource)) {
    series.of = std::move(words);
    return;
  }
  const auto cookie =
      parse_unsigned(std::string_view(words.resource).substr(listener_resource.size()));
  if (!cookie)
    return visit.fail_at("resource",
                         "is \"" + escape_bytes(words.resource) +
                             "\"; the cookie of a listener is an integer between 0 and 2^64 - 1");
  series.of = ListenerMetric{*cookie, *metric};
}

void fields(FieldWriter& visit, const Event& event, Tag<Event> /*tag*/) {
  visit("time_ns", event.time);
  std::visit(
      [&visit](const auto& what) {
        visit("kind", kind_word(what));
        visit_facts(visit, what);
      },
      event.what);
}

void fields(FieldReader& visit, Event& event, Tag<Event> /*tag*/) {
  visit("time_ns", event.time);
  std::string kind;
  visit("kind", kind);
  event.what = make_event(std::move(kind));
  std::visit([&visit](auto& what) { visit_facts(visit, what); }, event.what);
}

}  // namespace weir::codec
