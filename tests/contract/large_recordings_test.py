"""A file may hold tens of thousands of items of any kind. weir's CPU time must grow in proportion.

The test grows each collection of a recording by itself, with different or equal elements, and some
collections together. Four times the items take four times the time where the work is linear, a
little more where it sorts, and sixteen times where it is quadratic.

    large_recordings_test.py WEIR[:OTHER_WEIR] FOLDER_OF_SCENARIOS [NAME_OF_A_TEST]
"""

import copy
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import unittest

WEIR = next(path for path in sys.argv[1].split(":") if os.path.exists(path))
SCENARIOS = pathlib.Path(sys.argv[2])
FEW, MANY = 10_000, 40_000
MOST_GROWTH = 6.5
# Other work on the machine only adds to a measurement, so the smallest of several counts.
ATTEMPTS = 4
# MANY squared comparisons take longer than this on any machine. A run below this is not compared
# with FEW.
SURELY_LINEAR_S = 0.4
MOST_BYTES = 60 << 20  # weir reads 64 MiB
# The collections with short elements; a file holds most of these, and they take seconds. `make
# soak` tests the rest.
SHORT = {
    ("last", "peer_groups"),
    ("last", "port_uses"),
    ("last", "socket_groups"),
    ("last", "udp_sockets"),
}

IDENTITIES = {"pid", "cookie", "inode", "index", "cpu", "tid", "fd"}
PORTS = {"port", "peer_port"}
ADDRESSES = {"address", "peer", "prefix", "source", "destination"}
NAMES = {"name", "link_name", "command", "key", "what", "collection", "resource"}
FIRST_PATHS = [
    "accept_queue/nginx_clamped_by_somaxconn.json",
    "close/close_wait_leak.json",
    "connect/silent_destination.json",
    "connect/ports_used_up.json",
    "transmission/loss_of_30_percent.json",
    "link/class_of_htb_is_full.json",
    "buffers/udp_reader_is_slow_ipv6.json",
    "idle/ten_thousand_keep_alive.json",
]


def address(number):
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def numbered(element, number):
    """Makes the element the number-th of its kind."""
    if isinstance(element, int) and not isinstance(element, bool):
        return element + number
    if isinstance(element, str):
        return element + str(number)
    if not isinstance(element, dict):
        return element
    made = dict(element)
    for name, value in element.items():
        if name in IDENTITIES and isinstance(value, int):
            made[name] = value % 1_000_000 + number
        elif name in PORTS and isinstance(value, int):
            made[name] = (value + number) % 65536
        elif name in ADDRESSES and isinstance(value, str):
            made[name] = address(number)
        elif name == "resource" and isinstance(value, str) and value.startswith("listener:"):
            made[name] = f"listener:{number}"
        elif name in NAMES and isinstance(value, str):
            made[name] = value + str(number)
        elif name == "owners":
            made[name] = [numbered(owner, number) for owner in value]
    return made


def grown(collection, size, different):
    if isinstance(collection, dict):
        names = list(collection)
        return {
            **collection,
            **{
                f"{names[i % len(names)]}.x{i}": collection[names[i % len(names)]]
                for i in range(size)
            },
        }
    make = numbered if different else lambda element, number: element
    return [make(collection[i % len(collection)], i) for i in range(size)]


def collections(value, path=()):
    """The paths of all lists and of all objects that are maps."""
    if isinstance(value, dict):
        for name, member in value.items():
            is_map = isinstance(member, dict) and name in (
                "sysctls",
                "counters",
                "sockstat",
                "states",
                "tables",
                "attributes",
                "statistics",
                "connections",
            )
            if member and (isinstance(member, list) or is_map):
                yield (*path, name)
            yield from collections(member, (*path, name))
    elif isinstance(value, list) and value:
        yield from collections(value[0], (*path, 0))


