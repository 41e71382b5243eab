#!/usr/bin/python3
"""Checks that exactly one file is compiled with the version's number.

    check_definitions.py COMPILE_COMMANDS VERSION

If a definition with the number reaches every file, each release compiles all of weir
again. Exit code: 0 exactly one file has such a definition, 1 none or several have, 2 wrong use.
"""

import argparse
import json
import pathlib
import shlex
import sys


def defines(command, version):
    return any(word.startswith("-D") and version in word for word in shlex.split(command))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("compile_commands", type=pathlib.Path)
    parser.add_argument("version")
    arguments = parser.parse_args()

    commands = json.loads(arguments.compile_commands.read_text(encoding="utf-8"))
    reached = [each["file"] for each in commands if defines(each["command"], arguments.version)]
    print(f"{len(reached)} of {len(commands)} files are compiled with {arguments.version}")
    if len(reached) == 1:
        return 0
    for file in reached[:10]:
        print(f"  {file}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
