"""Reads CTest's JUnit file. Prints the ten slowest tests, every skipped test with its reason, every
failure with the end of its output, and the counts.

A guest boots once for many tests, which are one case for CTest. This program reads the guest's
output, and counts each test.

A test that this kernel does not allow is skipped with a reason that ends with "; guest test: GROUP:
NAME" (tests/support/guest_twin.h). Such a skip is allowed when the named test ran and passed in the
same run. Every other skip fails the run, because a skipped test leaves its feature untested.
"""

import argparse
import dataclasses
import re
import sys
import xml.etree.ElementTree as ElementTree

SLOWEST = 10
SHOWN_OF_A_FAILURE = 60


GTEST_RESULT = re.compile(r"^\[ +(OK|FAILED|SKIPPED) +\] (\S+?),? .*\((\d+) ms\)$", re.MULTILINE)

GUEST_TEST = re.compile(r"; guest test: (\S+: \S+)$")

GTEST_END = re.compile(r"^\[=+\] \d+ tests? from .* ran\.", re.MULTILINE)


@dataclasses.dataclass
class Test:
    name: str
    seconds: float
    status: str  # "passed", "failed", "skipped"
    output: str


def read_tests(path):
    """Every test of the file; the tests of a group one by one."""
    tests = []
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        status = {"fail": "failed", "notrun": "skipped", "disabled": "skipped"}.get(
            case.get("status"), "passed"
        )
        if case.find("skipped") is not None:
            status = "skipped"
        whole = Test(
            case.get("name"), float(case.get("time", 0)), status, case.findtext("system-out") or ""
        )
        members = split_group(whole)
        if len(members) < 2:
            tests.append(whole)
            continue
        tests += members
        # The group itself failed: it failed although each of its tests passed, or it did not finish
        # (the guest died).
        if status == "failed" and not (
            GTEST_END.search(whole.output) and any(member.status == "failed" for member in members)
        ):
            tests.append(whole)
    return tests


def split_group(whole):
    """The tests in the output of a program that ran several tests."""
    members = []
    begin = 0
    for found in GTEST_RESULT.finditer(whole.output):
        status = {"OK": "passed", "FAILED": "failed", "SKIPPED": "skipped"}[found[1]]
        members.append(
            Test(
                f"{whole.name}: {found[2]}",
                int(found[3]) / 1000,
                status,
                whole.output[begin : found.end()],
            )
        )
        begin = found.end() + 1
    return members


def reason_for_skip(output):
    """The text after gtest's "Skipped", or else the last line of the output."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for i, line in enumerate(lines):
        if line.endswith(": Skipped") and i + 1 < len(lines):
            return lines[i + 1]
    return lines[-1] if lines else "no reason given"


def judge_skip(skipped, statuses):
    """The reason why this skip is not allowed; empty when its guest test ran and passed."""
    named = GUEST_TEST.search(reason_for_skip(skipped.output))
    if not named:
        return "it names no guest test"
    return {
        "passed": "",
        "failed": "its guest test failed",
        "skipped": "its guest test was skipped",
        None: "its guest test did not run",
    }[statuses.get(named[1])]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results")
    arguments = parser.parse_args()
    try:
        tests = read_tests(arguments.results)
    except (OSError, ElementTree.ParseError) as error:
        print(f"no test results in {arguments.results}: {error}", file=sys.stderr)
        return 1

    passed, failed, skipped = (
        [test for test in tests if test.status == status]
        for status in ("passed", "failed", "skipped")
    )
    print("slowest tests:")
    for test in sorted(tests, key=lambda t: t.seconds, reverse=True)[:SLOWEST]:
        print(f"  {test.seconds:7.2f} s  {test.name}")
    statuses = {test.name: test.status for test in tests}
    not_allowed = 0
    for test in skipped:
        complaint = judge_skip(test, statuses)
        not_allowed += bool(complaint)
        print(
            f"skipped: {test.name}: {reason_for_skip(test.output)}{' (' + complaint + ')' if complaint else ''}"
        )
    for test in failed:
        print(f"failed: {test.name}")
        for line in test.output.splitlines()[-SHOWN_OF_A_FAILURE:]:
            print(f"  | {line}")
    print(f"{len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    if not tests:
        print("no test was run", file=sys.stderr)
        return 1
    if not_allowed:
        print(
            f"{not_allowed} of the skipped tests have no guest test that ran and passed in this run",
            file=sys.stderr,
        )
    return 1 if failed or not_allowed else 0


if __name__ == "__main__":
    sys.exit(main())
