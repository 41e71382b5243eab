"""A kind of step that is named by its word outside of model/target.cpp must be found; the kinds of
resources, which share some of the words, must not."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import check_kinds  # noqa: E402
from source_tree import source_tree  # noqa: E402

ROWS = """constexpr std::tuple kinds{
    Kind<SysctlTarget>{{StepKind::sysctl, "sysctl", "", true, 0}},
    Kind<ListenerTarget>{{StepKind::listener,
                          "listener", "backlog of ", false, 1}}};
"""


def errors_of(name, text):
    with source_tree({"model/target.cpp": ROWS, name: text}) as root:
        return check_kinds.check(root)[1]


class Kinds(unittest.TestCase):
    def test_the_words_are_those_of_the_rows(self):
        with source_tree({"model/target.cpp": ROWS}) as root:
            self.assertEqual((["sysctl", "listener"], []), check_kinds.check(root))

    def test_a_word_in_sql_is_found_with_its_line(self):
        errors = errors_of(
            "store/a.cpp", 'int a;\nauto s = "UPDATE step WHERE kind = \'sysctl\'";\n'
        )
        self.assertEqual(1, len(errors))
        self.assertIn("store/a.cpp:2: kind = 'sysctl'", errors[0])
        self.assertTrue(errors_of("store/a.cpp", "auto s = \"… AND kind IN ('listener')\";\n"))

    def test_a_comparison_is_found_in_either_order(self):
        self.assertTrue(errors_of("plan/a.cpp", 'bool f() { return step.kind == "listener"; }\n'))
        self.assertTrue(errors_of("act/a.cpp", 'bool f() { return "sysctl" != step.kind; }\n'))
        self.assertTrue(errors_of("ui/a.cpp", 'if (step_kind_id(f(a)) == "sysctl") g();\n'))

    def test_a_word_that_is_parsed_where_it_is_written_is_found(self):
        self.assertTrue(errors_of("app/a.cpp", 'auto kind = parse_step_kind("sysctl");\n'))

    def test_json_by_hand_is_found(self):
        self.assertTrue(errors_of("codec/a.cpp", 'put(json, "kind", "sysctl");\n'))
        self.assertTrue(errors_of("app/a.cpp", 'auto s = "{\\"kind\\": \\"listener\\"}";\n'))

    def test_the_kind_of_a_resource_is_another_one(self):
        self.assertEqual([], errors_of("judge/a.cpp", 'use.kind = "listener";\n'))
        self.assertEqual([], errors_of("ui/a.cpp", 'f(finding.resource.kind == "listener");\n'))

    def test_a_source_of_evidence_and_a_comment_are_no_kind(self):
        self.assertEqual(
            [], errors_of("plan/a.cpp", 'goal.evidence.push_back({"sysctl", name});\n')
        )
        self.assertEqual([], errors_of("plan/a.cpp", '// as with kind == "sysctl"\n'))

    def test_an_enumerator_is_what_is_wanted(self):
        self.assertEqual(
            [], errors_of("plan/a.cpp", "if (step_kind(a) == StepKind::sysctl) g();\n")
        )

    def test_without_rows_nothing_was_checked(self):
        with source_tree({"plan/a.cpp": "int a;\n"}) as root:
            self.assertEqual(1, len(check_kinds.check(root)[1]))


if __name__ == "__main__":
    unittest.main()
