// The fields of Snapshots and Recordings in JSON: weir.snapshot/1 and weir.recording/1. Not their
// order of reading, nor their judgement. A name includes the unit if the kernel's own name does not
// imply it.
#pragma once

#include <string_view>

#include "codec/fields.h"
#include "model/recording.h"

namespace weir::codec {

inline std::string_view enumerator_id(Family family, Tag<Family> /*tag*/) {
  return family == Family::ipv6 ? "ipv6" : "ipv4";
}

inline bool parse_enumerator(std::string_view id, Family& family, Tag<Family> /*tag*/) {
  family = id == "ipv6" ? Family::ipv6 : Family::ipv4;
  return id == "ipv6" || id == "ipv4";
}

inline std::string_view enumerator_id(Subject subject, Tag<Subject> /*tag*/) {
  return subject_id(subject);
}

inline bool parse_enumerator(std::string_view id, Subject& subject, Tag<Subject> /*tag*/) {
  const auto parsed = parse_subject(id);
  if (parsed) subject = *parsed;
  return parsed.has_value();
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Provenance> /*tag*/) {
  visit("hostname", x.hostname);
  visit("machine_id", x.place.machine_id);
  visit("kernel", x.kernel);
  visit("boot_id", x.place.boot_id);
  visit("netns", x.place.netns);
  visit("netns_cookie", x.place.netns_cookie);
  visit("initial_netns", x.initial_netns);
  visit("boot_time_ns", x.boot_time);
  visit("wall_time_ns", x.wall_time);
  visit("uid", x.uid, uid_bounds);
  visit("weir_version", x.weir_version);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Host> /*tag*/) {
  visit("cpus", x.cpus, count_bounds);
  visit("memory_bytes", x.memory, count_bounds);
  visit("page_size_bytes", x.page_size);
  visit("buffer_pages", x.buffer_pages);
  visit("ticks_per_second", x.ticks_per_second);
  visit("ehash_entries", x.ehash_entries, count_bounds);
  visit("cpu_busy_ticks", x.cpu_busy);
  visit("cpu_total_ticks", x.cpu_total);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Owner> /*tag*/) {
  visit("pid", x.pid, pid_bounds);
  visit("fd", x.fd, descriptor_bounds);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Listener> /*tag*/) {
  visit("family", x.family);
  visit("address", x.address);
  visit("port", x.port, port_bounds);
  visit("interface", x.interface, interface_bounds);
  visit("cookie", x.cookie);
  visit("inode", x.inode);
  visit("uid", x.uid, uid_bounds);
  visit("queue", x.queue, count_bounds);
  visit("backlog", x.backlog, count_bounds);
  visit("drops", x.drops, count_bounds);
  visit("half_open", x.half_open, count_bounds);
  visit("v6only", x.v6only);
  visit("owners", x.owners);
  visit("half_open_stale", x.half_open_stale, count_bounds);
  visit.added("connections", x.connections, count_bounds);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Thread> /*tag*/) {
  visit("tid", x.tid, pid_bounds);
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
  visit("pid", x.pid, pid_bounds);
  visit("parent", x.parent, pid_bounds);
  visit("start_time_ticks", x.start_time);
  visit("command", x.command);
  visit("cgroup", x.cgroup);
  visit("cpu_ticks", x.cpu);
  visit("files", x.files, count_bounds);
  visit("file_limit", x.file_limit, count_bounds);
  visit("file_limit_hard", x.file_limit_hard, count_bounds);
  visit("threads", x.threads);
  visit("throttling", x.throttling);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<LinkModes> /*tag*/) {
  visit("duplex", x.duplex);
  visit("autonegotiation", x.autonegotiation);
  visit("supported_mbit", x.supported_mbit);
  visit("advertised_mbit", x.advertised_mbit);
  visit("peer_mbit", x.peer_mbit);
  visit("supports_full", x.supports_full);
  visit("peer_full", x.peer_full);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Link> /*tag*/) {
  visit("index", x.index, interface_bounds);
  visit("name", x.name);
  visit("kind", x.kind);
  visit("up", x.up);
  visit("carrier", x.carrier);
  visit("loopback", x.loopback);
  visit.added("address", x.address);
  visit.added("permanent_address", x.permanent_address);
  visit("mtu_bytes", x.mtu, count_bounds);
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
  visit.added("master", x.master, interface_bounds);
  visit("carrier_changes", x.carrier_changes);
  visit.added("addresses", x.addresses);
  visit.added("addressed", x.addressed);
  visit.added("routed", x.routed);
  visit.added("rx_queues", x.rx_queues, count_bounds);
  visit("rps", x.rps);
  visit("modes", x.modes);
  visit("txqueuelen", x.transmit_length, count_bounds);
  visit.added("attributes", x.attributes);
  visit.added("maxima", x.maxima);
  visit.added("statistics", x.statistics);
  visit.added("driver", x.driver);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<SoftnetCpu> /*tag*/) {
  visit("cpu", x.cpu, count_bounds);
  visit("processed", x.processed);
  visit("dropped", x.dropped);
  visit("time_squeeze", x.time_squeeze);
  visit.added("received_rps", x.received_rps);
  visit.added("flow_limit", x.flow_limit);
  visit("queue_length", x.queue_length);
  visit.added("softirq_ticks", x.softirq);
  visit.added("idle_ticks", x.idle);
  visit.added("total_ticks", x.total);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Qdisc> /*tag*/) {
  visit("link", x.link, interface_bounds);
  visit("kind", x.kind);
  visit("handle", x.handle);
  visit("parent", x.parent);
  visit("root", x.root);
  visit("ingress", x.ingress);
  visit("bytes", x.bytes);
  visit("packets", x.packets);
  visit("drops", x.drops);
  visit("overlimits", x.overlimits);
  visit("requeues", x.requeues);
  visit("backlog_bytes", x.backlog, count_bounds);
  visit("queue_length", x.queue_length, count_bounds);
  visit("rate_bytes", x.rate_bytes);
  visit("limit", x.limit);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Gateway> /*tag*/) {
  visit("family", x.family);
  visit("address", x.address);
  visit("link", x.link, interface_bounds);
  visit("link_address", x.link_address);
  visit("state", x.state);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<GroupOwner> /*tag*/) {
  visit("pid", x.pid, pid_bounds);
  visit("command", x.command);
  visit("found", x.found, count_bounds);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<SocketGroup> /*tag*/) {
  visit("state", x.state);
  visit("family", x.family);
  visit("incoming", x.incoming);
  visit("port", x.port, port_bounds);
  visit("peer", x.peer);
  visit("peer_port", x.peer_port, port_bounds);
  visit("count", x.count, count_bounds);
  visit("orphans", x.orphans, count_bounds);
  visit("retransmitting", x.retransmitting, count_bounds);
  visit("lasting", x.lasting, count_bounds);
  visit("unread", x.unread, count_bounds);
  visit("oldest_ns", x.oldest);
  visit("older_than_10_s", x.older_than_10_s, count_bounds);
  visit("older_than_60_s", x.older_than_60_s, count_bounds);
  visit("looked_for", x.looked_for, count_bounds);
  visit("owners", x.owners);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<PortUse> /*tag*/) {
  visit("family", x.family);
  visit("source", x.source);
  visit("destination", x.destination);
  visit("port", x.port, port_bounds);
  visit("used", x.used, count_bounds);
  visit("time_wait", x.time_wait, count_bounds);
  visit("inode", x.inode);
  visit("owners", x.owners);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<UdpSocket> /*tag*/) {
  visit("family", x.family);
  visit("address", x.address);
  visit("port", x.port, port_bounds);
  visit("inode", x.inode);
  visit("drops", x.drops, count_bounds);
  visit("receive_queue_bytes", x.receive_queue);
  visit("owners", x.owners);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<PeerGroup> /*tag*/) {
  visit("family", x.family);
  visit("prefix", x.prefix);
  visit("port", x.port, port_bounds);
  visit("connections", x.connections, count_bounds);
  visit("silent", x.silent, count_bounds);
  visit("trickling", x.trickling, count_bounds);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<FlowState> /*tag*/) {
  visit("retransmits", x.retransmits);
  visit("backoff", x.backoff);
  visit("total_retrans", x.total_retrans);
  visit("lost", x.lost);
  visit("unacked", x.unacked);
  visit("sacked", x.sacked);
  visit("snd_cwnd", x.snd_cwnd);
  visit("reordering", x.reordering);
  visit("segs_out", x.segs_out);
  visit("segs_in", x.segs_in);
  visit("data_segs_out", x.data_segs_out);
  visit("data_segs_in", x.data_segs_in);
  visit("snd_mss_bytes", x.snd_mss);
  visit("rcv_mss_bytes", x.rcv_mss);
  visit("pmtu_bytes", x.pmtu);
  visit("rtt_ns", x.rtt);
  visit("min_rtt_ns", x.min_rtt);
  visit("rcv_rtt_ns", x.rcv_rtt);
  visit("rcv_space_bytes", x.rcv_space);
  visit("snd_wnd_bytes", x.snd_wnd);
  visit("last_data_sent_ns", x.last_data_sent);
  visit("last_data_recv_ns", x.last_data_recv);
  visit("last_ack_recv_ns", x.last_ack_recv);
  visit("bytes_acked", x.bytes_acked);
  visit("bytes_received", x.bytes_received);
  visit("notsent_bytes", x.notsent);
  visit("busy_ns", x.busy);
  visit("rwnd_limited_ns", x.rwnd_limited);
  visit("sndbuf_limited_ns", x.sndbuf_limited);
  visit("delivery_rate_bytes", x.delivery_rate);
  visit("app_limited", x.app_limited);
  visit("receive_queue_bytes", x.receive_queue);
  visit("send_queue_bytes", x.send_queue);
  visit("rmem_alloc_bytes", x.rmem_alloc);
  visit("rcvbuf_bytes", x.rcvbuf);
  visit("wmem_queued_bytes", x.wmem_queued);
  visit("sndbuf_bytes", x.sndbuf);
  visit("timer", x.timer);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Flow> /*tag*/) {
  visit("family", x.family);
  visit("address", x.address);
  visit("port", x.port, port_bounds);
  visit("peer", x.peer);
  visit("peer_port", x.peer_port, port_bounds);
  visit("cookie", x.cookie);
  visit("inode", x.inode);
  visit("incoming", x.incoming);
  visit("state", x.state);
  visit("first", x.first);
  visit("last", x.last);
  visit("pids", x.pids, pid_bounds);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<ConfigLine> /*tag*/) {
  visit("file", x.file);
  visit("line", x.line, line_bounds);
  visit("key", x.key);
  visit("value", x.value);
  visit("ignore_error", x.ignore_error);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<NotSeen> /*tag*/) {
  visit("what", x.what);
  visit("why", x.why);
  visit("hides", x.hides);
  visit.known("subject", x.subject);
}

/// Flat, as the groups are weir's own: a file does not know them.
template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Snapshot> /*tag*/) {
  visit("provenance", x.provenance);
  visit("host", x.host);
  visit("sysctls", x.settings.sysctls);
  visit("counters", x.counters.snmp);
  visit("sockstat", x.counters.sockstat);
  visit("states", x.sockets.states, count_bounds);
  visit("tables", x.counters.tables);
  visit("softnet", x.counters.softnet);
  visit("links", x.network.links);
  visit("listeners", x.sockets.listeners);
  visit("processes", x.processes);
  visit("configuration", x.settings.configuration);
  visit("not_seen", x.not_seen);
  visit.added("read_by", x.read_by);
  visit.added("qdiscs", x.network.qdiscs);
  visit.added("gateways", x.network.gateways);
  visit.added("socket_groups", x.sockets.socket_groups);
  visit.added("port_uses", x.sockets.port_uses);
  visit.added("peer_groups", x.sockets.peer_groups);
  visit.added("udp_sockets", x.sockets.udp_sockets);
  visit.added("tuners", x.settings.tuners);
}

