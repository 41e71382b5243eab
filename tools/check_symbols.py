"""Checks that the objects of the pure folders ask for no symbol that reads a clock, a file, a
socket, the environment or chance.

    check_symbols.py ARCHIVE…

A function can call time() although its includes are right. But an object cannot hide the symbols
that it asks the linker for.
"""

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


def undefined_symbols(path):
    done = subprocess.run(
        ["nm", "--undefined-only", "--format=posix", path],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"nm could not read {path}: {done.stderr.strip()}")
    member, symbols = path, []
    for line in done.stdout.splitlines():
        if line.endswith(":"):
            member = line[:-1]
        elif line.strip():
            symbols.append((member, line.split()[0].split("@")[0]))
    return symbols


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archives", nargs="+")
    parser.add_argument(
        "--skip-missing",
        action="store_true",
        help="exit 77, which CTest shows as skipped, when an archive was not built",
    )
    arguments = parser.parse_args()
    missing = [archive for archive in arguments.archives if not os.path.exists(archive)]
    if missing and arguments.skip_missing:
        print(f"skipped: {missing[0]} does not exist; `make release` builds it")
        return 77
    errors, count = [], 0
    for archive in arguments.archives:
        try:
            symbols = undefined_symbols(archive)
        except (RuntimeError, OSError) as error:
            print(error, file=sys.stderr)
            return 1
        count += len(symbols)
        for member, symbol in symbols:
            for kind, pattern in DENIED:
                if re.fullmatch(pattern, symbol):
                    errors.append(f"{member}: asks for {symbol} ({kind})")
    for error in errors:
        print(error)
    print(f"{count} symbols in {len(arguments.archives)} archives, {len(errors)} denied")
    return 1 if errors or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
