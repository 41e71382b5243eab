#!/usr/bin/python3
"""Wraps the paragraphs and list items of Markdown at 100 columns: standard input → output.

Tables, headings, pictures, HTML and code stay as they are, and a code span is not broken. A
paragraph whose lines all fit is left alone.
"""

import re
import sys
import textwrap

WIDTH = 100
FENCE = re.compile(r"\s*(```|~~~)")
AS_IT_IS = re.compile(r"\s*(\||#|<|!\[|---|===)")
BEGINS_ANEW = re.compile(r"\s*(```|~~~|\||#|<|!\[|[-*+]\s|\d+\.\s|>)")
ITEM = re.compile(r"^(\s*)((?:[-*+]|\d+\.)\s+|>\s*)?(.*)$")
HELD_SPACE = "\x01"


def wrap(text, first, rest):
    held = re.sub(r"`[^`\n]+`", lambda span: span[0].replace(" ", HELD_SPACE), text)
    lines = textwrap.wrap(
        held,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(HELD_SPACE, " ") for line in lines]


def end_of_paragraph(lines, begin):
    end = begin + 1
    while end < len(lines) and lines[end].strip() and not BEGINS_ANEW.match(lines[end]):
        end += 1
    return end


def wrap_page(text):
    lines = text.split("\n")
    out = []
    in_code = False
    at = 0
    while at < len(lines):
        line = lines[at]
        if FENCE.match(line):
            in_code = not in_code
        if in_code or not line.strip() or FENCE.match(line) or AS_IT_IS.match(line):
            out.append(line)
            at += 1
            continue
        end = end_of_paragraph(lines, at)
        if all(len(each) <= WIDTH for each in lines[at:end]):
            out += lines[at:end]
        else:
            indent, mark, begin = ITEM.match(line).groups(default="")
            words = " ".join([begin, *(each.strip() for each in lines[at + 1 : end])])
            rest = indent + (mark if mark.startswith(">") else " " * len(mark))
            out += wrap(words, indent + mark, rest)
        at = end
    return "\n".join(out)


if __name__ == "__main__":
    sys.stdout.write(wrap_page(sys.stdin.read()))
