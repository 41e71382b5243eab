// Values like those of a real server, for tests of the output. Not the values that judge or plan
// would make of them.
#pragma once

#include "model/configuration.h"
#include "model/drift.h"
#include "model/finding.h"
#include "model/history.h"
#include "model/plan.h"
#include "model/sizing.h"

namespace weir::test {

inline Provenance sample_host() {
  Provenance host;
  host.hostname = "web1";
  host.kernel = "6.1.0-18-amd64";
  host.place.boot_id = "5f1e2a60-3b43-4f7e-9d35-6f4b1f1f8a11";
  host.place.netns = 4026531840;
  host.initial_netns = true;
  host.wall_time = {1'709'251'199'123'456'789};
  return host;
}

inline Finding sample_backlog_finding() {
  Finding finding;
  finding.id = "accept-queue.app-backlog";
  finding.stage = Stage::accept_queue;
  finding.severity = Severity::critical;
  finding.resource.kind = "listener";
  finding.resource.name = "0.0.0.0:80";
  finding.resource.netns = 4026531840;
  finding.resource.cookie = 77;
  finding.resource.inode = 1234;
  finding.resource.port = 80;
  finding.resource.pids = {812, 813};
  finding.resource.command = "nginx";
  finding.resource.group_size = 1;
  finding.evidence = {{"netstat", "TcpExt.ListenOverflows", 312, 104.0, 9120, "boot", {}},
                      {"sock_diag", "accept queue peak", {}, {}, {}, {}, "512 of 511"}};
  finding.symptoms = {{"syn-queue.overflow",
                       {{"netstat", "TcpExt.TCPReqQFullDoCookies", 40, 13.3, 40, "boot", {}}}}};
  finding.title = "the backlog of 0.0.0.0:80 is too small for its bursts";
  finding.meaning =
      "nginx gave listen() a backlog of 511, and the accept queue of 0.0.0.0:80 overflowed 312 times in the window (104.0 a second, peak 512). "
      "The queue was full in 4 % of the samples and empty in 90 %, so the application keeps up and only the bursts do not fit.";
  finding.remedy =
      "Raise the backlog to 4096. `weir plan` can raise it on the running server without a restart.";
  finding.risk =
      "A queue that takes longer to drain than clients wait turns refusals into timeouts.";
  finding.changes = {{StepKind::sysctl, "net.core.somaxconn", "511", "4096"},
                     {StepKind::listener, "0.0.0.0:80", "511", "4096"}};
  finding.lost_per_second = 104;
  return finding;
}

inline Finding sample_setting_notice() {
  Finding finding;
  finding.id = "host.setting-removed";
  finding.stage = Stage::host;
  finding.severity = Severity::notice;
  finding.resource.kind = "setting";
  finding.resource.name = "net.ipv4.tcp_tw_recycle";
  finding.resource.file = "/etc/sysctl.d/90-tuning.conf";
  finding.resource.line = 12;
  finding.title = "net.ipv4.tcp_tw_recycle does not exist in this kernel";
  finding.evidence = {{"file", "net.ipv4.tcp_tw_recycle", {}, {}, {}, {}, "1"}};
  finding.meaning = "Linux 4.12 removed it, so the line does nothing.";
  finding.remedy = "Delete the line.";
  finding.risk = "None.";
  return finding;
}

inline std::vector<StageReport> sample_stages(std::int64_t overflows) {
  return {
      {Stage::link,
       {{"interface",
         "eth0 received",
         "bit/s",
         1'000'000'000,
         {},
         117'440'512,
         240'000'000,
         {},
         0}}},
      {Stage::neighbour,
       {{"table", "IPv4 entries", "entries", 1024, {128, 512, 1024}, 14, {}, {}, 0}}},
      {Stage::syn_queue, {{"listener", "0.0.0.0:80", "requests", 511, {}, 2, 17, {}, 0}}},
      {Stage::accept_queue,
       {{"listener", "[::1]:25", "connections", 101, {}, 0, 0, {}, 0},
        {"listener", "0.0.0.0:80", "connections", 512, {}, 3, 512, 0.04, overflows}}},
      {Stage::buffers,
       {{"table", "TCP memory", "pages", 190'000, {95'000, 126'000, 190'000}, 9216, {}, {}, 0}}},
      {Stage::transmission, {}},
      {Stage::idle, {{"table", "established", "connections", {}, {}, 1'312'004, {}, {}, {}}}},
      {Stage::close, {{"table", "orphans", "sockets", 65536, {}, 12, {}, {}, 0}}},
      {Stage::time_wait, {{"table", "TIME_WAIT", "sockets", 65536, {}, 61'000, {}, {}, 0}}},
      {Stage::connect, {}},
      {Stage::host,
       {{"process", "nginx (812) open files", "files", 1024, {}, 431, {}, {}, {}},
        {"table", "open files", "files", 9'223'372'036'854'775'807, {}, 2048, {}, {}, {}}}}};
}

inline Report sample_report() {
  Report report;
  report.host = sample_host();
  report.window = seconds(3);
  report.stages = sample_stages(312);
  report.findings = {sample_backlog_finding(), sample_setting_notice()};
  report.read_by = {{"SYN queues", "BPF"}, {"sockets", "sock_diag"}};
  report.not_seen = {{Subject::owners,
                      "owners of 3 sockets of other users",
                      "needs root (CAP_SYS_PTRACE)",
                      {"accept-queue.slow-application", "host.file-limit"}}};
  return report;
}

inline Report sample_quiet_report() {
  Report report;
  report.host = sample_host();
  report.window = milliseconds(5000);
  report.stages = sample_stages(0);
  report.stages[3].resources[1].peak = 40;
  return report;
}

inline Plan sample_plan() {
  Plan plan;
  plan.binding = {.place = {.machine_id = "0123456789abcdef0123456789abcdef",
                            .boot_id = "5f1e2a60-3b43-4f7e-9d35-6f4b1f1f8a11",
                            .netns = 4026531840},
                  .kernel = "6.1.0-18-amd64"};
  plan.made_at = {1'709'251'203'000'000'000};
  plan.weir_version = "0.1.0";
  Step somaxconn;
  somaxconn.target = SysctlTarget{"net.core.somaxconn"};
  somaxconn.expected = "511";
  somaxconn.wanted = "4096";
  somaxconn.finding = "accept-queue.app-backlog";
  somaxconn.reason = "The kernel cuts every backlog to somaxconn, so it has to be raised first.";
  somaxconn.formula =
      "next power of two above 512 + 3 × 312 = 2048, at least the kernel's default of 4096";
  somaxconn.risk = "None by itself: only a listen() that asks for more gets more.";
  somaxconn.scope = "this network namespace, until the next boot";
  somaxconn.durable = "net.core.somaxconn = 4096 in /etc/sysctl.d/90-weir.conf";
  Step backlog = somaxconn;
  backlog.target = ListenerTarget{.cookie = 77,
                                  .inode = 1234,
                                  .family = Family::ipv4,
                                  .name = "0.0.0.0:80",
                                  .command = "nginx",
                                  .owners = {{.pid = 812, .fd = 6}, {.pid = 813, .fd = 6}}};
  backlog.reason = "The accept queue overflowed 312 times in 3 s.";
  backlog.risk = "Clients may wait longer instead of being refused.";
  backlog.scope = "this socket; it ends when nginx closes it";
  backlog.durable = "nginx: listen 80 backlog=4096;";
  plan.steps = {somaxconn, backlog};
  plan.notes = {
      "host.setting-removed: delete line 12 of /etc/sysctl.d/90-tuning.conf by hand; weir does not edit other tools' files"};
  return plan;
}

/// A step of each kind that was added after the first golden file.
inline Plan sample_nic_plan() {
  Plan plan = sample_plan();
  plan.notes.clear();
  Step ring;
  ring.target = LinkTarget{
      .interface = "eth0", .index = 2, .address = "52:54:00:00:00:01", .attribute = "ring.rx"};
  ring.expected = "256";
  ring.wanted = "512";
  ring.finding = "link.rx-drops";
  ring.reason = "The receive ring overran 812 times in 3 s.";
  ring.formula = "twice 256, at most the device's 4096 = 512";
  ring.risk = "The driver stops the interface for a moment to make the new ring.";
  ring.scope = "eth0, until its driver is loaded anew";
  ring.durable = "a [Link] file of systemd: RxBufferSize=512";
  Step qdisc = ring;
  qdisc.target = LinkTarget{
      .interface = "eth0", .index = 2, .address = "52:54:00:00:00:01", .attribute = "qdisc"};
  qdisc.expected = "pfifo_fast 0:";
  qdisc.wanted = "fq";
  Step limit = ring;
  limit.target =
      LimitTarget{.pid = 812, .start_time = 123456, .command = "nginx", .resource = "nofile"};
  limit.expected = "1024 524288";
  limit.wanted = "65536 524288";
  plan.steps = {ring, qdisc, limit};
  return plan;
}

inline ConfigReport sample_config_report() {
  ConfigReport report;
  report.host.kernel = {5, 14, 0};
  report.host.kernel_text = "5.14";
  report.host.memory = {64LL << 30U};
  report.host.cpus = 8;
  report.host.described = true;
  const std::string file = "/etc/sysctl.d/90-tuning.conf";
  report.lines = {
      {{file, 3, "net.ipv4.tcp_syncookies", "1", false}, Verdict::kernel_default, {}, "1", ""},
      {{file, 4, "net.ipv4.tcp_tw_recycle", "1", false},
       Verdict::removed,
       Severity::notice,
       "",
       "Linux 4.12 removed it; the line does nothing but fail."},
      {{file, 5, "net.ipv4.tcp_mem", "94500000 915000000 927000000", false},
       Verdict::harmful,
       Severity::warning,
       "764337 1019119 1528674",
       "The unit is pages: the last threshold is 3.5 TiB, more than the machine has, so the kernel never slows TCP down before memory is gone."},
      {{"/etc/sysctl.conf", 1, "vendor.knob", "x", false}, Verdict::unknown, {}, "", ""}};
  return report;
}

/// A moment after the deadline of sample_history()'s overdue entry.
inline BootMoment sample_moment() { return {"boot-1", seconds(1031)}; }

/// An entry that waits, an entry whose watchdog is gone, and an entry that is undone but for the
/// changes of others.
inline std::vector<HistoryEntry> sample_history() {
  HistoryEntry overdue;
  overdue.id = 9;
  overdue.created = {1'709'251'803'000'000'000};
  overdue.place.boot_id = "boot-1";
  overdue.state = EntryState::unconfirmed;
  overdue.deadline = seconds(1030);
  overdue.steps = {
      {StepKind::sysctl, "net.ipv4.tcp_fin_timeout", "goal", "20", "60", StepState::done, ""}};
  HistoryEntry newest;
  newest.id = 8;
  newest.created = {1'709'251'203'000'000'000};
  newest.state = EntryState::unconfirmed;
  newest.steps = {{StepKind::sysctl, "net.core.somaxconn", "accept-queue.app-backlog", "4096",
                   "511", StepState::done, "", PersistState::asked},
                  {StepKind::listener, "0.0.0.0:80", "accept-queue.app-backlog", "4096", "511",
                   StepState::done, ""}};
  newest.steps.front().sides = {{SysctlTarget{"net.ipv4.conf.all.accept_redirects"}, "1", "0"},
                                {SysctlTarget{"net.ipv4.conf.eth0.forwarding"}, "1", "1"}};
  HistoryEntry older;
  older.id = 7;
  older.created = {1'709'151'203'000'000'000};
  older.state = EntryState::partly_undone;
  older.note = "not confirmed in time";
  older.steps = {{StepKind::sysctl, "net.core.somaxconn", "", "8192", "511", StepState::left_alone,
                  "somebody else set it to 1024 since"}};
  return {overdue, newest, older};
}

/// One row for each value of Ahead.
inline Drift sample_drift() {
  const ConfigLine own{"/etc/sysctl.d/99-weir.conf", 4, "net.core.somaxconn", "4096", false};
  const ConfigLine later{"/etc/sysctl.d/99-zz.conf", 2, "net.ipv4.tcp_fin_timeout", "30", false};
  Drift drift;
  drift.host = sample_host();
  drift.rows = {
      {3, StepKind::sysctl, "net.core.somaxconn", "4096", "4096", own, true, Ahead::weir, false},
      {3, StepKind::sysctl, "net.ipv4.tcp_fin_timeout", "20", "30", later, true,
       Ahead::configuration, true},
      {4, StepKind::sysctl, "net.ipv4.tcp_max_syn_backlog", "8192", "256", std::nullopt, false,
       Ahead::before, false},
      {4, StepKind::sysctl, "net.ipv4.tcp_rmem", "4096 131072 16777216", "4096 131072 999",
       std::nullopt, false, Ahead::somebody, false},
      {5, StepKind::listener, "0.0.0.0:80", "4096", "511", std::nullopt, false, Ahead::anew, false},
      {5, StepKind::listener, "0.0.0.0:8080", "4096", std::nullopt, std::nullopt, false,
       Ahead::gone, false}};
  drift.elsewhere = 1;
  drift.not_seen = {{Subject::configuration, "the settings in /etc/sysctl.d/50-web.conf",
                     "cannot open it: Permission denied"}};
  return drift;
}

/// A need that settings cure, a need that no setting cures, a need that fits, and a need without a
/// limit.
inline Sizing sample_sizing() {
  Sizing sizing;
  sizing.goal.connections = 1'000'000;
  sizing.goal.rate = {50'000};
  sizing.goal.round_trip = milliseconds(50);
  sizing.goal.bandwidth = {9'000'000'000};
  sizing.goal.application = Bytes{std::int64_t{24} * 1024};
  sizing.host.name = "web1";
  sizing.host.kernel_text = "6.1.0-18-amd64";
  sizing.host.kernel = {6, 1, 0};
  sizing.host.memory = Bytes{std::int64_t{16} << 30};
  sizing.host.cpus = 8;
  sizing.host.link = "eth0";
  sizing.host.link_speed = BitsPerSecond{10'000'000'000};
  sizing.host.server = "nginx (812)";
  sizing.host.file_limit = 20'000;
  sizing.needs = {
      {Stage::link, "link", "eth0", "bit/s", 9'559'392'266, 10'000'000'000, "bit/s", 9'000'000'000,
       9'414'824'447, 9'414'824'447, "9 Gbit/s of payload x 1538 / 1448 bytes of a full frame",
       "a faster link, or several in a bond"},
      {Stage::accept_queue, "accept queue", "", "connections", 5000, 4096, "connections/s", 50'000,
       40'970, 655'360, "50000/s x 100 ms without accept() = 5000",
       "several listeners with SO_REUSEPORT, or an application that pauses for less (--pause)"},
      {Stage::idle,
       "keepalive probes",
       "",
       "packets/s",
       132,
       {},
       "connections",
       1'000'000,
       {},
       {},
       "950000 idle / 7200 s, of those that ask for SO_KEEPALIVE",
       ""},
      {Stage::host, "open files", "nginx (812)", "files", 1'001'024, 20'000, "connections",
       1'000'000, 18'976, 2'147'482'560, "1000000 / 1 process + 1024 for other files = 1001024",
       "more processes (--workers), each with its own limit"},
      {Stage::host, "memory", "", "bytes", 30'259'200'000, 12'884'901'888, "connections", 1'000'000,
       410'864, 410'864,
       "1000000 sockets x 4096 B + 50000 active x 16384 B + TIME_WAIT 768000000 B + application 24576000000 B, of 75 % of the memory",
       "an application that keeps less for each connection, or more memory"}};
  sizing.settings = {
      {StepKind::sysctl, "net.core.somaxconn", "4096", "8192",
       "connections wait while the application does something else",
       "50000/s x 100 ms without accept() = 5000, up to a power of two, at most 65535 = 8192",
       "clients of an application that stays behind wait longer instead of being refused"},
      {StepKind::limit, "RLIMIT_NOFILE of nginx (812)", "20000", "1001024",
       "each connection is an open file of the process",
       "1000000 / 1 process + 1024 for other files = 1001024", "none known below fs.nr_open"}};
  sizing.breaks = {"open files", "memory", "accept queue"};
  sizing.unreachable = {
      "memory: no setting carries more than 410864 connections of 1000000; an application that keeps less for each connection, or more memory"};
  sizing.notes = {"one process is taken to hold all connections; give the number with --workers"};
  return sizing;
}

}  // namespace weir::test
