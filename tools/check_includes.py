"""Checks the layering of src/: which folder may include which, transitively, and which headers from
outside.

docs/architecture.md prints the table. A folder may include itself, the folders listed, and the
headers of `outside`. Every folder may include the standard library, except that `CLOSED_STANDARD`
closes some of its headers to the pure folders.
"""

import argparse
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)

VALUES = {"base", "model"}
PORTS = VALUES | {"kernel/port", "kernel/wire"}
NOTHING = []
SYSTEM = [
    r"sys/.*",
    r"unistd\.h",
    r"fcntl\.h",
    r"signal\.h",
    r"poll\.h",
    r"sched\.h",
    r"dirent\.h",
    r"netinet/.*",
    r"arpa/inet\.h",
    r"linux/.*",
    r"pwd\.h",
    r"grp\.h",
    r"termios\.h",
    r"langinfo\.h",
]

# folder: (folders it may include, patterns of outside headers it may include)
TABLE = {
    "base": (set(), [r"unistd\.h", r"tl/expected\.hpp"]),
    "disk": ({"base"}, SYSTEM),
    "model": ({"base"}, NOTHING),
    "codec": (VALUES, [r"nlohmann/.*", r"toml\+\+/.*", r"toml\+\+\.h"]),
    "kernel/port": (VALUES, NOTHING),
    "kernel/wire": (
        VALUES,
        [r"linux/.*", r"libmnl/.*", r"arpa/inet\.h", r"netinet/.*", r"sys/socket\.h"],
    ),
    "kernel/linux": (PORTS | {"disk"}, SYSTEM + [r"libmnl/.*"]),
    "kernel/fake": (PORTS, [r"linux/.*", r"libmnl/.*", r"arpa/inet\.h"]),
    "judge": (VALUES, NOTHING),
    "plan/formula": ({"base"}, NOTHING),
    "plan": (VALUES | {"plan/formula", "judge"}, NOTHING),
    "sense": (PORTS, [r"linux/.*"]),
    "store": (VALUES | {"codec", "disk"}, [r"sqlite3\.h"] + SYSTEM),
    "persist": (VALUES, NOTHING),
    "act/steps": (PORTS, [r"linux/.*"]),
    "act": (PORTS | {"persist", "store", "act/steps"}, [r"linux/.*"]),
    "ui/view": (VALUES, NOTHING),
    "ui/cli": (VALUES | {"ui/view", "codec"}, [r"fmt/.*"]),
    "lab": (
        PORTS
        | {
            "codec",
            "sense",
            "judge",
            "plan",
            "plan/formula",
            "persist",
            "store",
            "act/steps",
            "act",
            "ui/view",
            "ui/cli",
            "kernel/fake",
        },
        SYSTEM + [r"fmt/.*", r"nlohmann/.*"],
    ),
    "app": (None, SYSTEM + [r"syslog\.h", r"fmt/.*", r"CLI/.*", r"spdlog/.*"]),
}

# Part of base's interface: the stand-in for std::expected reaches it everywhere.
EVERYWHERE = [r"tl/expected\.hpp"]

# Headers through which a pure function could use a clock, a file, a thread or chance. base is
# exempt: its calendar is std::chrono's, and a UniqueFd closes.
PURE = {"model", "judge", "plan", "plan/formula", "persist", "ui/view", "kernel/wire", "codec"}
CLOSED_STANDARD = {
    "chrono",
    "ctime",
    "time.h",
    "fstream",
    "filesystem",
    "cstdio",
    "stdio.h",
    "iostream",
    "thread",
    "mutex",
    "future",
    "atomic",
    "random",
    "cstdlib",
    "stdlib.h",
    "locale",
    "clocale",
}

# Headers of bpf/, a folder beside src/. The records of its programs are for the folders that read
# them and for the folder that runs them. The loader is only for the folder that runs them.
BESIDE = {"bpf/records.h": {"kernel/wire", "kernel/linux"}, "bpf/loader.h": {"kernel/linux"}}

# Headers that cost seconds in each file: no header of weir may include them.
SLOW = re.compile(r"^(nlohmann/|toml\+\+|CLI/)")


def folder_of(path, root):
    parts = path.relative_to(root).parts
    for depth in (2, 1):
        name = "/".join(parts[:depth])
        if len(parts) > depth and name in TABLE:
            return name
    return None


def is_standard(header):
    return re.fullmatch(r"[a-z_]+", header) is not None or header in (
        "time.h",
        "stdio.h",
        "stdlib.h",
        "errno.h",
        "string.h",
    )


def includes_of(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return INCLUDE.findall(text)


def check_header(folder, header, where, errors):
    patterns = EVERYWHERE + TABLE[folder][1]
    if is_standard(header):
        if folder in PURE and header in CLOSED_STANDARD:
            errors.append(f"{where}: <{header}> is closed to the pure folder {folder}")
    elif not any(re.fullmatch(pattern, header) for pattern in patterns):
        errors.append(f"{where}: {folder} may not include <{header}>")


def check_file(path, root, errors):
    """Follows the project's includes from one file. Checks against the table every folder and
    outside header that the file includes directly, and every folder that it reaches through others.
    """
    folder = folder_of(path, root)
    if folder is None:
        errors.append(f"{path.relative_to(root)}: is in no folder of the table")
        return
    allowed = TABLE[folder][0]
    seen, queue = set(), [(path, str(path.relative_to(root)))]
    while queue:
        current, trail = queue.pop()
        for quote, header in includes_of(current):
            if quote == "<":
                if current == path:
                    check_header(folder, header, trail, errors)
                    if path.suffix == ".h" and SLOW.match(header):
                        errors.append(
                            f"{trail}: <{header}> in a header costs seconds in every file that includes it"
                        )
                continue
            if header in BESIDE:
                if folder not in BESIDE[header] and current == path:
                    errors.append(f"{trail}: {folder} may not include \"{header}\"")
                continue
            target = root / header
            if not target.is_file():
                if header not in ("app/knowledge.h",):
                    errors.append(f"{trail}: \"{header}\" is not a file under src/")
                continue
            other = folder_of(target, root)
            if allowed is not None and other != folder and other not in allowed:
                errors.append(f"{trail} -> {header}: {folder} may not include {other}")
            if target not in seen:
                seen.add(target)
                queue.append((target, f"{trail} -> {header}"))


def check(root):
    errors = []
    files = sorted(p for p in root.rglob("*") if p.suffix in (".h", ".cpp"))
    if not files:
        errors.append(f"{root}: no source file found")
    for path in files:
        check_file(path, root, errors)
    return len(files), errors


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", default="src", type=pathlib.Path)
    arguments = parser.parse_args()
    count, errors = check(arguments.root.resolve())
    for error in errors:
        print(error)
    print(f"{count} files, {len(errors)} includes against the layering")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
