#!/usr/bin/env python3
"""Checks the files of knowledge/ against their format (knowledge/README.md), and with --kernel
against the running kernel.

    check_knowledge.py [--kernel] [--proc /proc] [FOLDER]

FOLDER is by default knowledge/ beside this file's folder. With --kernel, every live parameter of
net.core, net.ipv4.tcp_*, neigh and conntrack must be in parameters.toml or left-out.toml. The live
parameters are read here and in a new network namespace. Exit code: 0 no complaint, 1 complaints, 2
wrong use or a file that cannot be read.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tomllib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import knowledge_rules as rules  # noqa: E402

STAGES = [
    "link",
    "neighbour",
    "syn-queue",
    "accept-queue",
    "buffers",
    "transmission",
    "idle",
    "close",
    "time-wait",
    "connect",
    "host",
]
KINDS = {"sysctl", "sysfs", "ethtool", "rlimit"}
SCOPES = {"netns", "host", "host-read-only-in-netns", "interface", "queue", "process"}
TYPES = {"integer", "integers", "text"}
VERDICTS = {"harmful", "inert", "lowers-default", "conditional", "mixed", "harmless"}
SEVERITIES = {"critical", "warning", "notice"}
# How a cause explains a symptom: the enumerators of src/model/parameter.h.
RELATIONS = {
    "owners", "throttled", "port", "listener", "resource", "limits", "somaxconn", "syncookies",
    "own-port", "destination", "critical", "route", "always",
}  # fmt: skip
DEFAULT_RULES = {
    "tcp_mem", "udp_mem", "tcp_rmem", "tcp_wmem", "tcp_max_syn_backlog", "tcp_max_tw_buckets",
    "tcp_max_orphans", "tcp_ehash_entries",
    "nf_conntrack_max", "nf_conntrack_buckets", "file_max", "netdev_budget_usecs", "distribution",
}  # fmt: skip

# Keys: name → (type, required)
TEXT, TEXTS, NUMBER, NUMBERS, TABLES, TABLE, FLAG = (
    "a text",
    "a list of texts",
    "an integer",
    "a list of integers",
    "a list of tables",
    "a table",
    "true or false",
)
PARAMETER_KEYS = {
    "name": (TEXT, True), "kind": (TEXT, True), "stage": (TEXT, True),
    "also_stages": (TEXTS, False), "scope": (TEXT, True),
    "scope_note": (TEXT, False), "type": (TEXT, True), "count": (NUMBER, False),
    "unit": (TEXT, True), "min": (NUMBER, False),
    "max": (NUMBER, False), "since": (TEXT, False), "removed": (TEXT, False),
    "inert_since": (TEXT, False), "default": (TABLES, False),
    "summary": (TEXT, True), "behavior": (TEXT, True), "too_small": (TEXTS, False),
    "too_large": (TEXTS, False), "formula": (TEXT, True),
    "risk": (TEXT, False), "wrong_advice": (TEXT, False), "version_notes": (TEXT, False),
    "measured": (TEXTS, False),
    "sources": (TEXTS, True), "persist_note": (TEXT, False), "see": (TEXTS, False),
    "lower_is_worse": (NUMBERS, False),
    "verdict": (TABLES, False),
}  # fmt: skip
DEFAULT_KEYS = {
    "since": (TEXT, True),
    "value": (TEXT, False),
    "rule": (TEXT, False),
    "note": (TEXT, False),
}
VERDICT_KEYS = {
    "when": (TEXT, True),
    "verdict": (TEXT, True),
    "severity": (TEXT, False),
    "why": (TEXT, True),
    "remedy": (TEXT, False),
}
LEFT_OUT_KEYS = {"name": (TEXT, True), "reason": (TEXT, True)}
FINDING_KEYS = {
    "id": (TEXT, True), "stage": (TEXT, True), "title": (TEXT, True), "meaning": (TEXT, True),
    "remedy": (TEXT, True), "risk": (TEXT, True),
    "told_apart_by": (TEXT, True), "counters": (TEXTS, False), "parameters": (TEXTS, False),
    "sources": (TEXTS, True), "variant": (TABLE, False), "explains": (TABLES, False),
    "planned": (FLAG, False),
}  # fmt: skip
EXPLAINS_KEYS = {"symptom": (TEXT, True), "when": (TEXT, True)}
VARIANT_KEYS = {
    "title": (TEXT, False),
    "meaning": (TEXT, False),
    "remedy": (TEXT, False),
    "risk": (TEXT, False),
}

SHORTEST_REASON = 30  # a reason shorter than this says nothing
LIVE_FOLDERS = [
    "net/core",
    "net/ipv4/neigh/default",
    "net/ipv6/neigh/default",
]  # # every file in these folders
LIVE_PREFIXES = [("net/ipv4", "tcp_"), ("net/netfilter", "nf_conntrack"), ("net", "nf_conntrack")]


class Complaints(list):
    """The complaints, one sentence each, under the name of the entry."""

    def add(self, where, what):
        self.append(f"{where}: {what}")


def is_of_type(value, wanted):
    integer = lambda item: isinstance(item, int) and not isinstance(item, bool)  # noqa: E731
    checks = {
        TEXT: lambda: isinstance(value, str),
        TEXTS: lambda: isinstance(value, list) and all(isinstance(item, str) for item in value),
        NUMBER: lambda: integer(value),
        NUMBERS: lambda: isinstance(value, list) and all(integer(item) for item in value),
        TABLES: lambda: isinstance(value, list) and all(isinstance(item, dict) for item in value),
        TABLE: lambda: isinstance(value, dict),
        FLAG: lambda: isinstance(value, bool),
    }
    return checks[wanted]()


def check_text(where, key, text, out):
    if not text.strip():
        out.add(where, f"'{key}' is empty")
    elif text != text.strip() or re.search(r"[\x00-\x09\x0b-\x1f\x7f]| {2}", text):
        out.add(where, f"'{key}' has blanks at its ends, double blanks or control characters")


def check_keys(where, table, keys, out):
    """Reports unknown, missing and mistyped keys. Returns whether it can check the table further."""
    sound = True
    for key, value in table.items():
        if key not in keys:
            out.add(where, f"unknown key '{key}'")
        elif not is_of_type(value, keys[key][0]):
            out.add(where, f"'{key}' is not {keys[key][0]}")
            sound = False
        elif keys[key][0] in (TEXT, TEXTS):
            for text in [value] if isinstance(value, str) else value:
                check_text(where, key, text, out)
    for key, (_, required) in keys.items():
        if required and key not in table:
            out.add(where, f"'{key}' is missing")
            sound = False
    return sound


def glob_to_regex(pattern, star):
    return re.compile(star.join(re.escape(part) for part in pattern.split("*")) + r"\Z")


class Catalog:
    """The names of parameters.toml; `*` in a name stands for one component."""

    def __init__(self, parameters):
        self.by_name = {
            entry["name"]: entry for entry in parameters if isinstance(entry.get("name"), str)
        }
        self.patterns = [
            (glob_to_regex(name, r"[^.]+"), entry)
            for name, entry in self.by_name.items()
            if "*" in name
        ]

    def find(self, name):
        if name in self.by_name:
            return self.by_name[name]
        return next((entry for pattern, entry in self.patterns if pattern.match(name)), None)

    def any_fits(self, pattern):
        regex = glob_to_regex(pattern, ".*")
        return any(regex.match(name) for name in self.by_name)


def check_words(where, entry, out):
    for key, allowed in (("kind", KINDS), ("scope", SCOPES), ("type", TYPES), ("stage", STAGES)):
        if entry[key] not in allowed:
            out.add(where, f"'{entry[key]}' is not a {key}")
    also = entry.get("also_stages", [])
    for stage in also:
        if stage not in STAGES or stage == entry["stage"]:
            out.add(where, f"'{stage}' in 'also_stages' is not a stage, or is the entry's own")
    if len(set(also)) != len(also):
        out.add(where, "'also_stages' repeats itself")
    if entry["kind"] == "sysctl" and not re.fullmatch(
        r"[a-z]+(\.([A-Za-z0-9_-]+|\*))+", entry["name"]
    ):
        out.add(where, "a sysctl has a dotted name, in which '*' is one component")
    for key in ("since", "removed", "inert_since"):
        if key in entry and rules.parse_version(entry[key]) is None:
            out.add(where, f"'{key}' is not a kernel version")


def count_of(entry):
    count = entry.get("count", 1)
    return count if is_of_type(count, NUMBER) else 1


def check_numbers(where, entry, out):
    count = count_of(entry)
    if (
        entry["type"] == "integers"
        and count < 2
        or entry["type"] != "integers"
        and "count" in entry
    ):
        out.add(where, "'count' is 2 or more for 'integers', and is used nowhere else")
    if entry["type"] == "text" and ("min" in entry or "max" in entry or "lower_is_worse" in entry):
        out.add(where, "a text has no 'min', 'max' or 'lower_is_worse'")
    if entry.get("min", 0) > entry.get("max", entry.get("min", 0)):
        out.add(where, "'min' is above 'max'")
    lower = entry.get("lower_is_worse", [])
    if any(index < 0 or index >= count for index in lower) or len(set(lower)) != len(lower):
        out.add(where, "'lower_is_worse' holds indexes of the integers, each once")


def check_default_value(where, entry, value, out):
    if entry["type"] == "text":
        return
    words = value.split()
    if len(words) != count_of(entry) or not all(re.fullmatch(r"-?\d+", word) for word in words):
        out.add(where, f"the default '{value}' is not {count_of(entry)} integers")
    elif any(
        not entry.get("min", int(word)) <= int(word) <= entry.get("max", int(word))
        for word in words
    ):
        out.add(where, f"the default '{value}' is outside of 'min' and 'max'")


def check_defaults(where, entry, out):
    before = None
    for one in entry.get("default", []):
        if not check_keys(where + " default", one, DEFAULT_KEYS, out):
            continue
        if ("value" in one) == ("rule" in one):
            out.add(where, "a default has either a 'value' or a 'rule'")
        if "rule" in one and one["rule"] not in DEFAULT_RULES:
            out.add(where, f"'{one['rule']}' is not a rule for a default")
        if "value" in one:
            check_default_value(where, entry, one["value"], out)
        since = rules.parse_version(one["since"])
        if since is None:
            out.add(where, f"'{one['since']}' is not a kernel version")
        elif before is not None and since <= before:
            out.add(where, "defaults must be ordered by 'since', oldest first")
        before = since or before
    if "removed" not in entry and not entry.get("default"):
        out.add(
            where,
            "a parameter that still exists has a default (rule 'distribution' if nothing is compared)",
        )
    if entry.get("lower_is_worse") and not has_comparable_default(entry):
        out.add(where, "'lower_is_worse' needs a default to compare with")


def has_comparable_default(entry):
    return any(
        "value" in one or one.get("rule") not in (None, "distribution")
        for one in entry.get("default", [])
    )


def check_term(where, entry, catalog, term, out):
    if term.kind in ("value", "default"):
        count = count_of(entry)
        if term.index is not None and term.index >= count:
            out.add(where, f"'{term.kind}.{term.index}': the parameter has {count} integers")
        if term.index is None and count > 1 and entry["type"] == "integers":
            out.add(where, f"'{term.kind}' of several integers needs an index")
        if term.kind == "default" and not has_comparable_default(entry):
            out.add(where, "'default' is compared, and the parameter has none")
    if term.kind == "sysctl":
        other = catalog.find(term.value)
        if other is None:
            out.add(where, f"'{term.value}' is not in the catalog")
        elif (term.index or 0) >= count_of(other):
            out.add(where, f"'{term.value}#{term.index}': it has {count_of(other)} integers")


def check_clause(where, entry, catalog, clause, out):
    for term, other in ((clause.left, clause.right), (clause.right, clause.left)):
        check_term(where, entry, catalog, term, out)
        if term.kind == "kernel" and (
            other.kind != "text" or rules.parse_version(other.value) is None
        ):
            out.add(where, "'kernel' is compared with a quoted version")
        if (
            term.kind == "value"
            and entry["type"] == "text"
            and (other.kind not in ("text", "default") or clause.comparison not in ("==", "!="))
        ):
            out.add(where, "a text is compared with == or != and a quoted text")
        if term.kind == "value" and entry["type"] != "text" and other.kind == "text":
            out.add(where, "an integer is not compared with a quoted text")
    if clause.left.kind in ("number", "text") and clause.right.kind in ("number", "text"):
        out.add(where, "a clause compares two constants")


def check_verdicts(where, entry, catalog, out):
    seen = set()
    for rule in entry.get("verdict", []):
        if not check_keys(where + " verdict", rule, VERDICT_KEYS, out):
            continue
        if rule["verdict"] not in VERDICTS:
            out.add(where, f"'{rule['verdict']}' is not a verdict of a rule")
        if rule.get("severity", "notice") not in SEVERITIES:
            out.add(where, f"'{rule['severity']}' is not a severity")
        if rule["when"] in seen:
            out.add(
                where, f"the rule '{rule['when']}' occurs twice, so the second is never reached"
            )
        seen.add(rule["when"])
        if not rule["why"].endswith("."):
            out.add(where, "'why' must be whole sentences")
        try:
            clauses = rules.parse_when(rule["when"])
        except rules.RuleError as error:
            out.add(where, f"'{rule['when']}': {error}")
            continue
        for clause in clauses:
            check_clause(where, entry, catalog, clause, out)


def check_order(parameters, out):
    keys = [
        (STAGES.index(entry["stage"]), entry["name"])
        for entry in parameters
        if entry.get("stage") in STAGES and "name" in entry
    ]
    for before, after in zip(keys, keys[1:]):
        if before[1] == after[1]:
            continue
        if before > after:
            out.add(
                after[1],
                f"must not come after '{before[1]}': entries are ordered by stage, then name",
            )


def check_parameters(parameters, catalog, out):
    names = set()
    for entry in parameters:
        where = (
            entry.get("name")
            if isinstance(entry.get("name"), str)
            else "a parameter without a name"
        )
        if not check_keys(where, entry, PARAMETER_KEYS, out):
            continue
        if entry["name"] in names:
            out.add(where, "occurs here for the second time")
        names.add(entry["name"])
        check_words(where, entry, out)
        check_numbers(where, entry, out)
        check_defaults(where, entry, out)
        check_verdicts(where, entry, catalog, out)
        for other in entry.get("see", []):
            if other == entry["name"] or other not in catalog.by_name:
                out.add(where, f"'{other}' in 'see' is not another entry")
    check_order(parameters, out)


def check_left_out(entries, catalog, out):
    names = set()
    for entry in entries:
        where = f"left-out {entry.get('name', 'without a name')}"
        if not check_keys(where, entry, LEFT_OUT_KEYS, out):
            continue
        if entry["name"] in names:
            out.add(where, "occurs here for the second time")
        names.add(entry["name"])
        if catalog.find(entry["name"]) or catalog.any_fits(entry["name"]) and "*" in entry["name"]:
            out.add(where, "is in the catalog as well")
        if len(entry["reason"]) < SHORTEST_REASON or not entry["reason"].endswith("."):
            out.add(where, "the reason is not a whole sentence")


def check_braces(where, text, placeholders, out):
    for name in re.findall(r"\{([^{}]*)\}", text):
        if name not in placeholders:
            out.add(where, f"'{{{name}}}' is not in the table of placeholders")
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
        out.add(where, "a brace has no partner")


def check_finding(where, entry, catalog, placeholders, out):
    if entry["stage"] not in STAGES:
        out.add(where, f"'{entry['stage']}' is not a stage")
    if (
        not re.fullmatch(r"[a-z-]+\.[a-z0-9-]+", entry["id"])
        or entry["id"].split(".")[0] != entry["stage"]
    ):
        out.add(where, "the id is STAGE.CONDITION, with the entry's own stage")
    for name in entry.get("parameters", []):
        if not (catalog.find(name) or "*" in name and catalog.any_fits(name)):
            out.add(where, f"'{name}' in 'parameters' is not in the catalog")
    texts = [entry]
    for name, variant in entry.get("variant", {}).items():
        if not isinstance(variant, dict) or not check_keys(
            f"{where} variant {name}", variant, VARIANT_KEYS, out
        ):
            out.add(where, f"variant '{name}' is not a table of texts")
            continue
        texts.append(variant)
    for table in texts:
        for key in VARIANT_KEYS:
            check_braces(where, table.get(key, ""), placeholders, out)
        if table.get("title", "").endswith("."):
            out.add(where, "'title' ends in a full stop")


def check_explains(where, entry, found, out):
    """Only findings that weir makes are causes and symptoms: `found` has their ids."""
    seen = set()
    for one in entry.get("explains", []):
        if not check_keys(where + " explains", one, EXPLAINS_KEYS, out):
            continue
        symptom = one["symptom"]
        if symptom not in found or symptom == entry["id"]:
            out.add(where, f"'{symptom}' in 'explains' is not another finding that weir makes")
        if one["when"] not in RELATIONS:
            out.add(where, f"'{one['when']}' in 'explains' is not a relation")
        if symptom in seen:
            out.add(where, f"'{symptom}' occurs twice in 'explains'")
        seen.add(symptom)
    if entry.get("planned") and "explains" in entry:
        out.add(where, "a planned finding explains nothing yet")


def check_findings(document, catalog, out):
    placeholders = document.get("placeholder", {})
    ids = set()
    found = {entry.get("id") for entry in document.get("finding", []) if not entry.get("planned")}
    for entry in document.get("finding", []):
        where = f"finding {entry.get('id', 'without an id')}"
        if not check_keys(where, entry, FINDING_KEYS, out):
            continue
        if entry["id"] in ids:
            out.add(where, "occurs here for the second time")
        ids.add(entry["id"])
        check_finding(where, entry, catalog, placeholders, out)
        check_explains(where, entry, found, out)
    for name, phrase in placeholders.items():
        if not isinstance(phrase, str) or not phrase:
            out.add(f"placeholder {name}", "its phrase is not a text")


def live_names(proc, prefix=()):
    """The dotted names of a kernel's parameters, of the families that this program checks."""
    root = proc / "sys"
    paths = [path for folder in LIVE_FOLDERS for path in sorted((root / folder).glob("*"))]
    paths += [
        path
        for folder, start in LIVE_PREFIXES
        for path in sorted((root / folder).glob(start + "*"))
    ]
    return {".".join(path.relative_to(root).parts) for path in paths if path.is_file()}