def replace(recording, path, change):
    """A copy with another collection at the path; nothing where the path has no collection."""
    if not path:
        return change(recording)
    if isinstance(recording, dict) and path[0] in recording:
        return {**recording, path[0]: replace(recording[path[0]], path[1:], change)}
    if isinstance(recording, list) and recording and path[0] == 0:
        return [replace(recording[0], path[1:], change), *recording[1:]]
    return recording


def at_both_ends(recording, path, size, different):
    def change(collection):
        return grown(collection, size, different) if collection else collection

    if path[-1] in ("times_ns", "values", "edges", "counts"):  # two lists of one length
        return None
    for end in ("first", "last") if path[0] in ("first", "last") else (path[0],):
        recording = replace(recording, (end, *path[1:]), change)
    return recording


def servers(size, owner=lambda number: number, place=address):
    """A listener each that overflowed, with its samples, its process, and a look at the process."""
    recording = json.loads((SCENARIOS / FIRST_PATHS[0]).read_text())
    samples = recording["series"][0]
    for end, drops in (("first", 0), ("last", 100)):
        listener, process = recording[end]["listeners"][0], recording[end]["processes"][0]
        recording[end]["listeners"] = [
            {
                **listener,
                "address": place(i),
                "cookie": i,
                "inode": i + 1,
                "drops": drops,
                "owners": [{"pid": owner(i), "fd": 4}],
            }
            for i in range(size)
        ]
        recording[end]["processes"] = [
            {**process, "pid": i, "files": 99, "file_limit": 100, "file_limit_hard": 100}
            for i in range(size)
        ]
    recording["last"]["counters"]["TcpExt.ListenOverflows"] += 100 * size
    times, values = samples["times_ns"][:3], samples["values"][:3]
    recording["series"] = [
        {"resource": f"listener:{i}", "metric": "accept_queue", "times_ns": times, "values": values}
        for i in range(size)
    ]
    looks = [
        {
            "time_ns": 1,
            "kind": "owner-state",
            "fields": {"pid": str(owner(i)), "tid": str(i), "state": "S"},
        }
        for i in range(size)
    ]
    return {**recording, "events": looks}


def processes_of_one_listener(size):
    recording = servers(size)
    for end in ("first", "last"):
        recording[end]["listeners"] = [
            {**recording[end]["listeners"][0], "owners": [{"pid": i, "fd": 4} for i in range(size)]}
        ]
    return recording


def ports_of_peer_groups(size):
    """Equal numbers of networks, ports and listeners; each network holds connections open."""
    recording = servers(size)
    ends = [(i, 1 + i % 65535) for i in range(size)]
    recording["last"]["listeners"] = [
        {**one, "port": port} for one, (_, port) in zip(recording["last"]["listeners"], ends)
    ]
    recording["last"]["peer_groups"] = [
        {
            "family": "ipv4",
            "prefix": address(i) + "/24",
            "port": port,
            "connections": 200,
            "silent": 50,
            "trickling": 30,
        }
        for i, port in ends
    ]
    return recording


def destinations(size):
    """Connections to this many silent hosts, over an interface with this many members."""
    recording = json.loads((SCENARIOS / "connect/silent_destination.json").read_text())
    group = next(
        group for group in recording["last"]["socket_groups"] if group["state"] == "SYN_SENT"
    )
    link = recording["last"]["links"][-1]
    for end in ("first", "last"):
        recording[end]["socket_groups"] = [
            {**group, "peer": address(i), "count": 10**6, "retransmitting": 10**6}
            for i in range(size)
        ]
        recording[end]["port_uses"] = [
            {
                "family": group["family"],
                "source": "10.9.9.9",
                "destination": address(i),
                "port": group["peer_port"],
                "used": 9,
                "time_wait": 0,
                "inode": 0,
                "owners": [],
            }
            for i in range(size)
        ]
        recording[end]["links"] = [
            {
                **link,
                "index": i + 2,
                "name": f"p{i}",
                "master": 2,
                "kind": "bridge",
                "addresses": ["10.9.9.9"],
            }
            for i in range(size)
        ]
    return recording


