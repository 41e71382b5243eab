"""Draws the terminal output of a program as SVG: standard input with ANSI colours → standard
output.

    COLUMNS=96 weir check --from FILE --color always | tools/terminal_svg.py > check.svg
"""

import argparse
import html
import re
import sys
import unicodedata

CELL_WIDTH, LINE_HEIGHT, MARGIN = 8.4, 19, 16
BACKGROUND, FOREGROUND = "#11151c", "#d7dde6"
COLOURS = {
    "31": "#ff6b6b",
    "32": "#7bd88f",
    "33": "#f2c55c",
    "34": "#6cb6ff",
    "35": "#c792ea",
    "36": "#63d3e0",
    "90": "#7d8794",
}
ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")


def spans_of(line):
    """Yields (text, style) for each run of one style. The line must not hold escape sequences other
    than colours."""
    style, position = {}, 0
    for match in ESCAPE.finditer(line):
        if match.start() > position:
            yield line[position : match.start()], dict(style)
        for code in (match.group(1) or "0").split(";"):
            if code in ("0", ""):
                style = {}
            elif code == "1":
                style["font-weight"] = "bold"
            elif code == "2":
                style["fill-opacity"] = "0.6"
            elif code in COLOURS:
                style["fill"] = COLOURS[code]
        position = match.end()
    if position < len(line):
        yield line[position:], dict(style)


def columns_of(text):
    return sum(0 if unicodedata.combining(character) else 1 for character in text)


def draw(lines):
    columns = max((columns_of(ESCAPE.sub("", line)) for line in lines), default=0)
    width, height = columns * CELL_WIDTH + 2 * MARGIN, len(lines) * LINE_HEIGHT + 2 * MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
        f'viewBox="0 0 {width:.0f} {height}" '
        f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" '
        f'fill="{FOREGROUND}">'
    )
    yield f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>'
    for number, line in enumerate(lines):
        y, x = MARGIN + (number + 0.75) * LINE_HEIGHT, MARGIN
        for text, style in spans_of(line):
            length = columns_of(text) * CELL_WIDTH
            if text.strip():
                attributes = "".join(f' {name}="{value}"' for name, value in sorted(style.items()))
                yield (
                    f'<text x="{x:.1f}" y="{y:.1f}" textLength="{length:.1f}" '
                    f'lengthAdjust="spacingAndGlyphs" xml:space="preserve"{attributes}>'
                    f"{html.escape(text)}</text>"
                )
            x += length
    yield "</svg>"


def main():
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    lines = sys.stdin.read().splitlines()
    if not lines:
        print("nothing to draw: standard input is empty", file=sys.stderr)
        return 1
    print("\n".join(draw(lines)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
