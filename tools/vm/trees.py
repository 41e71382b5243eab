"""Makes the folders from which guests boot. They are made from Debian packages under build/vm, and
kept until the package lists or this tool change.

engines/  QEMU, user-mode Linux, kmod and busybox, with their libraries
kernel/   Debian's kernel and its modules
systemd/  the root of the guest whose first process is systemd
vmlinux, initrd  what QEMU loads
"""

import contextlib
import fcntl
import hashlib
import lzma
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import packages
from errors import Unavailable

TOOL = pathlib.Path(__file__).resolve().parent
PROJECT = TOOL.parents[1]
HOME = PROJECT / "build" / "vm"
# Modules that the guest's first process loads, in the order that modprobe finds: for the root, and
# for a kept disk.
ROOT_MODULES = ("virtio_pci", "9p", "9pnet_virtio", "overlay")
DISK_MODULES = ("virtio_blk", "ext4")
# Units that cost an emulated guest seconds without a use: a login on the console of the job, and
# devices that the guest does not have.
MASKED = (
    "serial-getty@ttyS0.service",
    "getty@tty1.service",
    "systemd-logind.service",
    "modprobe@configfs.service",
    "modprobe@dm_mod.service",
    "modprobe@drm.service",
    "modprobe@fuse.service",
    "modprobe@loop.service",
    "dev-hugepages.mount",
    "dev-mqueue.mount",
    "sys-fs-fuse-connections.mount",
    "sys-kernel-config.mount",
)
LEFT_OUT = (
    "./usr/share/doc/*",
    "./usr/share/locale/*",
    "./usr/share/man/*",
    "./lib/modules/*/kernel/drivers/gpu/*",
    "./lib/modules/*/kernel/drivers/media/*",
    "./lib/modules/*/kernel/sound/*",
)
XZ_MAGIC = b"\xfd7zXZ\0"


def engine_command(program, *arguments, name=None):
    """Runs a program of engines/ with the libraries that were unpacked with it. The host may have
    other libraries, or none."""
    engines = HOME / "engines"
    libraries = ":".join(
        str(engines / part)
        for part in (
            "lib/x86_64-linux-gnu",
            "usr/lib/x86_64-linux-gnu",
            "usr/lib/x86_64-linux-gnu/pulseaudio",
        )
    )
    loader = [
        str(engines / "lib64" / "ld-linux-x86-64.so.2"),
        "--library-path",
        libraries,
        "--argv0",
        name or program,
    ]
    return [*loader, str(engines / program), *map(str, arguments)]


def kmod_command(name, *arguments):
    """Runs depmod or modprobe: kmod acts by the name of its call."""
    return engine_command("bin/kmod", *arguments, name=name)


def kernel_version():
    return next((HOME / "kernel" / "lib" / "modules").iterdir()).name


