"""Every test that needs the whole machine (PROCESSORS 3) must hold all locks. CTest silently drops
values of a list when a property is set in the wrong place.

Usage: locks_test.py CTEST BUILD
"""

import json
import subprocess
import sys

ALL = {"cpu", "lane_ipv4", "lane_ipv6"}
WHOLE_MACHINE = 3  # PROCESSORS, see tools/run-tests


def main():
    ctest, build = sys.argv[1:]
    listed = subprocess.run(
        [ctest, "--test-dir", build, "--show-only=json-v1"],
        capture_output=True,
        text=True,
        check=True,
    )
    alone = wrong = 0
    for test in json.loads(listed.stdout[listed.stdout.index("{") :])["tests"]:
        properties = {one["name"]: one["value"] for one in test["properties"]}
        if properties.get("PROCESSORS") != WHOLE_MACHINE:
            continue
        alone += 1
        missing = ALL - set(properties.get("RESOURCE_LOCK", []))
        if missing:
            wrong += 1
            print(f"{test['name']} measures and does not hold {', '.join(sorted(missing))}")
    print(f"{alone} tests take the whole machine, {wrong} of them without all locks")
    return 0 if alone and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
