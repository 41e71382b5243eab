"""The rules of knowledge/parameters.toml must judge well-known files correctly, and must report no
finding on untuned hosts."""

import pathlib
import sys
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOOLS))
import check_knowledge  # noqa: E402
import knowledge_rules as rules  # noqa: E402

GIB = 1 << 30

TUTORIAL = """
net.ipv4.tcp_max_syn_backlog = 102400
net.ipv4.tcp_syn_retries = 2
net.ipv4.tcp_synack_retries = 2
net.ipv4.tcp_retries1 = 3
net.ipv4.tcp_retries2 = 5
net.ipv4.tcp_rmem = 32768 131072 16777216
net.ipv4.tcp_wmem = 8192 131072 16777216
net.ipv4.tcp_mem = 786432 1047576 1572864
net.core.rmem_default = 229376
net.core.rmem_max = 873200
net.core.wmem_default = 229376
net.core.wmem_max = 873200
net.ipv4.tcp_keepalive_time = 1800
net.ipv4.tcp_keepalive_probes = 3
net.ipv4.tcp_keepalive_intvl = 30
net.ipv4.tcp_fin_timeout = 30
net.ipv4.tcp_tw_recycle = 1
net.ipv4.tcp_tw_reuse = 1
"""

# The values of untuned kernels for the parameters that the kernel computes at boot: read on 6.18
# with 23 GiB; computed for Debian's 6.1 with 4 GiB and for 5.14 with 64 GiB. All other parameters
# have the default of the catalog.
HOSTS = {
    "6.18": (24684096 * 1024, {"tcp_mem": "287901 383869 575802",
    "udp_mem": "575802 767738 1151604", "tcp_rmem": "4096 131072 33554432",
                               "tcp_wmem": "4096 16384 4194304", "ehash": 262144,
                               "file_max": "2466183", "conntrack": "262144"}),
    "6.1": (4 * GIB, {"tcp_mem": "45777 61036 91554", "udp_mem": "91557 122076 183114",
    "tcp_rmem": "4096 131072 6291456",
                      "tcp_wmem": "4096 16384 4194304", "ehash": 32768, "file_max": "400000",
                      "conntrack": "65536"}),
    "5.14": (64 * GIB, {"tcp_mem": "764928 1019907 1529856", "udp_mem": "1529859 2039814 3059718",
    "tcp_rmem": "4096 131072 6291456",
                        "tcp_wmem": "4096 16384 4194304", "ehash": 524288, "file_max": "6500000",
                        "conntrack": "262144"}),
}  # fmt: skip


