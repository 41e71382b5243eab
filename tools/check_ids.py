#!/usr/bin/env python3
"""Checks that src/ spells each id in one place, and uses its constant everywhere else.

    check_ids.py [--findings FINDINGS.TOML] [SRC]

The table RULES below defines which texts count as an id and where they may be spelled. Only string
literals are checked, not comments and not includes. Exit code: 0 nothing found, 1 something found,
2 wrong use or a file that cannot be read.
"""

import argparse
import fnmatch
import pathlib
import re
import sys
import tomllib
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[1]


class Rule(NamedTuple):
    what: str  # "the id of a finding"
    literal: str  # a regular expression that is searched for in each string literal
    before: str  # a regular expression for the text before the literal on its line; "" matches all
    allowed: tuple  # the files below src that may spell it: patterns of fnmatch
    instead: str  # what to write instead


def finding_rule(findings):
    """Ids come from the data, so that a new finding needs no new row."""
    ids = sorted(entry["id"] for entry in findings)
    return Rule(
        what="the id of a finding",
        # Matches it as a word, also inside a sentence.
        literal=r"(?<![\w.-])(?:" + "|".join(map(re.escape, ids)) + r")(?![\w-]|\.\w)",
        before="",
        allowed=("judge/*.h",),
        instead="declare it once, in the header of its rule, and use judge::ids::…",
    )


def rules(findings):
    return [finding_rule(findings)]


# Comments, includes, character literals and numbers with a separator come first, so that none of
# them opens a string literal. Then the literals, raw literals first.
TOKEN = re.compile(
    r'(?P<raw>\bR"(?P<mark>[^()\\\s]*)\((?P<inside>.*?)\)(?P=mark)")|//[^\n]*|/\*.*?\*/'
    r'|^[ \t]*#[ \t]*include[^\n]*|(?P<text>"(?P<words>(?:\\.|[^"\\\n])*)")'
    r"|\b\d(?:'?\w)*|'(?:\\.|[^'\\\n])+'",
    re.DOTALL | re.MULTILINE,
)


def literals_of(source):
    """(line number, the text before it on its line, its content) of each string literal."""
    for match in TOKEN.finditer(source):
        content = match.group("inside") if match.group("raw") else match.group("words")
        if content is None:
            continue
        begin = source.rfind("\n", 0, match.start()) + 1
        yield source.count("\n", 0, match.start()) + 1, source[begin : match.start()], content


def check(root, table):
    """One sentence for each literal in a place that may not spell it."""
    complaints = []
    for path in sorted(root.rglob("*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        name = path.relative_to(root).as_posix()
        for line, before, content in literals_of(path.read_text(encoding="utf-8")):
            for rule in table:
                if any(fnmatch.fnmatch(name, pattern) for pattern in rule.allowed):
                    continue
                found = re.search(rule.literal, content)
                if found and re.search(rule.before, before):
                    complaints.append(
                        f'{name}:{line}: "{found.group()}" is {rule.what}; {rule.instead}'
                    )
    return complaints


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("src", nargs="?", type=pathlib.Path, default=ROOT / "src")
    parser.add_argument(
        "--findings", type=pathlib.Path, default=ROOT / "knowledge" / "findings.toml"
    )
    options = parser.parse_args(arguments)
    try:
        findings = tomllib.loads(options.findings.read_text(encoding="utf-8"))["finding"]
        if not options.src.is_dir():
            raise OSError(f"{options.src} is not a folder")
        complaints = check(options.src, rules(findings))
    except (OSError, KeyError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        print(f"check_ids: {error}", file=sys.stderr)
        return 2
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
