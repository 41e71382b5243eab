"""The command lines of the engines, and the job of a guest."""

import dataclasses
import os
import pathlib
import random
import shlex
import shutil

import trees
from errors import Unavailable, WrongUse

ENGINES = ("uml", "qemu", "systemd")
NICS = {
    "e1000": "e1000",
    "e1000e": "e1000e",
    "virtio": "virtio-net-pci,speed=1000,duplex=full",
    "slow": "virtio-net-pci,speed=10,duplex=full",
}  # QEMU's devices; virtio reports a speed only when it is given, and does not limit itself to it
# User-mode Linux keeps the guest's memory here: the kernel would write a file on a disk back.
SHARED_MEMORY = pathlib.Path("/dev/shm")
MEGABYTE = 1 << 20
DISK_BYTES = 512 * MEGABYTE  # sparse
# With tsc=reliable, the guest's time ran 3.4 times too fast under load; the ACPI timer follows the
# host's clock.
QEMU_KERNEL = "console=ttyS0 nokaslr mitigations=off no_timer_check nowatchdog clocksource=acpi_pm tsc=unstable"
COMMON_KERNEL = "quiet loglevel=3 panic=-1"  # panic=-1: at once, and with -no-reboot QEMU ends


@dataclasses.dataclass
class Guest:
    """The request of the user."""

    engine: str
    command: list  # empty: a shell
    limit: int  # seconds for the command; 0: none
    memory: int  # megabytes
    cpus: int
    nics: list  # of NICS
    disk: pathlib.Path | None
    share: pathlib.Path | None
    kernel_arguments: str


def check(guest):
    """Refuses what the engine cannot do."""
    if guest.engine == "uml":
        for name, asked in (("--cpus", guest.cpus != 1), ("--nic", guest.nics)):
            if asked:
                raise WrongUse(
                    f"user-mode Linux has one CPU and no NICs: {name} needs the engine qemu"
                )
    if guest.disk and guest.engine == "uml":
        raise WrongUse("--disk needs the engine qemu or systemd")
    if guest.engine == "systemd" and not pathlib.Path.cwd().is_relative_to(trees.PROJECT):
        raise WrongUse(
            f"the systemd guest has a root of its own and of this host only {trees.PROJECT}: call it from a folder inside"
        )
    if guest.share and not guest.share.is_dir():
        raise WrongUse(f"{guest.share} is not a folder")


def write_job(guest, folder, nonce):
    """The job as a shell file that the guest's scripts source."""
    size = shutil.get_terminal_size()
    values = {
        "engine": guest.engine,
        "home": trees.HOME,
        "tools": trees.TOOL,
        "project": trees.PROJECT,
        "directory": pathlib.Path.cwd(),
        "command": shlex.join(guest.command),
        "limit": guest.limit,
        "nonce": nonce,
        "disk": guest.disk or "",
        "share": guest.share or "",
        "terminal": os.environ.get("TERM", "dumb"),
        "rows": size.lines,
        "columns": size.columns,
        "console": "/dev/tty0" if guest.engine == "uml" else "/dev/ttyS0",
    }
    job = folder / "job"
    job.write_text(
        "".join(f"{name}={shlex.quote(str(value))}\n" for name, value in values.items()),
        encoding="utf-8",
    )
    return job


def make_disk(path):
    """Makes an empty disk for a guest that will boot again with its written files."""
    with open(path, "xb") as image:
        image.truncate(DISK_BYTES)
    trees.run(
        [
            "/bin/sh",
            "-c",
            shlex.join(trees.engine_command("sbin/mke2fs", "-q", "-F", "-t", "ext4", path)),
        ]
    )


