"""Tests tools/vm/vm itself: the view of a command in a guest, the difference between the end of the
command and the end of the guest, and that nothing is left behind."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "vm" / "vm"
sys.path.insert(0, str(TOOL.parent))
sys.dont_write_bytecode = True
import console  # noqa: E402
import packages  # noqa: E402

WRONG_USE, TIMED_OUT, DIED, CANNOT_BE_HAD = 2, 124, 125, 126


def vm(*arguments, **options):
    return subprocess.run(
        [str(TOOL), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        **options,
    )


def guests_of(folder):
    """The processes of this host that belong to the guest whose job is in this folder."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:
            pass  # it has ended
    return found


class WrongUse(unittest.TestCase):
    def expect_refusal(self, done, status, words):
        self.assertEqual(status, done.returncode, done.stderr)
        self.assertIn(words, done.stderr)
        self.assertEqual("", done.stdout)

    def test_an_unknown_engine_is_named(self):
        self.expect_refusal(vm("xen", "true"), WRONG_USE, "xen is not an engine")

    def test_a_shell_needs_a_terminal(self):
        self.expect_refusal(vm("uml"), WRONG_USE, "no command is given")

    def test_user_mode_linux_has_no_nics(self):
        self.expect_refusal(
            vm("uml", "--nic", "e1000", "true"), WRONG_USE, "--nic needs the engine qemu"
        )

    def test_the_systemd_guest_has_only_the_project(self):
        self.expect_refusal(
            vm("systemd", "true", cwd="/"), WRONG_USE, "call it from a folder inside"
        )

    def test_too_little_shared_memory_is_reported(self):
        self.expect_refusal(
            vm("uml", "--memory", "99999999", "true"),
            CANNOT_BE_HAD,
            "keeps the guest's memory in /dev/shm",
        )


class Command(unittest.TestCase):
    def test_arguments_output_folder_and_status_arrive(self):
        with tempfile.TemporaryDirectory() as folder:
            done = vm(
                "uml",
                "sh",
                "-c",
                'printf "%s|" "$@"; pwd; exit 7',
                "name",
                "two words",
                "$HOME",
                "",
                cwd=folder,
            )
            self.assertEqual(f"two words|$HOME||{folder}\n", done.stdout)
            self.assertEqual(7, done.returncode)

    def test_written_files_are_discarded_except_in_a_shared_folder(self):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as shared:
            for engine in ("uml", "qemu"):
                done = vm(
                    engine,
                    "--share",
                    shared,
                    "sh",
                    "-c",
                    f"echo lost > lost && cat lost && echo kept > {shared}/{engine}",
                    cwd=folder,
                )
                self.assertEqual(("lost\n", 0), (done.stdout, done.returncode), done.stderr)
                self.assertEqual("kept\n", pathlib.Path(shared, engine).read_text(encoding="utf-8"))
            self.assertEqual([], os.listdir(folder))

    def test_a_missing_command_is_reported(self):
        done = vm("uml", "no-such-command")
        self.assertEqual(127, done.returncode)
        self.assertIn("not found", done.stdout)

    def test_a_command_over_its_limit_differs_from_a_dead_guest(self):
        late = vm("uml", "--limit", "1", "sh", "-c", "echo begun; sleep 60")
        self.assertEqual(("begun\n", TIMED_OUT), (late.stdout, late.returncode), late.stderr)
        for engine in ("uml", "qemu"):
            dead = vm(
                engine,
                "sh",
                "-c",
                "echo begun; echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger; sleep 60",
            )
            self.assertEqual(DIED, dead.returncode, dead.stderr)
            self.assertIn("begun\n", dead.stdout)
            self.assertIn("the guest died while its command ran", dead.stderr)

    def test_a_kernel_that_does_not_boot_is_a_dead_guest(self):
        done = vm(
            "qemu",
            "--kernel-arguments",
            "rdinit=/no-such-init init=/no-such-init root=/dev/none",
            "true",
        )
        self.assertEqual(DIED, done.returncode)
        self.assertIn("before its command began", done.stderr)
        self.assertIn("panic", done.stderr)


class Disk(unittest.TestCase):
    def test_synced_files_survive_a_power_cut(self):
        with tempfile.TemporaryDirectory() as folder:
            disk = os.path.join(folder, "disk")
            cut = vm(
                "qemu", "--disk", disk, "--power-cut", "sh", "-c", "echo kept > /var/kept && sync"
            )
            self.assertEqual(0, cut.returncode, cut.stderr)
            done = vm("qemu", "--disk", disk, "cat", "/var/kept")
            self.assertEqual(("kept\n", 0), (done.stdout, done.returncode), done.stderr)


class Killed(unittest.TestCase):
    def expect_nothing_left(self, engine, number):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "TMPDIR": folder}
            with subprocess.Popen(
                [str(TOOL), engine, "sh", "-c", "echo begun; sleep 100"],
                env=environment,
                stdout=subprocess.PIPE,
            ) as tool:
                self.assertEqual(b"begun\n", tool.stdout.readline())
                self.assertNotEqual([], guests_of(folder))
                tool.send_signal(number)
            deadline = time.monotonic() + 10
            while guests_of(folder) and time.monotonic() < deadline:
                time.sleep(0.1)
            self.assertEqual([], guests_of(folder))

    def test_sigkill_ends_the_guest_as_well(self):
        self.expect_nothing_left("uml", signal.SIGKILL)
        self.expect_nothing_left("qemu", signal.SIGKILL)

    def test_sigterm_ends_the_guest_as_well(self):
        self.expect_nothing_left("uml", signal.SIGTERM)


class Mark(unittest.TestCase):
    """The mark that ends a command's output may arrive in pieces, and the output may hold a similar
    text."""

    def read(self, pieces):
        class Out:
            def __init__(self):
                self.data = b""

            def write(self, data):
                self.data += data

            def flush(self):
                pass

        out = Out()
        seen = console.Console("nonce", out)
        ended = [seen.feed(piece) for piece in pieces]
        return out.data, seen.status, ended[-1]

    def test_in_one_piece(self):
        self.assertEqual((b"out", 3, True), self.read([b"boot\r\nnonce begin\noutnonce end 3\n"]))

    def test_byte_by_byte(self):
        text = b"boot\nnonce begin\nnonce ennonce end 12\n"
        self.assertEqual(
            (b"nonce en", 12, True), self.read([text[i : i + 1] for i in range(len(text))])
        )

    def test_no_status_before_the_line_ends(self):
        self.assertEqual((b"out", None, False), self.read([b"nonce begin\nout", b"nonce end 1"]))

    def test_text_before_the_beginning_is_not_output(self):
        self.assertEqual((b"", None, False), self.read([b"nonce end 0\n"]))


class Lists(unittest.TestCase):
    def test_comments_are_not_packages(self):
        for name in ("engines", "kernel", "systemd"):
            listed = packages.read_list(TOOL.parent / f"{name}.txt")
            self.assertNotEqual([], listed)
            for package in listed:
                self.assertRegex(package, r"^[a-z0-9][a-z0-9.+-]+$")


if __name__ == "__main__":
    unittest.main()
