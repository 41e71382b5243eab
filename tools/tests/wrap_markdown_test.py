"""Wrapping must keep every word, and leave code, tables and lines that fit as they are."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import wrap_markdown  # noqa: E402

LONG = "word " * 30


class Wrapping(unittest.TestCase):
    def test_a_paragraph_is_wrapped_at_spaces(self):
        wrapped = wrap_markdown.wrap_page(LONG + "\nend")
        self.assertEqual([99, 54], [len(line) for line in wrapped.split("\n")])
        self.assertEqual((LONG + "end").split(), wrapped.split())

    def test_the_lines_of_an_item_are_indented(self):
        self.assertEqual(
            "- " + "word " * 18 + "word\n  " + "word " * 10 + "word",
            wrap_markdown.wrap_page("- " + LONG.strip()),
        )

    def test_a_code_span_is_not_broken(self):
        span = "`weir apply plan.json --confirm-within 60s`"
        for words in range(10, 20):
            self.assertIn(span, wrap_markdown.wrap_page("word " * words + span))

    def test_code_tables_headings_and_short_lines_stay(self):
        for page in (
            f"```\n{LONG}\n```",
            f"| a | {LONG} |",
            f"# {LONG}",
            "one\ntwo",
            f"<!-- {LONG} -->",
        ):
            self.assertEqual(page, wrap_markdown.wrap_page(page))


if __name__ == "__main__":
    unittest.main()
