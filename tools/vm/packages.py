"""Downloads Debian packages with weir's own apt state, and unpacks them into folders. Not an
installation: no script of a package runs."""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess

from errors import Unavailable

# dpkg-deb spends its time in xz; more processes only compete with the tests of a small machine.
PARALLEL_UNPACKERS = 2


def read_list(path):
    """The names in a package list, without its comments."""
    return [
        line.strip()
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]


class Archive:
    """Options for apt: the host's package sources, and a state in which no package is installed. So
    apt resolves and downloads every dependency."""

    def __init__(self, folder):
        for tool in ("apt-get", "dpkg-deb"):
            if shutil.which(tool) is None:
                raise Unavailable(
                    f"a guest is made of Debian packages, and {tool} is not on this host"
                )
        self.folder = folder
        for name in ("lists/partial", "archives/partial", "debs"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()
        settings = {
            "Dir::State::lists": folder / "lists",
            "Dir::State::status": folder / "status",
            "Dir::Cache::archives": folder / "archives",
            "Dir::Cache::pkgcache": "",
            "Dir::Cache::srcpkgcache": "",
            "APT::Architecture": "amd64",
            "APT::Architectures::": "amd64",
            "APT::Install-Recommends": "false",
            "APT::Sandbox::User": "root",
        }
        self.apt = ["apt-get", "-qq"] + [
            word for name, value in settings.items() for word in ("-o", f"{name}={value}")
        ]

    def update(self):
        self._run("update")

    def resolve(self, names):
        """NAME=VERSION of the packages and of all their dependencies."""
        return re.findall(r"^Inst (\S+) \((\S+)", self._run("-s", "install", *names), re.MULTILINE)

    def download(self, packages):
        """The files of the packages, as resolve() names them."""
        found = {(name, version): self._file(name, version) for name, version in packages}
        missing = [f"{name}={version}" for (name, version), file in found.items() if file is None]
        if missing:
            self._run("download", *missing)
        return [found[package] or self._file(*package) for package in packages]

    def _file(self, name, version):
        return next(
            iter((self.folder / "debs").glob(f"{name}_{version.replace(':', '%3a')}_*.deb")), None
        )

    def _run(self, *arguments):
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(
            self.apt + list(arguments),
            cwd=self.folder / "debs",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            lines = [line for line in done.stderr.splitlines() if line.startswith("E:")]
            raise Unavailable(
                f"apt cannot download the guest's packages from Debian's archive: {lines[0] if lines else done.stderr.strip()}"
            )
        return done.stdout


def unpack(files, folder, leave_out=()):
    """Unpacks the packages into a folder, and moves the folder to its place when it is complete."""
    fresh = pathlib.Path(f"{folder}.new")
    for old in (fresh, folder):
        shutil.rmtree(old, ignore_errors=True)
    # A merged /usr, so that packages of both layouts unpack into one folder.
    for name in ("bin", "sbin", "lib", "lib64"):
        (fresh / "usr" / name).mkdir(parents=True)
        (fresh / name).symlink_to(f"usr/{name}")

    def one(file):
        with subprocess.Popen(
            ["dpkg-deb", "--fsys-tarfile", str(file)], stdout=subprocess.PIPE
        ) as packed:
            excludes = [f"--exclude={pattern}" for pattern in leave_out]
            tar = [
                "tar",
                "-x",
                "--keep-directory-symlink",
                "--no-same-owner",
                *excludes,
                "-C",
                str(fresh),
            ]
            return subprocess.run(tar, stdin=packed.stdout, check=False).returncode

    with concurrent.futures.ThreadPoolExecutor(PARALLEL_UNPACKERS) as pool:
        if any(pool.map(one, files)):
            raise Unavailable(
                f"a package could not be unpacked into {folder}; is there room on the disk?"
            )
    fresh.rename(folder)