def boot_values(facts):
    ehash = facts["ehash"]
    same = {
        name: facts[name] for name in ("tcp_mem", "udp_mem", "tcp_rmem", "tcp_wmem", "file_max")
    }
    return same | {
        "tcp_max_syn_backlog": str(max(128, ehash // 128)), "tcp_max_tw_buckets": str(ehash // 2),
        "tcp_max_orphans": str(ehash // 2),
        "tcp_ehash_entries": str(ehash), "nf_conntrack_max": facts["conntrack"],
        "nf_conntrack_buckets": facts["conntrack"],
        "netdev_budget_usecs": "8000",
    }  # fmt: skip


class Host:
    """One kernel with its defaults; `lines` are a configuration that is applied on top."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.ram_bytes, facts = HOSTS[kernel]
        self.boot = boot_values(facts)
        folder = TOOLS.parent / "knowledge"
        self.catalog = check_knowledge.Catalog(
            check_knowledge.load(folder / "parameters.toml")["parameter"]
        )
        self.defaults = {
            name: value
            for name, value in (
                (name, self.default_of(entry)) for name, entry in self.catalog.by_name.items()
            )
            if value
        }

    def default_of(self, entry):
        if "removed" in entry and rules.parse_version(self.kernel) >= rules.parse_version(
            entry["removed"]
        ):
            return None
        if rules.parse_version(self.kernel) < rules.parse_version(entry.get("since", "0")):
            return None
        chosen = None
        for one in entry.get("default", []):
            if rules.parse_version(one["since"]) <= rules.parse_version(self.kernel):
                chosen = one
        return None if chosen is None else chosen.get("value", self.boot.get(chosen.get("rule")))

    def judge(self, name, value, lines=None):
        entry = self.catalog.find(name)
        facts = rules.Facts(
            value,
            self.defaults.get(entry["name"]),
            self.ram_bytes,
            2,
            self.kernel,
            True,
            self.defaults | (lines or {}) | {name: value},
        )
        return rules.judge(entry, facts)

    def judge_file(self, text):
        lines = dict(line.split(" = ") for line in text.strip().splitlines())
        return [self.judge(name, value, lines) for name, value in lines.items()]


class Tutorial(unittest.TestCase):
    def test_each_of_the_18_lines_on_a_kernel_of_today(self):
        self.assertEqual(
            ["inert", "conditional", "conditional", "default", "harmful", "harmful", "mixed",
            "harmful", "harmless", "harmful", "harmless", "harmful",
             "conditional", "conditional", "conditional", "harmless", "removed", "conditional"],
            Host("6.18").judge_file(TUTORIAL),
        )  # fmt: skip

    def test_the_same_lines_on_an_older_and_larger_host(self):
        # rmem_max is above the old default. A host with 64 GiB has 6 GiB of TCP memory by default.
        # 16 MiB is above the old maximum.
        self.assertEqual(
            ["inert", "conditional", "conditional", "default", "harmful", "mixed", "mixed",
            "changed", "harmless", "changed", "harmless", "changed",
             "conditional", "conditional", "conditional", "harmless", "removed", "conditional"],
            Host("5.14").judge_file(TUTORIAL),
        )  # fmt: skip

    def test_tcp_mem_of_a_large_host_exceeds_a_small_one(self):
        self.assertEqual("harmful", Host("6.1").judge("net.ipv4.tcp_mem", "786432 1047576 1572864"))


class Untuned(unittest.TestCase):
    def test_defaults_get_no_complaint(self):
        for kernel in HOSTS:
            host = Host(kernel)
            for name, value in host.defaults.items():
                entry = host.catalog.by_name[name]
                with self.subTest(kernel=kernel, name=name):
                    self.assertIn(
                        host.judge(name, value),
                        {"default", "inert"} if "inert_since" in entry else {"default"},
                    )

    def test_rules_do_not_match_defaults(self):
        # weir does not apply rules to a default. But its estimate of a host's own value may be a
        # little off, and such a value must not match a rule.
        for kernel in HOSTS:
            host = Host(kernel)
            for name, value in host.defaults.items():
                entry = host.catalog.by_name[name]
                facts = rules.Facts(value, value, host.ram_bytes, 2, kernel, True, host.defaults)
                met = [
                    rule["when"]
                    for rule in entry.get("verdict", [])
                    if rules.holds(rules.parse_when(rule["when"]), facts)
                ]
                with self.subTest(kernel=kernel, name=name):
                    self.assertEqual([], met)

    def test_settings_of_distributions_are_not_harmful(self):
        host = Host("6.18")
        for name, value in {
            "net.core.default_qdisc": "fq_codel", "net.ipv4.conf.all.rp_filter": "2",
            "net.ipv4.conf.eth0.rp_filter": "1",
            "fs.file-max": "9223372036854775807", "fs.nr_open": "1073741816",
            "net.ipv4.tcp_congestion_control": "bbr",
            "net.core.optmem_max": "131072", "net.core.netdev_budget_usecs": "8000",
        }.items():  # fmt: skip
            with self.subTest(name=name):
                self.assertNotIn(
                    host.judge(name, value), {"harmful", "lowers-default", "malformed"}
                )


class FamousAdvice(unittest.TestCase):
    def check(self, expected, name, value, kernel="6.18", **lines):
        with self.subTest(name=name, value=value):
            self.assertEqual(
                expected,
                Host(kernel).judge(
                    name, value, {key.replace("__", "."): text for key, text in lines.items()}
                ),
            )

    def test_settings_that_break_clients(self):
        for name, value in {
            "net.ipv4.tcp_syncookies": "0", "net.ipv4.tcp_timestamps": "0",
            "net.ipv4.tcp_window_scaling": "0", "net.ipv4.tcp_sack": "0",
            "net.ipv4.tcp_synack_retries": "1", "net.ipv4.tcp_syn_retries": "1",
            "net.ipv4.tcp_retries2": "7", "net.ipv4.tcp_moderate_rcvbuf": "0",
            "net.ipv4.tcp_max_tw_buckets": "5000", "net.ipv4.tcp_max_orphans": "8192",
            "net.ipv4.tcp_abort_on_overflow": "1",
            "net.ipv4.tcp_fin_timeout": "1", "net.ipv4.tcp_mem": "8388608 8388608 8388608",
            "fs.file-max": "65535", "net.core.somaxconn": "64",
            "net.ipv4.tcp_challenge_ack_limit": "100", "net.core.busy_poll": "50",
            "net.netfilter.nf_conntrack_tcp_timeout_established": "300",
            "net.ipv4.tcp_rto_min_us": "1000", "net.nf_conntrack_max": "100000000",
            "net.ipv4.tcp_rmem": "4096 87380 16777216",
        }.items():  # fmt: skip
            self.check("harmful", name, value)

    def test_settings_below_the_value_of_the_kernel(self):
        for name, value in {
            "net.core.optmem_max": "65536", "net.core.somaxconn": "1024",
            "net.ipv4.tcp_limit_output_bytes": "262144", "fs.nr_open": "100000",
            "net.core.rmem_default": "65536", "net.core.rmem_max": "4000000",
            "net.ipv4.tcp_rmem": "4096 131072 25165824",
            "net.ipv4.ip_local_port_range": "40000 60999",
            "net.ipv4.neigh.default.gc_thresh1": "64", "net.core.netdev_max_backlog": "500",
            "net.ipv4.tcp_mem": "200000 300000 400000",
        }.items():  # fmt: skip
            self.check("lowers-default", name, value)
        self.check("changed", "net.core.optmem_max", "65536", kernel="6.1")

    def test_settings_that_do_nothing_here(self):
        self.check("inert", "net.ipv4.tcp_low_latency", "1")
        self.check("inert", "net.ipv4.tcp_fack", "1")
        self.check("inert", "net.ipv4.tcp_adv_win_scale", "-2")
        self.check("conditional", "net.ipv4.tcp_adv_win_scale", "-2", kernel="6.1")
        self.check("inert", "net.ipv4.tcp_tw_reuse", "1", net__ipv4__tcp_timestamps="0")
        self.check(
            "inert",
            "net.ipv4.tcp_slow_start_after_idle",
            "0",
            net__ipv4__tcp_congestion_control="bbr",
        )
        self.check(
            "conditional",
            "net.ipv4.tcp_slow_start_after_idle",
            "0",
            net__ipv4__tcp_congestion_control="cubic",
        )
        self.check("inert", "net.ipv4.tcp_max_syn_backlog", "4096")
        self.check("inert", "net.ipv4.tcp_ecn", "3")
        self.check("removed", "net.netfilter.nf_conntrack_helper", "1")
        self.check("removed", "net.ipv4.netfilter.ip_conntrack_max", "65536")

    def test_max_syn_backlog_counts_once_cookies_are_off(self):
        self.check(
            "conditional", "net.ipv4.tcp_max_syn_backlog", "102400", net__ipv4__tcp_syncookies="0"
        )
        self.check("harmful", "net.ipv4.tcp_max_syn_backlog", "128", net__ipv4__tcp_syncookies="0")

    def test_keepalive_that_kills_in_a_short_outage(self):
        cases = (
            (1, 29, "harmful"), (1, 30, "conditional"), (3, 9, "harmful"), (3, 10, "conditional"),
            (5, 5, "harmful"), (5, 6, "conditional"), (6, 4, "harmful"), (8, 3, "harmful"),
            (20, 1, "harmful"), (30, 1, "conditional"),
        )  # fmt: skip
        for probes, interval, expected in cases:
            self.check(
                expected,
                "net.ipv4.tcp_keepalive_probes",
                str(probes),
                net__ipv4__tcp_keepalive_intvl=str(interval),
            )
            self.check(
                expected,
                "net.ipv4.tcp_keepalive_intvl",
                str(interval),
                net__ipv4__tcp_keepalive_probes=str(probes),
            )

    def test_neighbour_limits_that_contradict_each_other(self):
        self.check(
            "harmful",
            "net.ipv4.neigh.default.gc_thresh3",
            "2048",
            net__ipv4__neigh__default__gc_thresh2="4096",
        )
        self.check("conditional", "net.ipv6.neigh.default.gc_thresh3", "65536")
        self.check(
            "changed",
            "net.ipv4.neigh.default.gc_thresh3",
            "4096",
            net__ipv4__neigh__default__gc_thresh2="2048",
        )


if __name__ == "__main__":
    unittest.main()
