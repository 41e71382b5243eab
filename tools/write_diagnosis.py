#!/usr/bin/python3
"""Writes docs/reference/diagnosis.md: the output of `weir check` in each test that makes a real fault
or a healthy load.

Reads CTest's JUnit files. The default is build/dev/results.xml, which `make test` writes; the files
of `make soak` can be named as well. A test prints a line "weir says:" for each alarm, or the line
"weir says: no alarm" (tests/netns/scenario.cpp)."""

import argparse
import pathlib
import platform
import re
import sys

from report_tests import read_tests

ROOT = pathlib.Path(__file__).resolve().parents[1]
TEST_NAME = re.compile(r"(\w+)\.(\w+?)(?:/(ipv[46]))?(?:  # GetParam.*)?$")
ACRONYMS = {"bpf", "cpu", "fin", "syn", "tcp"}
SAID = re.compile(r"^weir says: (.*)$", re.MULTILINE)
NO_ALARM = "no alarm"

HEAD = """# What weir says about each fault

`tools/write_diagnosis.py` writes this page from a run of `make test` on {kernel} and in guests
(Debian's 6.1). Each row is a test: a real server under real load, in its own namespaces or in a
guest. Each test runs over IPv4 and over IPv6; a cure in a guest runs over one of them. Where a test
makes one fault, it fails if the first finding is another finding or names another resource.

"""


def title_of(name):
    """Turns "FloodWithoutCookiesIsNamed" into words."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name).split()
    words = [word.upper() if word.lower() in ACRONYMS else word.lower() for word in words]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def read_sayings(paths):
    """Returns the lines that the tests printed, by test (suite and title) and family, each once."""
    sayings = {}
    for test in (test for path in paths for test in read_tests(path)):
        name = TEST_NAME.search(test.name)
        lines = list(dict.fromkeys(SAID.findall(test.output.replace("\r", ""))))
        if name is None or not lines or test.status != "passed":
            continue
        sayings.setdefault((name[1], title_of(name[2])), {})[name[3] or ""] = lines
    return sayings


def cells(line):
    """Splits a line about an alarm into id, severity, resource and meaning."""
    return [cell.strip() for cell in line.strip("| ").split(" | ", 3)]


def id_cell(lines):
    return "<br>".join(
        NO_ALARM if line == NO_ALARM else f"`{cells(line)[0]}` {cells(line)[1]}" for line in lines
    )


def faults(sayings):
    yield "| test | IPv4 | IPv6 | what weir says about the first finding (over IPv4) |"
    yield "|---|---|---|---|"
    for (suite, title), by_family in sorted(sayings.items()):
        first = by_family[min(by_family)][0]
        if first != NO_ALARM:
            columns = [
                id_cell(by_family[family]) if family in by_family else ""
                for family in ("ipv4", "ipv6")
            ]
            said = f"{cells(first)[2]}: {cells(first)[3]}"
            yield f"| {suite}: {title} | {columns[0]} | {columns[1]} | {said} |"


def healthy(sayings):
    for (suite, title), by_family in sorted(sayings.items()):
        if all(lines == [NO_ALARM] for lines in by_family.values()):
            families = ", ".join(
                {"ipv4": "IPv4", "ipv6": "IPv6"}.get(family, "this host")
                for family in sorted(by_family)
            )
            yield f"- {suite}: {title} ({families})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "results", nargs="*", default=[ROOT / "build/dev/results.xml"], help="JUnit files of CTest"
    )
    parser.add_argument(
        "-o", "--output", type=pathlib.Path, default=ROOT / "docs/reference/diagnosis.md"
    )
    arguments = parser.parse_args()
    try:
        sayings = read_sayings(arguments.results)
    except (OSError, SyntaxError) as error:
        print(f"no test results: {error}; run `make test` first", file=sys.stderr)
        return 1
    if not sayings:
        print(
            "these results do not show what weir said in any test; the page stays as it was",
            file=sys.stderr,
        )
        return 1
    lines = [
        "## Faults",
        "",
        *faults(sayings),
        "",
        "## Loads without an alarm",
        "",
        *healthy(sayings),
    ]
    arguments.output.write_text(
        HEAD.format(kernel=f"Linux {platform.release()}") + "\n".join(lines) + "\n",
        encoding="utf-8",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
