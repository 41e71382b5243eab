"""The symbol checker must find a clock, a file and a socket in an object, and accept an object
without them. It must also find a namespace in a program that must not carry it."""

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

    def run_on_program(self, source, *options):
        """Links the source with two rooms, of which it may use nothing, and checks the program."""
        rooms = (
            "namespace weir::judge { struct Finding { int id; }; int judge(int a) { return a; } }\n"
            "namespace weir::planner { int f(int a) { return a; } }\n"
        )
        with tempfile.TemporaryDirectory() as folder:
            code, program = pathlib.Path(folder) / "a.cpp", pathlib.Path(folder) / "a"
            used = rooms if "weir::" in source else ""
            code.write_text(used + source, encoding="utf-8")
            subprocess.run(["g++", *options, str(code), "-o", str(program)], check=True)
            return subprocess.run(
                [sys.executable, str(TOOL), "--without", "weir::judge", "--without", "weir::plan"]
                + [str(program)],
                capture_output=True,
                text=True,
                check=False,
            )

    def test_a_program_without_the_namespaces_passes(self):
        done = self.run_on_program(
            "namespace weir_plan { int f() { return 0; } } int main() { return weir_plan::f(); }\n"
        )
        self.assertEqual(0, done.returncode, done.stdout)

    def test_a_function_of_a_denied_namespace_is_found(self):
        done = self.run_on_program("int main() { return weir::judge::judge(0); }\n")
        self.assertEqual(1, done.returncode)
        self.assertIn("holds weir::judge::judge(int) (weir::judge)", done.stdout)

    def test_a_denied_type_is_found_in_the_argument_of_a_template(self):
        done = self.run_on_program(
            "template <class T> int f(T a) { return a.id; }\n"
            "int main() { return f(weir::judge::Finding{0}); }\n"
        )
        self.assertEqual(1, done.returncode)
        self.assertIn("holds int f<weir::judge::Finding>", done.stdout)

    def test_a_namespace_whose_name_only_begins_alike_is_no_error(self):
        done = self.run_on_program("int main() { return weir::planner::f(0); }\n")
        self.assertNotIn("(weir::plan)", done.stdout)

    def test_a_program_without_symbols_was_not_checked(self):
        done = self.run_on_program("int main() { return 0; }\n", "-s", "-static")
        self.assertEqual(1, done.returncode)

    def test_an_unreadable_archive_is_an_error(self):
        done = subprocess.run(
            [sys.executable, str(TOOL), "/nowhere.a"], capture_output=True, text=True, check=False
        )
        self.assertEqual(1, done.returncode)
        self.assertIn("could not read", done.stderr)


if __name__ == "__main__":
    unittest.main()
