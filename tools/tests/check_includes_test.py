"""The include checker must find each kind of forbidden include."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import check_includes  # noqa: E402

from source_tree import source_tree  # noqa: E402


class Layering(unittest.TestCase):
    def errors_of(self, files):
        with source_tree(files) as root:
            return check_includes.check(root)[1]

    def test_a_clean_tree_has_no_error(self):
        self.assertEqual(
            [],
            self.errors_of(
                {
                    "model/a.h": "#include <string>\n",
                    "judge/b.cpp": '#include "model/a.h"\n#include <vector>\n',
                }
            ),
        )

    def test_judge_may_not_include_sense(self):
        errors = self.errors_of({"sense/a.h": "", "judge/b.cpp": '#include "sense/a.h"\n'})
        self.assertEqual(1, len(errors))
        self.assertIn("judge may not include sense", errors[0])

    def test_a_forbidden_folder_is_found_through_another_header(self):
        errors = self.errors_of(
            {
                "kernel/port/a.h": "",
                "model/m.h": '#include "kernel/port/a.h"\n',
                "judge/b.cpp": '#include "model/m.h"\n',
            }
        )
        self.assertTrue(
            any("judge may not include kernel/port" in e and "model/m.h" in e for e in errors)
        )

    def test_a_pure_folder_may_not_include_a_clock(self):
        self.assertIn(
            "<chrono> is closed", self.errors_of({"plan/a.cpp": "#include <chrono>\n"})[0]
        )

    def test_a_system_header_outside_its_folder_is_found(self):
        self.assertIn(
            "sense may not include <sys/socket.h>",
            self.errors_of({"sense/a.cpp": "#include <sys/socket.h>\n"})[0],
        )

    def test_a_header_may_not_include_a_slow_header(self):
        self.assertTrue(
            any(
                "costs seconds" in e
                for e in self.errors_of({"codec/a.h": "#include <nlohmann/json.hpp>\n"})
            )
        )

    def test_a_commented_include_is_not_followed(self):
        self.assertEqual([], self.errors_of({"judge/b.cpp": '/*\n#include "sense/a.h"\n*/\n'}))

    def test_the_records_of_the_bpf_programs_are_for_wire_and_linux(self):
        self.assertEqual(
            [],
            self.errors_of(
                {
                    "kernel/wire/a.cpp": '#include "bpf/records.h"\n',
                    "kernel/linux/b.cpp": '#include "bpf/loader.h"\n',
                }
            ),
        )
        self.assertIn(
            'sense may not include "bpf/records.h"',
            self.errors_of({"sense/a.cpp": '#include "bpf/records.h"\n'})[0],
        )
        self.assertIn(
            'kernel/wire may not include "bpf/loader.h"',
            self.errors_of({"kernel/wire/a.cpp": '#include "bpf/loader.h"\n'})[0],
        )

    def test_an_empty_tree_is_an_error(self):
        self.assertTrue(self.errors_of({}))

    def test_a_file_in_no_folder_is_an_error(self):
        self.assertIn("is in no folder", self.errors_of({"misc/a.cpp": ""})[0])


if __name__ == "__main__":
    unittest.main()