def flows_over_one_bridge(size):
    recording = json.loads((SCENARIOS / "transmission/loss_of_30_percent.json").read_text())
    link = recording["last"]["links"][-1]
    for end in ("first", "last"):
        recording[end]["links"] = [
            {
                **link,
                "index": 1,
                "name": f"p{i}",
                "master": 1,
                "kind": "bridge",
                "addresses": [address(i)],
            }
            for i in range(size)
        ]
    recording["flows"] = [
        numbered(recording["flows"][i % len(recording["flows"])], i) for i in range(size)
    ]
    return recording


def cpu_of(command):
    """CPU time in seconds; the program must not fail."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise AssertionError(f"{command[1]} exited with {done.returncode}: {done.stderr[:300]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class LargeRecordings(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="weir-large-")
        self.addCleanup(self.folder.cleanup)

    def write(self, recording, name):
        path = os.path.join(self.folder.name, name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(recording, file, separators=(",", ":"))
        return path

    def expect_in_proportion(self, make, what):
        commands = [[WEIR, "plan", "--from"], [WEIR, "check", "--json", "--from"]]
        size = MANY
        many = self.write(make(size), "many.json")
        while os.path.getsize(many) > MOST_BYTES:
            size //= 2
            many = self.write(make(size), "many.json")
        first = [cpu_of([*command, many]) for command in commands]
        if max(first) <= SURELY_LINEAR_S:
            return
        few = self.write(make(size * FEW // MANY), "few.json")
        for command, of_many in zip(commands, first):
            of_few = cpu_of([*command, few])
            for _ in range(ATTEMPTS - 1):
                if of_many <= MOST_GROWTH * of_few:
                    break
                of_few = min(of_few, cpu_of([*command, few]))
                of_many = min(of_many, cpu_of([*command, many]))
            growth = of_many / of_few
            print(
                f"{what}, {command[1]}: {of_few:.2f} s, {size} in {of_many:.2f} s, x {growth:.1f}",
                flush=True,
            )
            with self.subTest(what=what, command=command[1]):
                self.assertLessEqual(growth, MOST_GROWTH)

    def test_short_collections(self):
        self.assertEqual(SHORT, self.grow_each(SHORT))

    def test_each_collection_by_itself(self):
        self.assertGreater(len(self.grow_each()), 25)

    def grow_each(self, wanted=()):
        seen = set()
        for name in FIRST_PATHS:
            recording = json.loads((SCENARIOS / name).read_text())
            for path in collections(recording):
                if (
                    path[0] == "first"
                    or path in seen
                    or at_both_ends(recording, path, 1, True) is None
                    or (wanted and path not in wanted)
                ):
                    continue
                seen.add(path)
                for different in (
                    (True, False) if path[-1] not in ("sysctls", "counters") else (True,)
                ):
                    self.expect_in_proportion(
                        lambda size, path=path, different=different: at_both_ends(
                            copy.copy(recording), path, size, different
                        ),
                        ".".join(map(str, path))
                        + (", all different" if different else ", all equal"),
                    )
        return seen

    def test_servers(self):
        self.expect_in_proportion(servers, "servers")

    def test_listeners_of_one_process(self):
        self.expect_in_proportion(
            lambda size: servers(size, owner=lambda number: 1), "listeners of one process"
        )

    def test_members_of_one_group(self):
        self.expect_in_proportion(
            lambda size: servers(size, place=lambda number: "0.0.0.0"), "members of one group"
        )

    def test_processes_of_one_listener(self):
        self.expect_in_proportion(processes_of_one_listener, "processes of one listener")

    def test_ports_of_peer_groups(self):
        self.expect_in_proportion(ports_of_peer_groups, "ports of peer groups")

    def test_destinations(self):
        self.expect_in_proportion(destinations, "destinations")

    def test_flows_over_one_bridge(self):
        self.expect_in_proportion(flows_over_one_bridge, "flows over one bridge")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=1)
