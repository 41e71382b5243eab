#!/usr/bin/python3
"""Checks that no line of the tree has more than 100 columns.

    check_width.py [ROOT]

Four kinds of lines may be longer, and are counted: a line whose only long part is one string
literal, a row of a Markdown table, a line whose only long part is an address, and recorded data.
Exit code: 0 no other line is longer, 1 at least one is longer, 2 wrong use.
"""

import pathlib
import re
import sys

WIDTH = 100
PLACES = ["src", "bpf", "bench", "tests", "tools", "knowledge", "docs", "cmake", "README.md"]
LITERAL, TABLE_ROW, ADDRESS, RECORDED = KINDS = [
    "string literal",
    "Markdown table row",
    "address",
    "recorded data",
]
# The output of a program, a kernel's bytes, a fuzzer's input: kept as recorded, or written again by
# the test that compares it.
RECORDED_PLACES = re.compile(
    r"tests/(scenarios|golden|roots|fuzz/corpus)/(?!README\.md$)"
    r"|docs/images/.*\.svg$|.*\.(json|findings)$"
)
LITERALS = re.compile(
    r'R"(?P<mark>[^(\s"]*)\(.*?\)(?P=mark)"'  # C++, raw
    r'|[rbf]{0,2}"(?:\\.|[^"\\])*"'
    r"|[rbf]{0,2}'(?:\\.|[^'\\])*'"
)
URL = re.compile(r"<?https?://\S+")


def longest_removed(pattern, line):
    """The line without the longest part that matches the pattern; None without a match."""
    found = max(pattern.finditer(line), key=lambda each: len(each[0]), default=None)
    return None if found is None else line[: found.start()] + line[found.end() :]


def excuse(path, line):
    """The one of KINDS that allows this line to be longer; None when this line must not be."""
    if RECORDED_PLACES.match(path):
        return RECORDED
    if path.endswith(".md"):
        if line.lstrip().startswith("|"):
            return TABLE_ROW
    else:
        rest = longest_removed(LITERALS, line)
        if rest is not None and len(rest) <= WIDTH:
            return LITERAL
    rest = longest_removed(URL, line)
    return ADDRESS if rest is not None and len(rest) <= WIDTH else None


def files(root):
    for place in PLACES:
        path = root / place
        if path.is_file():
            yield path
        for each in sorted(path.rglob("*")) if path.is_dir() else []:
            if each.is_file() and "__pycache__" not in each.parts:
                yield each


def main():
    if len(sys.argv) > 2 or sys.argv[1:2] == ["--help"]:
        print(__doc__, file=sys.stderr)
        return 2
    root = pathlib.Path(sys.argv[1] if len(sys.argv) == 2 else __file__).resolve()
    root = root if len(sys.argv) == 2 else root.parents[1]
    counts = dict.fromkeys(KINDS, 0)
    too_long = 0
    for path in files(root):
        name = path.relative_to(root).as_posix()
        text = path.read_bytes().decode("utf-8", errors="replace")
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) <= WIDTH:
                continue
            kind = excuse(name, line)
            if kind is not None:
                counts[kind] += 1
                continue
            too_long += 1
            print(f"{name}:{number}: {len(line)} columns, {WIDTH} are allowed")
    allowed = ", ".join(f"{kind} {count}" for kind, count in counts.items())
    print(f"{too_long} lines over {WIDTH} columns; allowed: {allowed}")
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main())