def names_in_new_namespace():
    """The same names, read in a new network namespace that ends with the process. Empty without the
    right to make a namespace."""
    script = (
        "import sys,pathlib; sys.path.insert(0, sys.argv[1]); import check_knowledge as c; "
        "print(*c.live_names(pathlib.Path('/proc')), sep='\\n')"
    )
    tools = str(pathlib.Path(__file__).resolve().parent)
    done = subprocess.run(
        ["unshare", "--net", sys.executable, "-c", script, tools],
        capture_output=True,
        text=True,
        check=False,
    )
    return set(done.stdout.split()) if done.returncode == 0 else set()


def check_kernel(names, catalog, left_out, out):
    patterns = [
        glob_to_regex(entry["name"], r"[^.]*")
        for entry in left_out
        if isinstance(entry.get("name"), str)
    ]
    for name in sorted(names):
        if not catalog.find(name) and not any(pattern.match(name) for pattern in patterns):
            out.add(name, "this kernel has it, and neither parameters.toml nor left-out.toml does")


def load(path):
    with path.open("rb") as file:
        return tomllib.load(file)


def entries_of(document, key, path, out):
    for other in document:
        if other not in (key, "placeholder"):
            out.add(path.name, f"unknown table '{other}'")
    entries = document.get(key, [])
    if not is_of_type(entries, TABLES):
        out.add(path.name, f"'{key}' is not a list of tables")
        return []
    return entries


