"""Checks that only model/target.cpp spells the words of the kinds of step.

In C++ a kind is an enumerator, so a comparison with a word does not compile. But text can still
name a kind: SQL, JSON that is written by hand, or a parsed word. The words come from the rows of
model/target.cpp. A Resource also has a kind ("listener", "setting"): judge, and code that reads a
`resource.kind`, mean that kind."""

import argparse
import pathlib
import re
import sys

KINDS = "model/target.cpp"
ROW = re.compile(r'\{\s*StepKind::\w+,\s*"([^"]+)"')

# WORD stands for the word of a kind in quotes. Each pattern lists the places that may contain it: a
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
                f"{name}:{line}: {match[0]}: use model/target.h; only {KINDS} may spell a kind's word"
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
