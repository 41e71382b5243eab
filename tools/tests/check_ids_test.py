"""The checker of ids must find an id wherever it may not be spelled, and nothing else."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import check_ids  # noqa: E402

from source_tree import source_tree  # noqa: E402

FINDINGS = [{"id": "host.file-limit"}, {"id": "time-wait.overflow"}]


class FindingIds(unittest.TestCase):
    def complaints_of(self, files):
        with source_tree(files) as root:
            return check_ids.check(root, check_ids.rules(FINDINGS))

    def test_the_constant_of_a_rules_header_is_where_it_belongs(self):
        constant = 'inline constexpr std::string_view x = "host.file-limit";\n'
        self.assertEqual([], self.complaints_of({"judge/host_files.h": constant}))

    def test_it_is_found_in_every_other_room(self):
        for name in ("sense/a.cpp", "plan/a.cpp", "ui/view/a.h", "app/a.cpp", "judge/a.cpp"):
            complaints = self.complaints_of({name: '\nif (id == "host.file-limit") return;\n'})
            self.assertEqual(1, len(complaints), name)
            self.assertIn(f'{name}:2: "host.file-limit" is the id of a finding', complaints[0])

    def test_it_is_found_inside_of_a_sentence_and_of_a_raw_literal(self):
        sentence = 'auto a = "see host.file-limit.";\nauto b = R"(or time-wait.overflow)";\n'
        self.assertEqual(2, len(self.complaints_of({"ui/cli/a.cpp": sentence})))

    def test_comments_includes_and_other_names_are_no_ids(self):
        source = (
            '#include "host.file-limit"\n'
            '// "host.file-limit"\n'
            '/* "time-wait.overflow" */\n'
            "char quote = '\"'; int n = 1'000; // host.file-limit\n"
            'auto a = "host.file-limits"; auto b = "my-host.file-limit";\n'
            'auto c = "host.file-limit.json";\n'
        )
        self.assertEqual([], self.complaints_of({"plan/a.cpp": source}))


class Rules(unittest.TestCase):
    def test_a_row_may_ask_for_what_stands_before_the_literal(self):
        rule = check_ids.Rule(
            what="a kind",
            literal=r"^(?:round|square)$",
            before=r"\bkind\s*==\s*$",
            allowed=("model/kind.*",),
            instead="ask the model",
        )
        files = {
            "model/kind.cpp": 'return kind == "round";\n',
            "act/a.cpp": 'a.name = "round";\nif (a.kind == "square") return;\n',
        }
        with source_tree(files) as root:
            complaints = check_ids.check(root, [rule])
        self.assertEqual(['act/a.cpp:2: "square" is a kind; ask the model'], complaints)


class Program(unittest.TestCase):
    def test_this_tree_is_clean_and_a_missing_file_is_wrong_use(self):
        self.assertEqual(0, check_ids.main([]))
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(2, check_ids.main(["--findings", folder + "/none.toml"]))


if __name__ == "__main__":
    unittest.main()
