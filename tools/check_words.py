#!/usr/bin/python3
"""Counts the sentences that are hard to read, in texts for users. It warns and refuses nothing.

    check_words.py [--list] [FILE…]

It reads the texts of knowledge/*.toml, the prose of README.md and docs/*.md, and the string
literals of src/, or the named files. A sentence is long with more than 25 words. An odd word is a
word that a reader whose first language is not English may not understand. --list shows each.
"""

import argparse
import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[1]
MOST_WORDS = 25
FEWEST_WORDS = 4  # # fewer words are a label, not a sentence
ODD = re.compile(
    r"\b(whoever|whatever|nobody|somebody|anew|so many|that one|those that|manners"
    r"|is no [a-z]+|are no [a-z]+|has not (?:got|a|an|any)|is told|are told|tells? apart|told apart)\b",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"(?<=[.?!])[\"')]*\s+(?=[A-Z`{\"'(\[0-9*]|weir\b)")
LITERAL = re.compile(r'"((?:\\.|[^"\\])*)"')
MARKUP = re.compile(r"^(\s*([-*+]|\d+\.)\s+|\s*>\s*)")


def toml_texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from toml_texts(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key not in ("sources", "source", "name", "see", "parameters", "counters", "comms"):
                yield from toml_texts(each)


def markdown_texts(text):
    paragraph = []
    in_code = False
    for line in [*text.split("\n"), ""]:
        if line.lstrip().startswith("```"):
            in_code = not in_code
            line = ""
        if in_code:
            continue
        if re.match(r"\s*(#|<|!\[|\|[-: |]*\|$)", line) or not line.strip():
            yield " ".join(paragraph)
            paragraph = []
        elif line.lstrip().startswith("|"):
            yield from line.strip("| ").split(" | ")
        elif MARKUP.match(line):
            yield " ".join(paragraph)
            paragraph = [MARKUP.sub("", line)]
        else:
            paragraph.append(line.strip())


def code_texts(text):
    code = re.sub(r"//[^\n]*", "", text)
    joined = re.sub(r'"\s*\n\s*"', "", code)
    for literal in LITERAL.finditer(joined):
        yield literal[1].replace('\\"', '"').replace("\\n", "\n")


def texts_of(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        return toml_texts(tomllib.loads(text))
    if path.suffix == ".md":
        return markdown_texts(text)
    return code_texts(text)


def sentences_of(path):
    for text in texts_of(path):
        for sentence in SENTENCE_END.split(" ".join(text.split())):
            if len(sentence.split()) >= FEWEST_WORDS:
                yield sentence


def default_files():
    yield from sorted((ROOT / "knowledge").glob("*.toml"))
    yield ROOT / "README.md"
    yield from sorted((ROOT / "docs").glob("*.md"))
    yield from sorted((ROOT / "src").rglob("*.cpp"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--list", action="store_true", help="show each sentence")
    parser.add_argument("files", nargs="*", type=pathlib.Path, metavar="FILE")
    arguments = parser.parse_args()
    counts = {"sentences": 0, "long": 0, "odd": 0}
    for path in arguments.files or default_files():
        for sentence in sentences_of(path):
            counts["sentences"] += 1
            words = len(sentence.split())
            odd = ODD.search(sentence)
            counts["long"] += words > MOST_WORDS
            counts["odd"] += odd is not None
            if arguments.list and words > MOST_WORDS:
                print(f"{path}: {words} words: {sentence}")
            if arguments.list and odd:
                print(f"{path}: {odd[0]!r}: {sentence}")
    share = 100 * counts["long"] / max(1, counts["sentences"])
    print(
        f"{counts['sentences']} sentences: {counts['long']} of more than {MOST_WORDS} words"
        f" ({share:.1f} %), {counts['odd']} with an odd word"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
