"""The width checker must find a long line in each kind of file, and must count the allowed lines.
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[1] / "check_width.py"
LONG = "word " * 21


class Width(unittest.TestCase):
    def run_on(self, path, line):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / path
            file.parent.mkdir(parents=True)
            file.write_text(line + "\n", encoding="utf-8")
            return subprocess.run(
                [sys.executable, str(TOOL), folder], capture_output=True, text=True, check=False
            )

    def is_refused(self, path, line):
        done = self.run_on(path, line)
        self.assertEqual(1, done.returncode, done.stdout)
        self.assertIn(f"{path}:1: {len(line)} columns, 100 are allowed", done.stdout)

    def is_counted(self, kind, path, line):
        done = self.run_on(path, line)
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertIn(f"{kind} 1", done.stdout)

    def test_a_hundred_columns_fit_in_any_number_of_bytes(self):
        done = self.run_on("src/a.cpp", "// " + "é" * 97)
        self.assertEqual(0, done.returncode, done.stdout)

    def test_code_comments_prose_and_data_are_checked(self):
        self.is_refused("src/a.cpp", "// " + LONG)
        self.is_refused("tests/unit/a_test.cpp", "  run(" + "argument, " * 12 + "last);")
        self.is_refused("docs/a.md", LONG)
        self.is_refused("knowledge/a.toml", "# " + LONG)
        self.is_refused("tools/a", "run " + "--option " * 12)

    def test_one_literal_may_be_long(self):
        self.is_counted("string literal", "src/a.cpp", f'      return fail("{LONG}");')
        self.is_counted("string literal", "src/a.cpp", f'      return fail(R"(a "{LONG}")");')
        self.is_counted("string literal", "tools/a.py", f"    print(f'{LONG}')")

    def test_two_literals_or_code_beside_a_literal_may_not_be_long(self):
        half = "word " * 11
        self.is_refused("src/a.cpp", f'{" " * 30}run("{half}", "{half}", {"name, " * 10});')

    def test_a_table_row_may_be_long_in_markdown_only(self):
        self.is_counted("Markdown table row", "docs/a.md", f"| a | {LONG} |")
        self.is_refused("src/a.cpp", f"| a | {LONG} |")

    def test_an_address_may_be_long_but_prose_beside_it_may_not(self):
        address = "https://example.org/" + "a" * 90
        self.is_counted("address", "docs/a.md", f"See {address} there.")
        self.is_refused("docs/a.md", f"{LONG} {address}")

    def test_recorded_data_may_be_long(self):
        self.is_counted("recorded data", "tests/scenarios/link/a.json", LONG)
        self.is_refused("tests/scenarios/README.md", LONG)

    def test_wrong_use_is_refused(self):
        done = subprocess.run(
            [sys.executable, str(TOOL), "a", "b"], capture_output=True, text=True, check=False
        )
        self.assertEqual(2, done.returncode)


if __name__ == "__main__":
    unittest.main()
