"""The symbol checker must find a clock, a file and a socket in an object, and accept an object
without them."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[1] / "check_symbols.py"


class Symbols(unittest.TestCase):
    def run_on(self, source):
        with tempfile.TemporaryDirectory() as folder:
            code, obj = pathlib.Path(folder) / "a.cpp", pathlib.Path(folder) / "a.o"
            code.write_text(source, encoding="utf-8")
            subprocess.run(["g++", "-O2", "-c", str(code), "-o", str(obj)], check=True)
            return subprocess.run(
                [sys.executable, str(TOOL), str(obj)], capture_output=True, text=True, check=False
            )

    def test_a_pure_object_passes(self):
        done = self.run_on(
            "#include <string>\nstd::string f(const std::string& s) { return s + s; }\n"
        )
        self.assertEqual(0, done.returncode, done.stdout)

    def test_a_clock_is_found(self):
        done = self.run_on(
            "#include <chrono>\nlong f() { return std::chrono::steady_clock::now().time_since_epoch().count(); }\n"
        )
        self.assertEqual(1, done.returncode)
        self.assertIn("(clock)", done.stdout)

    def test_a_file_is_found(self):
        done = self.run_on(
            "#include <fstream>\nint f() { std::ifstream in(\"/proc/stat\"); return in.get(); }\n"
        )
        self.assertEqual(1, done.returncode)
        self.assertIn("(file)", done.stdout)

    def test_a_socket_is_found(self):
        done = self.run_on(
            "#include <sys/socket.h>\nint f() { return socket(AF_INET, SOCK_STREAM, 0); }\n"
        )
        self.assertEqual(1, done.returncode)
        self.assertIn("(socket)", done.stdout)

    def test_an_unreadable_archive_is_an_error(self):
        done = subprocess.run(
            [sys.executable, str(TOOL), "/nowhere.a"], capture_output=True, text=True, check=False
        )
        self.assertEqual(1, done.returncode)
        self.assertIn("could not read", done.stderr)


if __name__ == "__main__":
    unittest.main()
