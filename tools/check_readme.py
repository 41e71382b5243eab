"""Checks that the README's session is what the program prints today.

    check_readme.py WEIR            compares the block between the session marks with the output of
                                    tools/print-session
    check_readme.py WEIR --write    writes the block again"""

import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
BLOCK = re.compile(
    r"(<!-- session: tools/print-session -->\n```\n)(.*?)(```\n<!-- end of session -->)", re.DOTALL
)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weir")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--readme", type=pathlib.Path, default=ROOT / "README.md")
    arguments = parser.parse_args()

    done = subprocess.run(
        [ROOT / "tools/print-session", arguments.weir], capture_output=True, text=True, check=False
    )
    if done.returncode != 0 or not done.stdout.strip():
        print(f"the session could not be printed: {done.stderr.strip()}", file=sys.stderr)
        return 1
    readme = arguments.readme.read_text(encoding="utf-8")
    found = BLOCK.search(readme)
    if not found:
        print(f"{arguments.readme} has no session marks", file=sys.stderr)
        return 1
    if arguments.write:
        arguments.readme.write_text(
            readme[: found.start(2)] + done.stdout + readme[found.end(2) :], encoding="utf-8"
        )
        return 0
    if found.group(2) != done.stdout:
        print(
            "the README's session is not what weir prints today; to write it again, run tools/check_readme.py build/dev/bin/weir --write",
            file=sys.stderr,
        )
        return 1
    print(f"the README's session of {done.stdout.count(chr(10))} lines is what weir prints")
    return 0


if __name__ == "__main__":
    sys.exit(main())
