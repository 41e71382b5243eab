"""Checks that a name has one meaning in a folder of src/. The .cpp files of a folder are compiled
together (CMAKE_UNITY_BUILD), so a file sees the anonymous namespaces of the files before it.

Two helpers with the same name, or a helper with the name of a header's function, form an overload
set that the author did not intend. The compiler picks one by its parameters and reports nothing. So
there are two rules. (a) No two .cpp files of a folder may define the same name in their anonymous
namespaces: no function, constant or type. (b) No function there may have the name of a function
that a header of base/, model/ or the folder itself declares in the same namespace or in one around
it.

A .cpp with main() is a folder of its own. Operators are left out, because the compiler finds them
by the types of their operands. A declaration that cannot be read is an error too.
"""

import argparse
import collections
import pathlib
import re
import sys

# Raw strings come first, and a digit separator belongs to its number, so neither opens a string.
NOISE = re.compile(
    r'(?P<raw>\bR"(?P<mark>[^()\\\s]*)\(.*?\)(?P=mark)")|//[^\n]*|/\*.*?\*/'
    r'|(?P<text>"(?:\\.|[^"\\\n])*")|(?P<number>\b\d(?:\'?\w)*)|\'(?:\\.|[^\'\\\n])+\''
    r'|^[ \t]*#(?:\\\n|[^\n])*',
    re.DOTALL | re.MULTILINE,
)
TOKEN = re.compile(r"[A-Za-z_]\w*|::|\[\[|\]\]|\S")
NAME = re.compile(r"[A-Za-z_]\w*$")

# Names before a parenthesis that are not the declared name.
NOT_DECLARED = {
    "decltype",
    "alignas",
    "noexcept",
    "requires",
    "__attribute__",
    "explicit",
    "sizeof",
}
# Words that are never a declared name: `int (*f)(int)` is not a function `int`.
WORDS = {
    "int",
    "char",
    "bool",
    "void",
    "double",
    "float",
    "long",
    "short",
    "unsigned",
    "signed",
    "auto",
    "const",
}
# Headers that every folder sees in addition to its own.
COMMON = ["base", "model"]

Declaration = collections.namedtuple("Declaration", "kind name line space hidden")


class Unreadable(Exception):
    pass


def strip(text):
    """Removes comments, preprocessor lines and the contents of literals; line numbers stay."""

    def blank(match):
        rest = (
            "0"
            if match.group("number")
            else '""'
            if match.group("raw") or match.group("text")
            else " "
        )
        return rest + "\n" * match.group().count("\n")

    return NOISE.sub(blank, text)


def tokens_of(text):
    line, end = 1, 0
    for match in TOKEN.finditer(text):
        line += text.count("\n", end, match.start())
        end = match.start()
        yield match.group(), line


def skip_angles(words, at):
    """The place after the `>` of the `<` at `at`; text in parentheses does not count."""
    angles = rounds = 0
    while at < len(words):
        rounds += (words[at] == "(") - (words[at] == ")")
        if rounds == 0:
            angles += (words[at] == "<") - (words[at] == ">")
        at += 1
        if angles == 0:
            break
    return at


def without_decoration(words):
    """Removes template parameters, template arguments and attributes. The name is then right before
    its `(`, `=`, `{`, `[` or `;`."""
    out, at, rounds = [], 0, 0
    while at < len(words):
        rounds += (words[at] == "(") - (words[at] == ")")
        if words[at] == "=":
            return out + words[at : at + 1]
        if words[at] == "[[":
            at = words.index("]]", at) + 1
        elif words[at] == "<" and rounds == 0 and out[-1:] != ["operator"]:
            at = skip_angles(words, at)
        else:
            if words[at] != "template":
                out.append(words[at])
            at += 1
    return out


def enumerators(words):
    """The names that an enum without `class` gives to the scope around it."""
    body = words[words.index("{") + 1 :]
    return [word for before, word in zip([","] + body, body) if before == "," and NAME.match(word)]


