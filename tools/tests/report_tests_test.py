"""The test report must count the tests and name the skipped tests. It must fail unless each skipped
test passed in a guest of the same run."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[1] / "report_tests.py"
CASE = '<testcase name="{name}" time="{time}" status="{status}">{inner}</testcase>'
TWIN = "vm.bpf: F/A.one/ipv4"


def skipped(name, reason):
    return CASE.format(
        name=name,
        time=1,
        status="notrun",
        inner=f"<skipped/><system-out>x.cpp:3: Skipped\n{reason}\n\n</system-out>",
    )


def guest(result, group="vm.bpf", test="F/A.one/ipv4"):
    """A guest in which one test passed and another test had this result."""
    reason = (
        ""
        if result == "OK"
        else "x.cpp:3: Skipped\nnot here either\n\n"
        if result == "SKIPPED"
        else "x.cpp:3: Failure\n"
    )
    parameter = ", where GetParam() = 4-byte object" if result == "FAILED" else ""
    output = (
        f"[       OK ] B.other (1 ms)\n[ RUN      ] {test}\n{reason}[{result:>8}  ] {test}{parameter} (7 ms)\n"
        "[==========] 2 tests from 2 test suites ran. (9 ms total)\n"
    )
    status, inner = ("fail", "<failure/>") if result == "FAILED" else ("run", "")
    return CASE.format(
        name=group, time=9, status=status, inner=f"{inner}<system-out>{output}</system-out>"
    )


class Report(unittest.TestCase):
    def run_on(self, *cases):
        with tempfile.TemporaryDirectory() as folder:
            results = pathlib.Path(folder) / "results.xml"
            results.write_text("<testsuite>" + "".join(cases) + "</testsuite>", encoding="utf-8")
            return subprocess.run(
                [sys.executable, str(TOOL), str(results)],
                capture_output=True,
                text=True,
                check=False,
            )

    def test_counts_and_slowest(self):
        done = self.run_on(
            CASE.format(name="a", time=1, status="run", inner=""),
            CASE.format(name="b", time=2, status="run", inner=""),
        )
        self.assertEqual(0, done.returncode)
        self.assertIn("2 passed, 0 failed, 0 skipped", done.stdout)
        self.assertLess(done.stdout.index("2.00 s  b"), done.stdout.index("1.00 s  a"))

    def test_a_failure_fails(self):
        done = self.run_on(
            CASE.format(
                name="a",
                time=1,
                status="fail",
                inner="<failure/><system-out>expected 1, got 2</system-out>",
            )
        )
        self.assertEqual(1, done.returncode)
        self.assertIn("failed: a\n  | expected 1, got 2", done.stdout)

    def test_a_skip_that_names_no_guest_test_fails(self):
        done = self.run_on(skipped("a", "needs root"))
        self.assertEqual(1, done.returncode)
        self.assertIn("skipped: a: needs root (it names no guest test)", done.stdout)
        self.assertIn("1 of the skipped tests", done.stderr)

    def test_a_skip_whose_guest_test_passed_is_allowed(self):
        done = self.run_on(
            skipped("F/A.one/ipv4", f"this kernel refuses it; guest test: {TWIN}"), guest("OK")
        )
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn(
            f"skipped: F/A.one/ipv4: this kernel refuses it; guest test: {TWIN}\n", done.stdout
        )
        self.assertIn("2 passed, 0 failed, 1 skipped", done.stdout)

    def test_a_skip_whose_guest_test_failed_fails(self):
        done = self.run_on(
            skipped("F/A.one/ipv4", f"this kernel refuses it; guest test: {TWIN}"), guest("FAILED")
        )
        self.assertEqual(1, done.returncode)
        self.assertIn("(its guest test failed)", done.stdout)

    def test_a_skip_whose_guest_test_was_skipped_too_fails(self):
        done = self.run_on(
            skipped("F/A.one/ipv4", f"this kernel refuses it; guest test: {TWIN}"), guest("SKIPPED")
        )
        self.assertEqual(1, done.returncode)
        self.assertIn("(its guest test was skipped)", done.stdout)
        self.assertIn("2 of the skipped tests", done.stderr)

    def test_a_skip_whose_guest_test_did_not_run_fails(self):
        skip = skipped("F/A.one/ipv4", f"this kernel refuses it; guest test: {TWIN}")
        for others in ([], [guest("OK", test="F/A.one/ipv6")], [guest("OK", group="vm.other")]):
            done = self.run_on(skip, *others)
            self.assertEqual(1, done.returncode)
            self.assertIn("(its guest test did not run)", done.stdout)

    def test_an_unavailable_guest_excuses_no_skip(self):
        none = CASE.format(
            name="vm.bpf",
            time=0,
            status="notrun",
            inner="<skipped/><system-out>vm: apt-get is not on this host\n</system-out>",
        )
        done = self.run_on(
            skipped("F/A.one/ipv4", f"this kernel refuses it; guest test: {TWIN}"), none
        )
        self.assertEqual(1, done.returncode)
        self.assertIn("(its guest test did not run)", done.stdout)

    def test_each_test_of_a_group_counts(self):
        output = (
            "[ RUN      ] A.one\n[       OK ] A.one (1500 ms)\n[ RUN      ] A.two\nx.cpp:3: Skipped\nneeds nft\n\n[  SKIPPED ] A.two (2 ms)\n"
            "[ RUN      ] F/A.three/ipv4\nx.cpp:9: Failure\nexpected 1\n[  FAILED  ] F/A.three/ipv4, where GetParam() = 4-byte object (7 ms)\n"
            "[==========] 3 tests from 2 test suites ran. (9 ms total)\n[  SKIPPED ] 1 test, listed below:\n[  SKIPPED ] A.two\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] F/A.three/ipv4\n"
        )
        done = self.run_on(
            CASE.format(
                name="vm.g",
                time=9,
                status="fail",
                inner=f"<failure/><system-out>{output}</system-out>",
            )
        )
        self.assertEqual(1, done.returncode)
        self.assertIn("1 passed, 1 failed, 1 skipped", done.stdout)
        self.assertIn("1.50 s  vm.g: A.one", done.stdout)
        self.assertIn("skipped: vm.g: A.two: needs nft", done.stdout)
        self.assertIn(
            "failed: vm.g: F/A.three/ipv4\n  | [ RUN      ] F/A.three/ipv4\n  | x.cpp:9: Failure",
            done.stdout,
        )

    def test_a_group_that_ended_early_fails_itself(self):
        output = "[       OK ] A.one (1 ms)\n[       OK ] A.two (1 ms)\nvm: the guest died while its command ran\n"
        done = self.run_on(
            CASE.format(
                name="vm.g",
                time=9,
                status="fail",
                inner=f"<failure/><system-out>{output}</system-out>",
            )
        )
        self.assertEqual(1, done.returncode)
        self.assertIn("failed: vm.g\n", done.stdout)
        self.assertIn("2 passed, 1 failed, 0 skipped", done.stdout)

    def test_an_unavailable_guest_is_a_skip_with_its_reason(self):
        case = CASE.format(
            name="vm.g",
            time=0,
            status="notrun",
            inner="<skipped/><system-out>vm: apt-get is not on this host\n</system-out>",
        )
        self.assertIn("skipped: vm.g: vm: apt-get is not on this host", self.run_on(case).stdout)

    def test_no_test_is_a_failure(self):
        self.assertEqual(1, self.run_on().returncode)


if __name__ == "__main__":
    unittest.main()