def uml_command(guest, folder, job):
    """Pins user-mode Linux to one CPU. Its processes hand over to one another all the time. When
    they move between CPUs, it takes 3 to 11 s instead of 2 to boot."""
    free = shutil.disk_usage(SHARED_MEMORY).free // MEGABYTE if SHARED_MEMORY.is_dir() else 0
    if free < guest.memory:
        raise Unavailable(
            f"user-mode Linux keeps the guest's memory in {SHARED_MEMORY}, which has {free} MB free of the {guest.memory} that are needed; "
            "use the engine qemu"
        )
    cpu = random.choice(sorted(os.sched_getaffinity(0)))
    linux = trees.HOME / "engines" / "usr" / "bin" / "linux.uml"
    arguments = [
        f"mem={guest.memory}M",
        "rootfstype=hostfs",
        "rootflags=/",
        "ro",
        f"init={trees.TOOL / 'guest' / 'init-uml'}",
        "con=null",
        "con0=fd:0,fd:1",
        f"uml_dir={folder}/",
        "umid=uml",
        f"weir_job={job}",
        *COMMON_KERNEL.split(),
        *guest.kernel_arguments.split(),
    ]
    return [
        "env",
        f"TMPDIR={SHARED_MEMORY}",
        "taskset",
        "--cpu-list",
        str(cpu),
        str(linux),
        *arguments,
    ]


def qemu_command(guest, folder, job):
    """Names TCG explicitly: a host with /dev/kvm may still not be able to run a stock kernel."""
    engines = trees.HOME / "engines" / "usr" / "share"
    data = [
        word
        for name in ("share/qemu", "share/seabios", "lib/ipxe/qemu")
        for word in ("-L", str(engines.parent / name))
    ]
    root = "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap"
    arguments = [
        *data,
        "-M",
        "pc,usb=off,vmport=off",
        "-accel",
        "tcg",
        "-cpu",
        "qemu64",
        "-m",
        str(guest.memory),
        "-smp",
        str(guest.cpus),
        "-nodefaults",
        "-no-user-config",
        "-no-reboot",
        "-display",
        "none",
        "-chardev",
        "stdio,id=console,signal=off",
        "-serial",
        "chardev:console",
        "-fsdev",
        root,
        "-device",
        "virtio-9p-pci,fsdev=root,mount_tag=root",
        *nic_arguments(guest, folder),
    ]
    if guest.disk:
        arguments += ["-drive", f"file={guest.disk},format=raw,if=virtio"]
    if guest.share:
        arguments += [
            "-fsdev",
            f"local,id=share,path={guest.share},security_model=none",
            "-device",
            "virtio-9p-pci,fsdev=share,mount_tag=share",
        ]
    command_line = f"{QEMU_KERNEL} {COMMON_KERNEL} {guest.kernel_arguments} weir_job={job}"
    modules = trees.HOME / "engines" / "usr" / "lib" / "x86_64-linux-gnu" / "qemu"
    return [
        "env",
        f"QEMU_MODULE_DIR={modules}",
        *trees.engine_command(
            "usr/bin/qemu-system-x86_64",
            *arguments,
            "-kernel",
            trees.HOME / "vmlinux",
            "-initrd",
            trees.HOME / "initrd",
            "-append",
            command_line,
        ),
    ]


def nic_arguments(guest, folder):
    """NIC n has the address 52:54:00:00:00:n and is connected to one of two hubs. NICs with even
    numbers see each other, and NICs with odd numbers see each other.

    The guest finds QEMU's monitor at the virtio port "monitor". So the guest can pull a cable:
    set_link nic0 off.
    """
    arguments = []
    for number, model in enumerate(guest.nics):
        arguments += [
            "-netdev",
            f"hubport,id=net{number},hubid={number % 2}",
            "-device",
            f"{NICS[model]},netdev=net{number},id=nic{number},mac=52:54:00:00:00:{number:02x}",
        ]
    if arguments:
        socket = folder / "monitor"
        arguments += [
            "-chardev",
            f"socket,id=monitor,path={socket},server=on,wait=off",
            "-mon",
            "chardev=monitor,mode=readline",
            "-chardev",
            f"socket,id=port,path={socket},server=off",
            "-device",
            "virtio-serial-pci",
            "-device",
            "virtserialport,chardev=port,name=monitor",
        ]
    return arguments