def further_names(words):
    """The names that `constexpr int a = 1, b = 2;` declares after a: each is between a comma
    outside of parentheses and its initializer."""
    found, rounds = [], 0
    for before, word, after in zip(words, words[1:], words[2:]):
        rounds += (before == "(") - (before == ")")
        if rounds == 0 and before == "," and NAME.match(word) and after in ("=", "{", "["):
            found.append(word)
    return found


def function_name(words):
    """The unqualified name before the first parenthesis; nothing when no function is declared. An
    operator is called `operator`, a member by ""."""
    rounds = 0
    for at in range(1, len(words)):
        before = words[at - 1]
        rounds += (before == "(") - (before == ")")
        if before == "operator":
            return "operator"
        if words[at] in ("=", "{"):
            return None
        if words[at] == "(" and rounds == 0 and NAME.match(before) and before not in NOT_DECLARED:
            if before in WORDS:
                raise Unreadable
            return "" if at >= 2 and words[at - 2] in ("::", "~") else before
    return None


def names_of(words):
    """(kind, name) of each name that one declaration at namespace scope gives; `words` holds no
    bodies except the bodies of enums."""
    plain = without_decoration(words)
    if not plain or plain[0] in ("static_assert", "friend") or plain[:2] == ["using", "namespace"]:
        return []
    if plain[0] == "concept":
        return [("type", plain[1])]
    if plain[0] == "using":
        return [("type", plain[1] if "=" in plain else plain[-1])]
    function = function_name(plain)
    if function is not None:
        return [("function", function)] if function not in ("", "operator") else []
    if plain[0] == "typedef":
        return [("type", plain[-1])]
    if plain[0] in ("struct", "class", "union", "enum"):
        head = plain[: plain.index("{")] if "{" in plain else plain
        scoped = head[1:2] in (["class"], ["struct"])
        names = [
            word for word in head[2 if scoped else 1 :] if NAME.match(word) and word != "final"
        ]
        found = [("type", names[0])] if names else []
        if plain[0] == "enum" and not scoped and "{" in plain:
            found += [("constant", name) for name in enumerators(plain)]
        if found and (len(head) <= 2 + scoped or "{" in plain):
            return found
    ends = [at for at, word in enumerate(plain) if word in ("=", "{", "[")] or [len(plain)]
    name = plain[ends[0] - 1] if ends[0] >= 2 else ""
    if not NAME.match(name) or name in WORDS or "," in plain[: ends[0]]:
        raise Unreadable
    return [("constant", name)] + [("constant", other) for other in further_names(words)]


class Reader:
    """Reads the declarations at namespace scope out of one file."""

    def __init__(self, text):
        self.tokens = list(tokens_of(strip(text)))
        self.at = 0
        self.declarations = []
        self.unreadable = []

    def peek(self):
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def take(self, words):
        words.append(self.tokens[self.at][0])
        self.at += 1

    def take_until_closed(self, words):
        """Takes one bracketed group whole."""
        depth = 0
        while self.at < len(self.tokens):
            depth += (
                (self.peek() in "({[")
                - (self.peek() in ")}]")
                + 2 * ((self.peek() == "[[") - (self.peek() == "]]"))
            )
            self.take(words)
            if depth <= 0:
                return

    def read_scope(self, space, hidden):
        while self.at < len(self.tokens) and self.peek() != "}":
            self.read_declaration(space, hidden)
        self.at += 1

    def read_declaration(self, space, hidden):
        words, line = [], self.tokens[self.at][1]
        while self.at < len(self.tokens) and self.peek() not in (";", "}"):
            if self.peek() == "{":
                if self.opens_scope(words, space, hidden):
                    return
                is_function = self.is_function(words)
                body = []
                self.take_until_closed(body)
                if not is_function:
                    words += body if "enum" in words else ["{"]
                elif self.peek() not in (",", "{"):  # else it was a member's initializer
                    return self.keep(words, line, space, hidden)
            elif self.peek() == "(":
                self.take_until_closed(words)
            else:
                self.take(words)
        if self.peek() == ";":
            self.at += 1
        self.keep(words, line, space, hidden)

    def opens_scope(self, words, space, hidden):
        names = [word for word in words if word not in ("inline", "::")]
        if names[:1] == ["namespace"]:
            self.at += 1
            self.read_scope(space + tuple(names[1:]), hidden or len(names) == 1)
            return True
        if words and words[0] == "extern" and "(" not in words and "=" not in words:
            self.at += 1
            self.read_scope(space, hidden)
            return True
        return False

    @staticmethod
    def is_function(words):
        try:
            return function_name(without_decoration(words)) is not None
        except Unreadable:
            return False

    def keep(self, words, line, space, hidden):
        try:
            for kind, name in names_of(words):
                self.declarations.append(
                    Declaration(
                        kind,
                        name,
                        line,
                        space,
                        hidden or (kind == "function" and "static" in words),
                    )
                )
        except Unreadable:
            self.unreadable.append(line)


