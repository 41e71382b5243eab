"""The files of knowledge/ must keep their format. They must name every parameter of their families
in the running kernel."""

import contextlib
import io
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import check_knowledge  # noqa: E402


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = check_knowledge.main(list(arguments))
    return code, out.getvalue() + err.getvalue()


class Knowledge(unittest.TestCase):
    def test_the_files_keep_their_format(self):
        code, printed = run()
        self.assertEqual(0, code, printed)

    @unittest.skipUnless(pathlib.Path("/proc/sys/net/core/somaxconn").exists(), "no /proc here")
    def test_every_parameter_of_the_running_kernel_is_named(self):
        code, printed = run("--kernel")
        self.assertEqual(0, code, printed)

    @unittest.skipUnless(pathlib.Path("/proc/sys/net/core/somaxconn").exists(), "no /proc here")
    def test_the_running_kernel_is_really_asked(self):
        names = check_knowledge.live_names(pathlib.Path("/proc"))
        self.assertIn("net.core.somaxconn", names)
        self.assertIn("net.ipv4.tcp_rmem", names)


if __name__ == "__main__":
    unittest.main()
