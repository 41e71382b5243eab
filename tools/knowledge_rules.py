"""Parses and evaluates the `when` of knowledge/parameters.toml, for the checker and its tests.

weir itself runs src/judge/condition.cpp. This module checks the data without a build.
"""

import dataclasses
import operator
import re

OPERATORS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
VERSION = re.compile(r"\d+(\.\d+){0,2}\Z")
TERM = re.compile(
    r"""\s*(?:
      '(?P<text>[^']*)'
    | (?P<number>-?\d+(?:\.\d+)?)(?!\*)(?![\w.])
    | (?:(?P<factor>\d+(?:\.\d+)?)\*)?
      (?:(?P<own>value|default)(?:\.(?P<own_index>\d+))?(?![\w.])
       | (?P<fact>ram\.bytes|ram\.pages|cpus|kernel|netns\.initial)(?![\w.])
       | (?P<sysctl>[a-z][a-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+)(?:\#(?P<index>\d+))?)
    )""",
    re.VERBOSE,
)


class RuleError(ValueError):
    """A `when` that the grammar of knowledge/README.md does not allow."""


@dataclasses.dataclass(frozen=True)
class Term:
    kind: str  # number, text, value, default, sysctl, or the name of a fact
    value: object = None  # of a number or a text; the name of a sysctl
    index: int | None = None
    factor: float = 1.0


@dataclasses.dataclass(frozen=True)
class Clause:
    left: Term
    comparison: str
    right: Term


def parse_version(text):
    """Returns (6, 17, 0) for "6.17"; None for a text that is not a version."""
    if not VERSION.match(text):
        return None
    parts = [int(part) for part in text.split(".")]
    return tuple(parts + [0] * (3 - len(parts)))


def _take_term(text, start):
    match = TERM.match(text, start)
    if not match:
        raise RuleError(f"a term is expected at '{text[start:].strip()}'")
    found = match.groupdict()
    factor = float(found["factor"] or 1)
    if found["text"] is not None:
        term = Term("text", found["text"])
    elif found["number"] is not None:
        term = Term("number", float(found["number"]))
    elif found["own"]:
        term = Term(
            found["own"],
            index=None if found["own_index"] is None else int(found["own_index"]),
            factor=factor,
        )
    elif found["fact"]:
        if found["fact"] == "kernel" and found["factor"]:
            raise RuleError("a version takes no factor")
        term = Term(found["fact"], factor=factor)
    else:
        term = Term(
            "sysctl",
            found["sysctl"],
            None if found["index"] is None else int(found["index"]),
            factor,
        )
    return term, match.end()


def parse_when(text):
    """Returns the clauses of a conjunction. Raises RuleError, which names the mistake."""
    clauses, at = [], 0
    while True:
        left, at = _take_term(text, at)
        match = re.compile(r"\s*(==|!=|<=|>=|<|>)(?![=<>])").match(text, at)
        if not match:
            raise RuleError(f"one of == != < <= > >= is expected at '{text[at:].strip()}'")
        right, at = _take_term(text, match.end())
        clauses.append(Clause(left, match.group(1), right))
        if not text[at:].strip():
            return clauses
        joint = re.compile(r"\s+and\s").match(text, at)
        if not joint:
            raise RuleError(f"'and' is expected at '{text[at:].strip()}'")
        at = joint.end()


def _number(words, index, factor):
    """Returns the number at `index`, or the word if it is not a number; None when the text is
    shorter."""
    if index is None and len(words) != 1:
        return " ".join(words)
    word = words[index or 0] if (index or 0) < len(words) else None
    if word is None:
        return None
    return int(word) * factor if re.fullmatch(r"-?\d+", word) else word


@dataclasses.dataclass
class Facts:
    """A host and one value on it. `sysctls` holds other parameters by name; None means unknown."""

    value: str
    default: str | None = None
    ram_bytes: int | None = None
    cpus: int | None = None
    kernel: str = "6.18"
    initial: bool = True
    sysctls: dict = dataclasses.field(default_factory=dict)

    def find(self, term):
        if term.kind in ("number", "text"):
            return term.value
        if term.kind == "kernel":
            return parse_version(self.kernel)
        if term.kind == "netns.initial":
            return int(self.initial)
        if term.kind in ("ram.bytes", "ram.pages"):
            size = 1 if term.kind == "ram.bytes" else 4096
            return None if self.ram_bytes is None else self.ram_bytes // size * term.factor
        if term.kind == "cpus":
            return None if self.cpus is None else self.cpus * term.factor
        text = {"value": self.value, "default": self.default}.get(
            term.kind, self.sysctls.get(term.value)
        )
        return None if text is None else _number(str(text).split(), term.index, term.factor)


def _holds_clause(clause, facts):
    left, right = facts.find(clause.left), facts.find(clause.right)
    if left is None or right is None:
        return False
    if isinstance(left, tuple) or isinstance(right, tuple):
        left = parse_version(left) if isinstance(left, str) else left
        right = parse_version(right) if isinstance(right, str) else right
        return OPERATORS[clause.comparison](left, right)
    if isinstance(left, str) != isinstance(right, str):
        left, right = (f"{side:g}" if not isinstance(side, str) else side for side in (left, right))
    if isinstance(left, str) and clause.comparison not in ("==", "!="):
        return False
    return OPERATORS[clause.comparison](left, right)


def holds(clauses, facts):
    """Returns whether every clause holds; a clause that asks for an unknown value does not hold."""
    return all(_holds_clause(clause, facts) for clause in clauses)


def judge(parameter, facts):
    """Returns the verdict word for one value. The order is version, range, equality, rules,
    lower_is_worse."""
    kernel = parse_version(facts.kernel)
    if "removed" in parameter and kernel >= parse_version(parameter["removed"]):
        return "removed"
    if "since" in parameter and kernel < parse_version(parameter["since"]):
        return "removed"
    if "inert_since" in parameter and kernel >= parse_version(parameter["inert_since"]):
        return "inert"
    words = facts.value.split()
    if parameter["type"] != "text":
        if len(words) != parameter.get("count", 1) or not all(
            re.fullmatch(r"-?\d+", word) for word in words
        ):
            return "malformed"
        if any(
            int(word) < parameter.get("min", int(word))
            or int(word) > parameter.get("max", int(word))
            for word in words
        ):
            return "malformed"
    if facts.default is not None and words == facts.default.split():
        return "default"
    for rule in parameter.get("verdict", []):
        if holds(parse_when(rule["when"]), facts):
            return rule["verdict"]
    if facts.default is not None:
        own = facts.default.split()
        if any(
            int(words[index]) < int(own[index]) for index in parameter.get("lower_is_worse", [])
        ):
            return "lowers-default"
    return "changed"