def read(path):
    reader = Reader(path.read_text(encoding="utf-8"))
    while reader.at < len(reader.tokens):
        reader.read_scope((), False)
    return reader


def units_of(readers, root):
    """Maps each folder to its .cpp files as they are compiled; a file with main() has its own name."""
    units = collections.defaultdict(list)
    for path, reader in readers.items():
        is_program = any(
            d.name == "main" and d.kind == "function" and not d.space for d in reader.declarations
        )
        if path.suffix == ".cpp":
            units[str((path if is_program else path.parent).relative_to(root))].append(path)
    return units


def declared_functions(readers, folders):
    """Maps each name to the declarations of free functions of that name in the headers of these
    folders, each with its file."""
    functions = collections.defaultdict(list)
    for path, reader in readers.items():
        if path.suffix == ".h" and path.parent in folders:
            for declaration in reader.declarations:
                if declaration.kind == "function" and not declaration.hidden:
                    functions[declaration.name].append((path, declaration))
    return functions


def check_twins(hidden, place, errors):
    """Rule (a): the first file that defines a name owns it."""
    first = {}
    for path, declaration in hidden:
        owner, other = first.setdefault(declaration.name, (path, declaration))
        if owner != path:
            first[declaration.name] = (path, declaration)
            errors.append(
                f"{place(path, declaration)}: {declaration.kind} {declaration.name} is also a {other.kind} in the anonymous namespace of {place(owner, other)}"
            )


def check_overloads(hidden, functions, place, errors):
    """Rule (b): one complaint for each name of a file."""
    seen = set()
    for path, declaration in hidden:
        if declaration.kind != "function" or (path, declaration.name) in seen:
            continue
        for header, other in functions.get(declaration.name, []):
            if declaration.space[: len(other.space)] == other.space:
                seen.add((path, declaration.name))
                errors.append(
                    f"{place(path, declaration)}: function {declaration.name} is also declared in {place(header, other)}"
                )
                break


def check(root):
    """Returns the number of files, the number of hidden names, and the errors."""

    def place(path, declaration):
        return f"{path.relative_to(root)}:{declaration.line}"

    readers = {
        path: read(path) for path in sorted(root.rglob("*")) if path.suffix in (".h", ".cpp")
    }
    errors = [
        f"{path.relative_to(root)}:{line}: cannot tell which name is declared here"
        for path, reader in readers.items()
        for line in reader.unreadable
    ]
    units, count = units_of(readers, root), 0
    if not units:
        errors.append(f"{root}: no source file found")
    for _, paths in sorted(units.items()):
        hidden = [
            (path, declaration)
            for path in paths
            for declaration in readers[path].declarations
            if declaration.hidden
        ]
        count += len({(path, declaration.name) for path, declaration in hidden})
        check_twins(hidden, place, errors)
        check_overloads(
            hidden,
            declared_functions(readers, {root / folder for folder in COMMON} | {paths[0].parent}),
            place,
            errors,
        )
    return len(readers), count, errors


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", default="src", type=pathlib.Path)
    arguments = parser.parse_args()
    files, names, errors = check(arguments.root.resolve())
    for error in errors:
        print(error)
    print(f"{files} files with {names} names in anonymous namespaces, {len(errors)} errors")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
