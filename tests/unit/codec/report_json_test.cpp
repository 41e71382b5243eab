#include "codec/report_json.h"

#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::codec::report_json_test {

using testing::HasSubstr;

Report report() {
  Report report;
  report.host.hostname = "web1";
  report.host.kernel = "6.1.0";
  report.host.place.netns = 4026531840;
  report.host.place.boot_id = "b";
  report.host.wall_time = {1'709'251'199'123'456'789};
  report.window = milliseconds(3000);
  report.stages.push_back(
      {Stage::accept_queue,
       {{"listener", "0.0.0.0:80", "connections", 512, {}, 3, 512, 0.41, 312}}});
  report.stages.push_back(
      {Stage::link, {{"interface", "veth0", "bit/s", {}, {1, 2}, {}, {}, {}, {}}}});
  Finding finding;
  finding.id = "accept-queue.app-backlog";
  finding.stage = Stage::accept_queue;
  finding.severity = Severity::critical;
  finding.resource.kind = "listener";
  finding.resource.name = "0.0.0.0:80";
  finding.resource.cookie = 77;
  finding.resource.pids = {812, 813};
  finding.resource.command = "ng\xff";
  Resource sibling;
  sibling.kind = "listener";
  sibling.name = "0.0.0.0:80";
  sibling.cookie = 78;
  finding.also.push_back(sibling);
  finding.evidence.push_back({"netstat", "TcpExt.ListenOverflows", 312, 104.0, 9120, "boot", {}});
  finding.symptoms.push_back({"syn-queue.overflow", {}});
  finding.meaning = "m";
  finding.changes.push_back({StepKind::listener, "0.0.0.0:80", "511", "4096"});
  finding.lost_per_second = 104.0004;
  report.findings.push_back(finding);
  report.read_by["sockets"] = "sock_diag";
  report.not_seen.push_back(
      {Subject::listeners, "sockets", "needs CAP_NET_ADMIN", {"accept-queue.app-backlog"}});
  return report;
}

TEST(ReportJson, HasTheContractsFieldsInTheContractsOrder) {
  EXPECT_EQ(report_to_json(report()), R"({
  "schema": "weir.check/1",
  "host": {
    "hostname": "web1",
    "kernel": "6.1.0",
    "netns": 4026531840,
    "boot_id": "b",
    "taken_at": "2024-02-29T23:59:59.123Z",
    "window_s": 3.0
  },
  "stages": [
    {
      "id": "accept-queue",
      "resources": [
        {
          "kind": "listener",
          "name": "0.0.0.0:80",
          "capacity": 512,
          "thresholds": [],
          "used": 3,
          "peak": 512,
          "saturation": 0.41,
          "errors": 312,
          "unit": "connections"
        }
      ]
    },
    {
      "id": "link",
      "resources": [
        {
          "kind": "interface",
          "name": "veth0",
          "capacity": null,
          "thresholds": [1, 2],
          "used": null,
          "peak": null,
          "saturation": null,
          "errors": null,
          "unit": "bit/s"
        }
      ]
    }
  ],
  "findings": [
    {
      "id": "accept-queue.app-backlog",
      "stage": "accept-queue",
      "severity": "critical",
      "resource": {
        "kind": "listener",
        "name": "0.0.0.0:80",
        "cookie": 77,
        "pids": [812, 813],
        "command": "ng\\xff"
      },
      "evidence": [
        {
          "source": "netstat",
          "name": "TcpExt.ListenOverflows",
          "delta": 312,
          "per_second": 104.0,
          "total": 9120,
          "since": "boot"
        }
      ],
      "symptoms": [
        {
          "id": "syn-queue.overflow",
          "evidence": []
        }
      ],
      "title": "",
      "meaning": "m",
      "remedy": "",
      "risk": "",
      "changes": [
        {
          "kind": "listener",
          "target": "0.0.0.0:80",
          "from": "511",
          "to": "4096"
        }
      ],
      "lost_per_second": 104.0,
      "also": [
        {
          "kind": "listener",
          "name": "0.0.0.0:80",
          "cookie": 78
        }
      ]
    }
  ],
  "not_seen": [
    {
      "what": "sockets",
      "why": "needs CAP_NET_ADMIN",
      "hides": ["accept-queue.app-backlog"]
    }
  ],
  "read_by": {
    "sockets": "sock_diag"
  }
}
)");
}

TEST(ReportJson, NumbersThatAreNotFiniteBecomeNull) {
  Report odd = report();
  odd.findings[0].lost_per_second = std::numeric_limits<double>::quiet_NaN();
  odd.findings[0].evidence[0].per_second = std::numeric_limits<double>::infinity();
  odd.stages[0].resources[0].saturation = -0.0;
  const std::string json = report_to_json(odd);
  EXPECT_THAT(json, HasSubstr("\"lost_per_second\": null"));
  EXPECT_THAT(json, HasSubstr("\"per_second\": null"));
  EXPECT_THAT(json, HasSubstr("\"saturation\": 0.0"));
}

TEST(ReportJson, AConfigurationReportHasAVerdictForEachLine) {
  ConfigReport config;
  config.host.kernel_text = "5.14";
  config.host.memory = {64LL << 30U};
  config.host.described = true;
  LineVerdict line;
  line.line = {"/etc/sysctl.conf", 3, "net.ipv4.tcp_tw_recycle", "1", false};
  line.verdict = Verdict::removed;
  line.severity = Severity::notice;
  line.why = "gone";
  config.lines.push_back(line);
  EXPECT_EQ(config_report_to_json(config), R"({
  "schema": "weir.config/1",
  "host": {
    "kernel": "5.14",
    "memory_bytes": 68719476736,
    "page_size_bytes": 4096,
    "cpus": null,
    "described": true
  },
  "lines": [
    {
      "file": "/etc/sysctl.conf",
      "line": 3,
      "key": "net.ipv4.tcp_tw_recycle",
      "value": "1",
      "verdict": "removed",
      "severity": "notice",
      "why": "gone"
    }
  ],
  "findings": []
}
)");
}

}  // namespace weir::codec::report_json_test
