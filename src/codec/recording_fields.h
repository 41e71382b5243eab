// The fields of Snapshots and Recordings in JSON: weir.snapshot/1 and weir.recording/1.
// Not their order of reading, nor their judgement. Names carry the unit where the kernel's own name does not say it.
#pragma once

#include <string_view>

#include "codec/fields.h"
#include "model/recording.h"

namespace weir::codec {

inline std::string_view enumerator_id(Family family, Tag<Family> /*tag*/) { return family == Family::ipv6 ? "ipv6" : "ipv4"; }

inline bool parse_enumerator(std::string_view id, Family& family, Tag<Family> /*tag*/) {
  family = id == "ipv6" ? Family::ipv6 : Family::ipv4;
  return id == "ipv6" || id == "ipv4";
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Provenance> /*tag*/) {
  visit("hostname", x.hostname);
  visit("machine_id", x.machine_id);
  visit("kernel", x.kernel);
  visit("boot_id", x.boot_id);
  visit("netns", x.netns);
  visit("netns_cookie", x.netns_cookie);
  visit("initial_netns", x.initial_netns);
  visit("boot_time_ns", x.boot_time);
  visit("wall_time_ns", x.wall_time);
  visit("uid", x.uid);
  visit("weir_version", x.weir_version);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Host> /*tag*/) {
  visit("cpus", x.cpus);
  visit("memory_bytes", x.memory);
  visit("page_size_bytes", x.page_size);
  visit("buffer_pages", x.buffer_pages);
  visit("ticks_per_second", x.ticks_per_second);
  visit("ehash_entries", x.ehash_entries);
  visit("cpu_busy_ticks", x.cpu_busy);
  visit("cpu_total_ticks", x.cpu_total);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Owner> /*tag*/) {
  visit("pid", x.pid);
  visit("fd", x.fd);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Listener> /*tag*/) {
  visit("family", x.family);
  visit("address", x.address);
  visit("port", x.port);
  visit("interface", x.interface);
  visit("cookie", x.cookie);
  visit("inode", x.inode);
  visit("uid", x.uid);
  visit("queue", x.queue);
  visit("backlog", x.backlog);
  visit("drops", x.drops);
  visit("half_open", x.half_open);
  visit("v6only", x.v6only);
  visit("owners", x.owners);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Thread> /*tag*/) {
  visit("tid", x.tid);
  visit("state", x.state);
  visit("cpu_ticks", x.cpu);
  visit("wait", x.wait);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<CpuThrottling> /*tag*/) {
  visit("periods", x.periods);
  visit("throttled_periods", x.throttled_periods);
  visit("throttled_time_ns", x.throttled_time);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Process> /*tag*/) {
  visit("pid", x.pid);
  visit("parent", x.parent);
  visit("start_time_ticks", x.start_time);
  visit("command", x.command);
  visit("cgroup", x.cgroup);
  visit("cpu_ticks", x.cpu);
  visit("files", x.files);
  visit("file_limit", x.file_limit);
  visit("file_limit_hard", x.file_limit_hard);
  visit("threads", x.threads);
  visit("throttling", x.throttling);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Link> /*tag*/) {
  visit("index", x.index);
  visit("name", x.name);
  visit("kind", x.kind);
  visit("up", x.up);
  visit("carrier", x.carrier);
  visit("loopback", x.loopback);
  visit("mtu_bytes", x.mtu);
  visit("speed_mbit", x.speed_mbit);
  visit("rx_bytes", x.rx_bytes);
  visit("tx_bytes", x.tx_bytes);
  visit("rx_packets", x.rx_packets);
  visit("tx_packets", x.tx_packets);
  visit("rx_errors", x.rx_errors);
  visit("tx_errors", x.tx_errors);
  visit("rx_dropped", x.rx_dropped);
  visit("tx_dropped", x.tx_dropped);
  visit("rx_missed_errors", x.rx_missed_errors);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<SoftnetCpu> /*tag*/) {
  visit("cpu", x.cpu);
  visit("processed", x.processed);
  visit("dropped", x.dropped);
  visit("time_squeeze", x.time_squeeze);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<ConfigLine> /*tag*/) {
  visit("file", x.file);
  visit("line", x.line);
  visit("key", x.key);
  visit("value", x.value);
  visit("ignore_error", x.ignore_error);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<NotSeen> /*tag*/) {
  visit("what", x.what);
  visit("why", x.why);
  visit("hides", x.hides);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Snapshot> /*tag*/) {
  visit("provenance", x.provenance);
  visit("host", x.host);
  visit("sysctls", x.sysctls);
  visit("counters", x.counters);
  visit("sockstat", x.sockstat);
  visit("states", x.states);
  visit("tables", x.tables);
  visit("softnet", x.softnet);
  visit("links", x.links);
  visit("listeners", x.listeners);
  visit("processes", x.processes);
  visit("configuration", x.configuration);
  visit("not_seen", x.not_seen);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Series> /*tag*/) {
  visit("resource", x.resource);
  visit("metric", x.metric);
  visit("times_ns", x.times);
  visit("values", x.values);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Event> /*tag*/) {
  visit("time_ns", x.time);
  visit("kind", x.kind);
  visit("fields", x.fields);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Histogram> /*tag*/) {
  visit("name", x.name);
  visit("edges", x.edges);
  visit("counts", x.counts);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<FlowSample> /*tag*/) {
  visit("seen", x.seen);
  visit("total", x.total);
  visit("chosen", x.chosen);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Bound> /*tag*/) {
  visit("collection", x.collection);
  visit("limit", x.limit);
  visit("dropped", x.dropped);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Recording> /*tag*/) {
  visit("first", x.first);
  visit("last", x.last);
  visit("samples", x.samples);
  visit("series", x.series);
  visit("events", x.events);
  visit("histograms", x.histograms);
  visit("flow_samples", x.flow_samples);
  visit("bounds", x.bounds);
}

}  // namespace weir::codec
