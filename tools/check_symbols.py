"""Checks a built archive or program by its symbols.

    check_symbols.py ARCHIVE…
    check_symbols.py --without weir::judge [--without weir::plan …] PROGRAM…

The first form is for the pure folders: no symbol that reads a clock, a file, a socket, the
environment or chance. Even with correct includes, a function may call time(); the symbols that an
object requests from the linker show it. The second form is for a program that must stay small: no
symbol of those namespaces is linked into it, not even as the argument of a template."""

import argparse
import os
import re
import subprocess
import sys

DENIED = [
    (
        "clock",
        r"(clock_gettime|clock_nanosleep|gettimeofday|time|nanosleep|localtime(_r)?|gmtime(_r)?"
        r"|_ZNSt6chrono\w*3nowEv)",
    ),
    (
        "file",
        r"(open|openat|fopen|fopen64|open64|read|write|pread|pwrite|stat|lstat|fstat|opendir|readdir"
        r"|unlink|rename|_ZNSt\d*basic_[io]?f(ilebuf|stream).*|_ZNSt13basic_filebuf.*|_ZNSt1[0-9]basic_[io]?fstream.*|_ZNSt10filesystem.*)",
    ),
    (
        "socket",
        r"(socket|connect|send|sendto|sendmsg|recv|recvfrom|recvmsg|ioctl|setsockopt|getsockopt)",
    ),
    (
        "process",
        r"(fork|vfork|execve?|execvp?|posix_spawn|kill|system|popen|getpid|getuid|geteuid"
        r"|pthread_create)",
    ),
    ("environment", r"(getenv|secure_getenv|setenv|setlocale|isatty|_ZNSt6locale\w+)"),
    (
        "chance",
        r"(rand|random|srand|srandom|getrandom|getentropy|arc4random|_ZNSt13random_device.*)",
    ),
    ("output", r"(printf|fprintf|puts|putchar|fwrite|fputs|_ZSt4cout|_ZSt4cerr)"),
]


def run_nm(path, *options):
    done = subprocess.run(
        ["nm", *options, "--format=posix", path], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"nm could not read {path}: {done.stderr.strip()}")
    return done.stdout.splitlines()


def undefined_symbols(path):
    member, symbols = path, []
    for line in run_nm(path, "--undefined-only"):
        if line.endswith(":"):
            member = line[:-1]
        elif line.strip():
            symbols.append((member, line.split()[0].split("@")[0]))
    return symbols


def check_purity(path):
    """The number of symbols that the archive requests, and a sentence for each denied symbol."""
    symbols = undefined_symbols(path)
    errors = [
        f"{member}: asks for {symbol} ({kind})"
        for member, symbol in symbols
        for kind, pattern in DENIED
        if re.fullmatch(pattern, symbol)
    ]
    return len(symbols), errors


def check_absence(path, namespaces):
    """The number of the program's symbols, and a sentence for each symbol of these namespaces. A
    demangled name may contain blanks: it ends before the symbol's type, which is one letter."""
    names = [
        match[1]
        for match in (re.match(r"(.*?) [A-Za-z] [0-9a-f]", line) for line in run_nm(path, "-C"))
        if match
    ]
    errors = []
    for namespace in namespaces:
        inside = re.compile(r"(?<![\w:])" + re.escape(namespace) + "::")
        errors += [f"{path}: holds {name} ({namespace})" for name in names if inside.search(name)]
    return len(names), errors


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="NAMESPACE",
        help="the files are programs that hold no symbol of this namespace",
    )
    parser.add_argument(
        "--skip-missing",
        action="store_true",
        help="exit 77, which CTest shows as skipped, when a file was not built",
    )
    arguments = parser.parse_args()
    missing = [path for path in arguments.files if not os.path.exists(path)]
    if missing and arguments.skip_missing:
        print(f"skipped: {missing[0]} does not exist; `make release` builds it")
        return 77
    errors, count = [], 0
    for path in arguments.files:
        try:
            symbols, found = (
                check_absence(path, arguments.without) if arguments.without else check_purity(path)
            )
        except (RuntimeError, OSError) as error:
            print(error, file=sys.stderr)
            return 1
        count += symbols
        errors += found
    for error in errors:
        print(error)
    # Without any symbol the file was stripped, and nothing was checked.
    print(f"{count} symbols in {len(arguments.files)} files, {len(errors)} denied")
    return 1 if errors or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
