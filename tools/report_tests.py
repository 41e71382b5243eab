"""Reads CTest's JUnit file; prints the ten slowest tests, every test that was skipped and why, every failure with the end of its output, and the counts."""

import argparse
import sys
import xml.etree.ElementTree as ElementTree

SLOWEST = 10
SHOWN_OF_A_FAILURE = 60


def reason_for_skip(case):
    output = case.findtext("system-out") or ""
    lines = [line.strip() for line in output.splitlines()]
    for i, line in enumerate(lines):
        if line.endswith(": Skipped") and i + 1 < len(lines):
            return lines[i + 1]
    return "no reason given"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results")
    parser.add_argument("--fail-on-skip", action="store_true")
    arguments = parser.parse_args()
    try:
        cases = list(ElementTree.parse(arguments.results).getroot().iter("testcase"))
    except (OSError, ElementTree.ParseError) as error:
        print(f"no test results in {arguments.results}: {error}", file=sys.stderr)
        return 1

    skipped = [case for case in cases if case.get("status") in ("notrun", "disabled") or case.find("skipped") is not None]
    failed = [case for case in cases if case.get("status") == "fail"]
    passed = len(cases) - len(skipped) - len(failed)

    print("slowest tests:")
    for case in sorted(cases, key=lambda c: float(c.get("time", 0)), reverse=True)[:SLOWEST]:
        print(f"  {float(case.get('time', 0)):7.2f} s  {case.get('name')}")
    for case in skipped:
        print(f"skipped: {case.get('name')}: {reason_for_skip(case)}")
    for case in failed:
        print(f"failed: {case.get('name')}")
        for line in (case.findtext("system-out") or "").splitlines()[-SHOWN_OF_A_FAILURE:]:
            print(f"  | {line}")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    if not cases:
        print("no test was run", file=sys.stderr)
        return 1
    if arguments.fail_on_skip and skipped:
        print("in CI no test may be skipped", file=sys.stderr)
        return 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