def check_folder(folder):
    """Returns (complaints, catalog, left_out) of the files in a folder. Raises OSError and
    tomllib.TOMLDecodeError."""
    out = Complaints()
    parameters = entries_of(
        load(folder / "parameters.toml"), "parameter", folder / "parameters.toml", out
    )
    catalog = Catalog(parameters)
    check_parameters(parameters, catalog, out)
    left_out = entries_of(load(folder / "left-out.toml"), "left_out", folder / "left-out.toml", out)
    check_left_out(left_out, catalog, out)
    findings = folder / "findings.toml"
    if findings.exists():
        document = load(findings)
        entries_of(document, "finding", findings, out)
        check_findings(document, catalog, out)
    return out, catalog, left_out


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--kernel", action="store_true", help="check the catalog against the running kernel as well"
    )
    parser.add_argument(
        "--proc",
        type=pathlib.Path,
        default=pathlib.Path("/proc"),
        help="the folder from which the kernel's parameters are read",
    )
    parser.add_argument(
        "folder",
        nargs="?",
        type=pathlib.Path,
        default=pathlib.Path(__file__).resolve().parents[1] / "knowledge",
    )
    options = parser.parse_args(arguments)
    try:
        out, catalog, left_out = check_folder(options.folder)
    except (OSError, tomllib.TOMLDecodeError) as error:
        print(f"{options.folder}: {error}", file=sys.stderr)
        return 2
    names = set()
    if options.kernel:
        names = live_names(options.proc)
        if not names:
            print(f"{options.proc}: no kernel parameter can be read there", file=sys.stderr)
            return 2
        if options.proc == pathlib.Path("/proc"):
            names |= names_in_new_namespace()
        check_kernel(names, catalog, left_out, out)
    for complaint in out:
        print(complaint)
    live = f", {len(names)} live names" if options.kernel else ""
    print(
        f"{len(catalog.by_name)} parameters, {len(left_out)} left out{live}: {len(out)} complaints"
    )
    return 1 if out else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
