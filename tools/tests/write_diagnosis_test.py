"""The page of diagnoses must hold the lines that the tests printed, by family. It must stay as it
was when the tests printed no such line."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[1] / "write_diagnosis.py"
CASE = '<testcase name="{name}" time="1" status="run"><system-out>{output}</system-out></testcase>'
FLOOD = "weir says: | syn-queue.flood | critical | 0.0.0.0:80 | Requests | came in.\n"
SLOW = "weir says: | app.slow-accept | warning | [::]:80 | It sleeps.\n"


class Page(unittest.TestCase):
    def write(self, *cases, before=""):
        with tempfile.TemporaryDirectory() as folder:
            results, page = pathlib.Path(folder) / "results.xml", pathlib.Path(folder) / "page.md"
            results.write_text("<testsuite>" + "".join(cases) + "</testsuite>", encoding="utf-8")
            page.write_text(before, encoding="utf-8")
            done = subprocess.run(
                [sys.executable, str(TOOL), str(results), "-o", str(page)],
                capture_output=True,
                text=True,
                check=False,
            )
            return done, page.read_text(encoding="utf-8")

    def test_a_fault_is_a_row_with_both_families(self):
        done, page = self.write(
            CASE.format(name="Families/SynQueue.FloodIsNamed/ipv4", output=FLOOD + FLOOD),
            CASE.format(
                name="Families/SynQueue.FloodIsNamed/ipv6  # GetParam() = 4-byte object",
                output=SLOW + FLOOD,
            ),
        )
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn(
            "| SynQueue: Flood is named | `syn-queue.flood` critical | `app.slow-accept` warning<br>`syn-queue.flood` critical "
            "| 0.0.0.0:80: Requests | came in. |\n",
            page,
        )

    def test_a_healthy_load_is_listed_separately(self):
        _, page = self.write(
            CASE.format(name="Healthy.ThisHostHasNoAlarm", output="weir says: no alarm\n"),
            CASE.format(name="A.b/ipv4", output=FLOOD),
        )
        self.assertIn(
            "## Loads without an alarm\n\n- Healthy: This host has no alarm (this host)\n", page
        )

    def test_the_tests_of_a_guest_count_one_by_one(self):
        output = f"{FLOOD}[       OK ] F/One.TcpMemory/ipv4 (5 ms)\n{SLOW}[       OK ] F/One.Three/ipv4 (5 ms)\n"
        _, page = self.write(CASE.format(name="vm.uml", output=output))
        self.assertIn("| One: TCP memory | `syn-queue.flood` critical |", page)
        self.assertIn("| One: Three | `app.slow-accept` warning |", page)

    def test_without_output_of_weir_the_page_stays(self):
        done, page = self.write(CASE.format(name="A.b", output="nothing"), before="as it was")
        self.assertEqual(1, done.returncode)
        self.assertEqual("as it was", page)

    def test_results_that_are_cut_off_are_refused_in_a_sentence(self):
        done, page = self.write("<testcase", before="as it was")
        self.assertEqual(1, done.returncode)
        self.assertIn("run `make test` first", done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        self.assertEqual("as it was", page)


if __name__ == "__main__":
    unittest.main()
