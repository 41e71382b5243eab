"""The name checker must find each kind of clash, in every form of a definition."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import check_names  # noqa: E402

from source_tree import source_tree  # noqa: E402


def hide(body, space="weir::judge"):
    return f"namespace {space} {{\nnamespace {{\n\n{body}\n\n}}  // namespace\n}}  // namespace {space}\n"


class Names(unittest.TestCase):
    def errors_of(self, files):
        with source_tree(files) as root:
            return check_names.check(root)[2]

    def names_of(self, body):
        reader = check_names.Reader(hide(body))
        reader.read_scope((), False)
        self.assertEqual([], reader.unreadable, body)
        self.assertTrue(all(d.hidden for d in reader.declarations), body)
        return [(d.kind, d.name) for d in reader.declarations]

    def assert_twins(self, one, other):
        errors = self.errors_of({"judge/a.cpp": hide(one), "judge/b.cpp": hide(other)})
        self.assertEqual(1, len(errors), (one, other, errors))
        self.assertIn("is also", errors[0], one)
        return errors[0]

    def test_a_clean_tree_has_no_error(self):
        files = {
            "judge/a.cpp": hide("int add_one(int a) { return a; }"),
            "judge/b.cpp": hide("int add_two(int a) { return a; }"),
            "judge/b.h": "namespace weir::judge {\nint judge(int a);\n}\n",
        }
        self.assertEqual([], self.errors_of(files))

    def test_both_files_with_one_function_name_are_named(self):
        error = self.assert_twins("int add(int a) { return a; }", "int add(double a) { return 1; }")
        self.assertEqual(
            "judge/b.cpp:4: function add is also a function in the anonymous namespace of judge/a.cpp:4",
            error,
        )

    def test_every_form_of_a_definition_is_found_twice(self):
        forms = [
            "std::map<std::string, std::vector<int>> x(int a) {\n  return {};\n}",
            "template <class T, std::size_t N = (1 < 2)>\nbool x(const std::array<T, N>& all) {\n  return true;\n}",
            "const char* x(std::initializer_list<int> of = {}) { return \"}\"; }",
            "auto x(int a) -> decltype(a) { return a; }",
            "[[nodiscard]] constexpr std::int64_t x(std::int64_t a) noexcept { return a; }",
            "void x(int a,\n       void (*then)(int));",
            "template <class T>\nrequires(sizeof(T) < 8)\nint x(T a) { return 1; }",
            "constexpr std::int64_t x = 1'000;",
            "constexpr int x{3};",
            "constexpr std::array<std::pair<int, const char*>, 2> x{{{1, \"a\"}, {2, \"b\"}}};",
            "const char* const x[] = {\"a\"};",
            "const std::function<void(int)> x = [](int a) { use(a); };",
            "constexpr int y = 3, x = 4;",
            "struct x {\n  bool operator==(const x&) const = default;\n  int add(int a) { return a; }\n};",
            "struct x;",
            "class x final : public Base<int> {\n public:\n  x() : a_{1}, b_(2) {}\n};",
            "template <class T>\nstruct x {\n};",
            "enum class x : std::uint8_t { one, two };",
            "enum { one, x };",
            "using x = std::vector<int>;",
        ]
        for form in forms:
            self.assertIn("b.cpp", self.assert_twins(form, "double x(double a) { return a; }"))

    def test_names_inside_another_declaration_do_not_count(self):
        for body in (
            "struct One {\n  int x(int a) { return a; }\n  int y = 3;\n};",
            "int One::x(int a) { return a; }",
            "One::One(int a) : x_{a}, y_(a) {}",
            "int one(int x) {\n  int y = x;\n  return y;\n}",
            "enum class One { x, y };",
            "static_assert(x(1) == 1);",
            "bool operator==(const One& x, const One& y) { return true; }",
            "using namespace std::literals;",
            "constexpr auto one = pair<x, y>{};",
        ):
            names = [name for _, name in self.names_of(body)]
            self.assertFalse(
                {"x", "y", "x_", "y_", "operator", "One::x"} & set(names), (body, names)
            )

    def test_comments_strings_and_directives_do_not_count(self):
        body = (
            "// int x() {\n/* int x() { */\n#define X(a) {{\\\n  {{\n"
            "const char* one = R\"A(\nint x() { \")A\";\nconst char brace = '{', quote = '\"';\n"
            "int two() { return 1'000; }"
        )
        self.assertEqual(
            [
                ("constant", "one"),
                ("constant", "brace"),
                ("constant", "quote"),
                ("function", "two"),
            ],
            self.names_of(body),
        )

    def test_a_static_function_is_hidden_too(self):
        files = {
            "judge/a.cpp": "namespace weir::judge {\nstatic int add(int a) { return a; }\n}\n",
            "judge/b.cpp": hide("int add(int a) { return a; }"),
        }
        self.assertEqual(1, len(self.errors_of(files)))

    def test_names_after_the_anonymous_namespace_are_not_hidden(self):
        text = (
            hide("int one() { return 1; }")
            + "namespace weir::judge {\nint add(int a) { return a; }\n}\n"
        )
        self.assertEqual(
            [],
            self.errors_of(
                {"judge/a.cpp": text, "judge/b.cpp": hide("int add(int a) { return a; }")}
            ),
        )

    def test_other_folders_are_other_units(self):
        body = "int add(int a) { return a; }"
        self.assertEqual(
            [],
            self.errors_of(
                {
                    "judge/a.cpp": hide(body),
                    "plan/a.cpp": hide(body),
                    "plan/formula/a.cpp": hide(body),
                }
            ),
        )

    def test_a_program_is_a_folder_of_its_own(self):
        program = hide("int add(int a) { return a; }", "weir::app") + "int main() { return 0; }\n"
        files = {
            "app/a.cpp": hide("int add(int a) { return a; }", "weir::app"),
            "app/program.cpp": program,
            "app/other.cpp": program,
        }
        self.assertEqual([], self.errors_of(files))
        self.assertEqual(
            1,
            len(
                self.errors_of(
                    files
                    | {"app/program.h": "namespace weir::app {\nint add();\n}\n"}
                    | {"app/a.cpp": "", "app/other.cpp": ""}
                )
            ),
        )

    def test_a_function_of_a_header_that_the_folder_sees_is_found(self):
        body = hide("int add(int a) { return a; }")
        for header, space in (
            ("base/a.h", "weir"),
            ("model/a.h", "weir"),
            ("judge/a.h", "weir::judge"),
            ("judge/a.h", "weir"),
        ):
            for declared in (
                "[[nodiscard]] std::optional<int> add(const std::string& a,\n    int b = {});",
                "template <class T>\ninline int add(T a) { return 1; }",
            ):
                errors = self.errors_of(
                    {"judge/a.cpp": body, header: f"namespace {space} {{\n{declared}\n}}\n"}
                )
                self.assertEqual(
                    [f"judge/a.cpp:4: function add is also declared in {header}:2"], errors
                )

    def test_a_function_of_another_namespace_does_not_clash(self):
        body = hide("int add(int a) { return a; }")
        self.assertEqual(
            [],
            self.errors_of(
                {"judge/a.cpp": body, "judge/a.h": "namespace weir::other {\nint add(int a);\n}\n"}
            ),
        )
        self.assertEqual(
            [],
            self.errors_of(
                {
                    "judge/a.cpp": body,
                    "judge/a.h": "namespace weir::judge {\nstruct One {\n  int add(int a);\n};\n}\n",
                }
            ),
        )

    def test_an_unreadable_declaration_is_an_error(self):
        self.assertIn(
            "judge/a.cpp:4: cannot tell which name",
            self.errors_of({"judge/a.cpp": hide("int (*one)(int) = nullptr;")})[0],
        )
        self.assertIn(
            "judge/a.h:1: cannot tell which name",
            self.errors_of({"judge/a.cpp": "", "judge/a.h": "int (*one)(int);\n"})[0],
        )

    def test_an_empty_tree_is_an_error(self):
        self.assertTrue(self.errors_of({"judge/a.h": ""}))


if __name__ == "__main__":
    unittest.main()
