"""Holds src/ to one place for the kinds of step: a kind's word stands in model/target.cpp alone.

In C++ a kind is an enumerator, so that a comparison with a word does not compile. What still could
name a kind is text: SQL, JSON that is written by hand, a word that is parsed where it is written.
The words are read from the rows of model/target.cpp. A Resource has a kind too ("listener",
"setting"): judge, and what is asked of a `resource.kind`, mean that one."""

import argparse
import pathlib
import re
import sys

KINDS = "model/target.cpp"
ROW = re.compile(r'\{\s*StepKind::\w+,\s*"([^"]+)"')

# WORD stands for the word of a kind in quotes. Each pattern has the places that may hold it: a
# file, or a folder with its slash.
PATTERNS = [
    (r"(?<!resource\.)(?<!parameter\.)\bkind\b\s*(?:==?|!=|<>|IN\s*\()\s*WORD", [KINDS, "judge/"]),
    (r"WORD\s*[=!]=\s*[\w.>-]*(?<!resource\.)\bkind\b", [KINDS, "judge/"]),
    (r"\bparse_step_kind\(\s*WORD", [KINDS]),
    (r"\bstep_kind_id\([^;]*?\)\s*[=!]=\s*WORD", [KINDS]),
    (r'"kind"\s*,\s*WORD', [KINDS, "judge/"]),
    (r'\\?"kind\\?"\s*:\s*\\?WORD', [KINDS]),
]


def read_words(root):
    path = root / KINDS
    return ROW.findall(path.read_text(encoding="utf-8")) if path.is_file() else []


def without_comments(text):
    return re.sub(r"//[^\n]*", "", text)


def check_file(path, root, words, errors):
    name = str(path.relative_to(root))
    text = without_comments(path.read_text(encoding="utf-8"))
    word = r"""\\?["'](?:""" + "|".join(map(re.escape, words)) + r""")\\?["']"""
    for pattern, places in PATTERNS:
        if any(
            name == place or (place.endswith("/") and name.startswith(place)) for place in places
        ):
            continue
        for match in re.finditer(pattern.replace("WORD", word), text):
            line = text.count("\n", 0, match.start()) + 1
            errors.append(
                f"{name}:{line}: {match[0]}: ask model/target.h; a kind's word stands in {KINDS}"
            )


def check(root):
    """The words of the kinds, and a sentence for each place that names one."""
    words, errors = read_words(root), []
    if not words:
        return words, [f"{root}/{KINDS}: no row of a kind of step found"]
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".h", ".cpp")):
        check_file(path, root, words, errors)
    return words, errors


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", default="src", type=pathlib.Path)
    arguments = parser.parse_args()
    words, errors = check(arguments.root.resolve())
    for error in errors:
        print(error)
    print(f"{len(words)} kinds of step, {len(errors)} named outside of {KINDS}")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
