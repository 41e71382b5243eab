"""Runs a guest as a process of this host. No part of the guest outlives this tool. The tool watches
the guest until the guest reports how its command ended."""

import os
import selectors
import subprocess
import sys
import termios
import time

from errors import Unavailable

BOOT_LIMIT = 300  # s; 2 to 15 on an idle machine; systemd took 81 with sixteen compilers beside it
STOP_LIMIT = 60  # s for a guest with a kept disk to shut down
MARGIN = 30  # s after the command's own limit; then the guest counts as dead
SHOWN_OF_A_DEATH = 15  # lines
GUEST_DIED = 125


def contain(command):
    """Puts the command into a process namespace. The kernel ends the namespace when this process
    ends, for any reason."""
    unshare = [
        "unshare",
        *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]),
        "--pid",
        "--fork",
        "--kill-child",
    ]
    tried = subprocess.run(
        [*unshare, "true"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if tried.returncode != 0:
        raise Unavailable(
            f"a guest needs a process namespace, and so root or user namespaces: {tried.stderr.strip()}"
        )
    return [
        "setpriv",
        "--pdeathsig",
        "KILL",
        *unshare,
        "sh",
        "-c",
        '"$@"; exit $?',
        "guest",
        *command,
    ]


def run_shell(command):
    """A shell in the guest, on this terminal."""
    terminal = termios.tcgetattr(0) if os.isatty(0) else None
    try:
        return subprocess.run(contain(command), check=False).returncode
    finally:
        if terminal:
            termios.tcsetattr(0, termios.TCSADRAIN, terminal)


class Console:
    """The output of a guest: before its command begins, while it runs, and the mark that ends it."""

    def __init__(self, nonce, out):
        self.begin = f"{nonce} begin\n".encode()
        self.end = f"{nonce} end ".encode()
        self.out = out
        self.boot = b""  # everything until the command began
        self.held = b""  # text that may be the beginning of the mark
        self.began = False
        self.status = None

    def feed(self, data):
        """Passes on the output of the command; returns whether the command has ended."""
        if not self.began:
            self.boot += data.replace(b"\r", b"")
            boot, mark, data = self.boot.partition(self.begin)
            if not mark:
                return False
            self.boot, self.began = boot, True
        self.held += data
        printed, mark, rest = self.held.partition(self.end)
        if mark and b"\n" in rest:
            self._pass_on(printed)
            self.status = int(rest.partition(b"\n")[0])
            return True
        keep = len(printed) if mark else self._safe_length()
        self._pass_on(self.held[:keep])
        self.held = self.held[keep:]
        return False

    def _safe_length(self):
        """The length of the held text that cannot be the beginning of the mark."""
        for length in range(min(len(self.end), len(self.held)), 0, -1):
            if self.end.startswith(self.held[-length:]):
                return len(self.held) - length
        return len(self.held)

    def _pass_on(self, data):
        self.out.write(data)
        self.out.flush()


def run_command(command, nonce, limit, shuts_down):
    """Runs the guest until its command has ended. Returns the command's status, or GUEST_DIED. A
    limit of 0 means no limit."""
    console = Console(nonce, sys.stdout.buffer)
    with subprocess.Popen(
        contain(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            complaints = watch(process, console, limit)
            if shuts_down and console.status is not None:
                process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            console.status = None
            complaints = f"it did not shut down within {STOP_LIMIT} s"
        finally:
            process.kill()
    if console.status is None:
        tell_of_death(console, complaints)
        return GUEST_DIED
    return console.status


def watch(process, console, limit):
    """Feeds the console until the command or the guest has ended. Returns the complaints of the
    engine."""
    complaints = b""
    deadline = time.monotonic() + BOOT_LIMIT
    selector = selectors.DefaultSelector()
    for stream in (process.stdout, process.stderr):
        selector.register(stream, selectors.EVENT_READ)
    while selector.get_map():
        began = console.began
        ready = selector.select(None if deadline is None else max(0, deadline - time.monotonic()))
        if not ready:
            return f"no answer within {limit + MARGIN if began else BOOT_LIMIT} s"
        for key, _ in ready:
            data = os.read(key.fd, 1 << 16)
            if not data:
                selector.unregister(key.fileobj)
            elif key.fileobj is process.stderr:
                complaints += data
            elif console.feed(data):
                return ""
        if console.began and not began:
            deadline = time.monotonic() + limit + MARGIN if limit else None
    return complaints.decode(errors="replace")


def tell_of_death(console, complaints):
    console.out.write(console.held)
    console.out.flush()
    print(
        f"vm: the guest died {'while its command ran' if console.began else 'before its command began'}",
        file=sys.stderr,
    )
    lines = complaints.splitlines() + (
        [] if console.began else console.boot.decode(errors="replace").splitlines()
    )
    for line in lines[-SHOWN_OF_A_DEATH:]:
        print(f"  | {line}", file=sys.stderr)
