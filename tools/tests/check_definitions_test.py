"""The checker of definitions must refuse a version that reaches several files, and one that
reaches none."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[1] / "check_definitions.py"
WITH_VERSION = r"g++ -DWEIR_VERSION=\"1.2.3\" -c"
WITHOUT = r"g++ -DWEIR_SOURCE_DIR=\"/weir\" -c"


class Definitions(unittest.TestCase):
    def run_on(self, commands):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "compile_commands.json"
            entries = [
                {"directory": "/", "file": f"{number}.cpp", "command": f"{command} {number}.cpp"}
                for number, command in enumerate(commands)
            ]
            file.write_text(json.dumps(entries), encoding="utf-8")
            return subprocess.run(
                [sys.executable, str(TOOL), str(file), "1.2.3"],
                capture_output=True,
                text=True,
                check=False,
            )

    def test_one_file_may_have_the_version(self):
        done = self.run_on([WITHOUT, WITH_VERSION, WITHOUT])
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertIn("1 of 3 files", done.stdout)

    def test_two_files_with_the_version_are_refused_and_named(self):
        done = self.run_on([WITH_VERSION, WITHOUT, WITH_VERSION])
        self.assertEqual(1, done.returncode)
        self.assertIn("0.cpp", done.stdout)
        self.assertIn("2.cpp", done.stdout)

    def test_a_version_that_reaches_no_file_is_refused(self):
        self.assertEqual(1, self.run_on([WITHOUT, WITHOUT]).returncode)


if __name__ == "__main__":
    unittest.main()