// The fields of an event stand in the order of their names, as every weir has written them. A field
// that this weir does not know is ignored, as in every other object.

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<ListenerOpened> /*tag*/) {
  visit.as_text("listener", x.listener);
  visit("name", x.name);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<ListenerClosed> /*tag*/) {
  visit.as_text("listener", x.listener);
  visit("name", x.name);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<OwnerState> /*tag*/) {
  visit.as_text("cpu", x.cpu);
  visit.as_text("files", x.files, count_bounds);
  visit.as_text("listener", x.listener);
  visit.as_text("pid", x.pid, pid_bounds);
  visit("state", x.state);
  visit.as_text("tid", x.tid, pid_bounds);
  visit.added("wait", x.wait);
}

// What a Series is of, and the kind of an Event, are words in a file and types in weir.
void fields(FieldWriter& visit, const Series& series, Tag<Series> tag);
void fields(FieldReader& visit, Series& series, Tag<Series> tag);
void fields(FieldWriter& visit, const Event& event, Tag<Event> tag);
void fields(FieldReader& visit, Event& event, Tag<Event> tag);

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Histogram> /*tag*/) {
  visit("name", x.name);
  visit("edges", x.edges);
  visit("counts", x.counts, count_bounds);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<FlowSample> /*tag*/) {
  visit("seen", x.seen, count_bounds);
  visit("total", x.total, count_bounds);
  visit("chosen", x.chosen);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Bound> /*tag*/) {
  visit("collection", x.collection);
  visit("limit", x.limit, count_bounds);
  visit("dropped", x.dropped, count_bounds);
}

template <class Visit, class X>
void fields(Visit& visit, X& x, Tag<Recording> /*tag*/) {
  visit("first", x.first);
  visit("last", x.last);
  visit("samples", x.samples, count_bounds);
  visit("series", x.series);
  visit("events", x.events);
  visit("histograms", x.histograms);
  visit("flow_samples", x.flow_samples);
  visit("bounds", x.bounds);
  visit.added("flows", x.flows);
}

}  // namespace weir::codec