def ensure():
    """Makes the folders that are missing or out of date. One process works at a time; the others
    wait."""
    key = compute_key()
    if is_current(key):
        return
    try:
        HOME.mkdir(parents=True, exist_ok=True)
        with open(HOME / "lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not is_current(key):
                make()
                (HOME / "key").write_text(key, encoding="utf-8")
    except OSError as error:
        raise Unavailable(f"guests cannot be prepared in {HOME}: {error}") from error


def is_current(key):
    with contextlib.suppress(OSError):
        return (HOME / "key").read_text(encoding="utf-8") == key
    return False


def compute_key():
    """Returns a text that changes when the sources of the folders change: the lists, and the way in
    which the folders are made."""
    made_from = sorted(
        [*TOOL.glob("*.txt"), TOOL / "trees.py", TOOL / "packages.py", TOOL / "guest" / "init-qemu"]
    )
    return hashlib.sha256(
        b"\0".join(path.name.encode() + b"\0" + path.read_bytes() for path in made_from)
    ).hexdigest()


def make():
    began = time.monotonic()
    print(
        "vm: preparing guests from Debian packages in build/vm (once; nothing is installed on this host)",
        file=sys.stderr,
    )
    (HOME / "key").unlink(missing_ok=True)
    archive = packages.Archive(HOME / "apt")
    archive.update()
    lists = {
        name: archive.resolve(packages.read_list(TOOL / f"{name}.txt"))
        for name in ("engines", "kernel", "systemd")
    }
    lists["kernel"] = [
        package for package in lists["kernel"] if re.match(r"linux-image-\d", package[0])
    ]
    for name, wanted in lists.items():
        packages.unpack(archive.download(wanted), HOME / name, LEFT_OUT)
    shutil.rmtree(HOME / "apt")
    make_kernel()
    make_initrd()
    make_systemd_root()
    print(f"vm: ready after {time.monotonic() - began:.0f} s", file=sys.stderr)


def make_kernel():
    """Makes the uncompressed kernel. QEMU enters it through its PVH entry point, and does not
    emulate a decompressor, which would take seconds."""
    version = kernel_version()
    run(kmod_command("depmod", "-b", HOME / "kernel", version))
    image = (HOME / "kernel" / "boot" / f"vmlinuz-{version}").read_bytes()
    start = image.find(XZ_MAGIC)
    if start < 0:
        raise Unavailable(
            f"Debian's kernel {version} is not compressed with xz, as this tool expects"
        )
    (HOME / "vmlinux").write_bytes(lzma.LZMADecompressor().decompress(image[start:]))


def make_initrd():
    """Makes the initrd: busybox, the modules in the order of loading, and the first process."""
    busybox = HOME / "engines" / "bin" / "busybox"
    with tempfile.TemporaryDirectory(dir=HOME) as folder:
        tree = pathlib.Path(folder)
        for name in (
            "bin",
            "dev",
            "proc",
            "sys",
            "run",
            "host",
            "upper",
            "root",
            "modules/root",
            "modules/disk",
        ):
            (tree / name).mkdir(parents=True)
        shutil.copy(busybox, tree / "bin")
        shutil.copy(TOOL / "guest" / "init-qemu", tree / "init")
        (tree / "init").chmod(0o755)
        for_root = list_modules(ROOT_MODULES)
        for_disk = [module for module in list_modules(DISK_MODULES) if module not in for_root]
        for place, modules in (("root", for_root), ("disk", for_disk)):
            for number, module in enumerate(modules):
                shutil.copy(module, tree / "modules" / place / f"{number:02}.ko")
        command = f"find . | {busybox} cpio -o -H newc 2>/dev/null > {HOME / 'initrd'}"
        run(["sh", "-c", command], cwd=tree)


def list_modules(names):
    """The files of the modules and of their dependencies, each once, in the order of loading."""
    files = {}
    for name in names:
        shown = run(
            kmod_command(
                "modprobe", "-d", HOME / "kernel", "-S", kernel_version(), "--show-depends", name
            )
        )
        files.update(
            (line.split()[1], None) for line in shown.splitlines() if line.startswith("insmod ")
        )
    return list(files)


def make_systemd_root():
    """Does the work of the packages' scripts, as far as a server needs it: accounts, the linker's
    cache, the default target."""
    root = HOME / "systemd"
    masters = root / "usr" / "share" / "base-passwd"
    etc = root / "etc"
    accounts = (
        masters / "passwd.master"
    ).read_text() + "messagebus:x:100:101::/nonexistent:/usr/sbin/nologin\n"
    groups = (
        masters / "group.master"
    ).read_text() + "messagebus:x:101:\nsystemd-journal:x:102:\nrender:x:103:\nkvm:x:104:\ninput:x:105:\nsgx:x:106:\n"
    files = {
        "passwd": accounts,
        "group": groups,
        "hostname": "weir-vm\n",
        "hosts": "127.0.0.1 localhost weir-vm\n::1 localhost\n",
        "fstab": "",
        # an id, because a machine without an id enables every unit
        "machine-id": "776569722d766d000000000000000001\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    }
    for name, text in files.items():
        (etc / name).write_text(text, encoding="utf-8")
    units = etc / "systemd" / "system"
    (units / "multi-user.target.wants").mkdir(parents=True, exist_ok=True)
    (units / "default.target").symlink_to("/lib/systemd/system/multi-user.target")
    shutil.copy(TOOL / "guest" / "weir-vm.service", units)
    (units / "multi-user.target.wants" / "weir-vm.service").symlink_to("../weir-vm.service")
    for unit in MASKED:
        (units / unit).symlink_to("/dev/null")
    for name in ("host", "proc", "sys", "dev", "run", "tmp", "root"):
        (root / name).mkdir(exist_ok=True)
    run([str(root / "sbin" / "ldconfig"), "-r", str(root)])


def run(command, cwd=None):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"{pathlib.Path(command[-1]).name}: {done.stderr.strip() or 'failed'}")
    return done.stdout
