"""The README check must find an outdated session, and a README without a session."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[1] / "check_readme.py"
MARKED = "# x\n<!-- session: tools/print-session -->\n```\nold\n```\n<!-- end of session -->\n"


class Readme(unittest.TestCase):
    def run_on(self, text, *flags, program="echo"):
        with tempfile.TemporaryDirectory() as folder:
            readme = pathlib.Path(folder) / "README.md"
            readme.write_text(text, encoding="utf-8")
            done = subprocess.run(
                [sys.executable, str(TOOL), program, "--readme", str(readme), *flags],
                capture_output=True,
                text=True,
                check=False,
            )
            return done, readme.read_text(encoding="utf-8")

    def test_an_outdated_session_fails(self):
        done, _ = self.run_on(MARKED)
        self.assertEqual(1, done.returncode)
        self.assertIn("not what weir prints today", done.stderr)

    def test_write_makes_the_session_true(self):
        done, written = self.run_on(MARKED, "--write")
        self.assertEqual(0, done.returncode)
        self.assertIn("check --from", written)
        self.assertEqual(0, self.run_on(written)[0].returncode)

    def test_a_readme_without_marks_fails(self):
        self.assertEqual(1, self.run_on("# x\n")[0].returncode)


if __name__ == "__main__":
    unittest.main()
