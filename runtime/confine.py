"""The cage's floor, from inside a child: Landlock, seccomp, no_new_privs, rlimits. None of it needs a privilege.

Two steps, because of threads. Landlock binds only the calling thread and those it starts later, and merely importing
onnxruntime starts one: `close_files` must come while there is one thread, before anything heavy is imported.
seccomp can bind every thread at once, and imports may look up libraries by running a program: `close_calls` comes last.
"""

import ctypes
import functools
import importlib.util
import os
import resource
import signal
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from py_landlock import AccessFs, Landlock, LandlockError, get_abi_version

from .limits import Limits

# Libraries, fonts, time zones; nothing of /etc that names people or machines.
SYSTEM_READ = (
    "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/share", "/usr/local/lib", "/usr/local/share", "/lib", "/lib64",
    "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/dev/urandom", "/dev/random", "/dev/zero",
    "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
)  # fmt: skip
LOADERS = "ld-linux*.so*"  # the kernel runs a program through its dynamic loader, which must be executable too

READ = AccessFs.READ_FILE | AccessFs.READ_DIR
# No MAKE_SYM, MAKE_FIFO, MAKE_SOCK: the parent opens what it finds in the folder.
OWN = (
    READ | AccessFs.WRITE_FILE | AccessFs.TRUNCATE | AccessFs.MAKE_REG | AccessFs.MAKE_DIR
    | AccessFs.REMOVE_FILE | AccessFs.REMOVE_DIR | AccessFs.REFER
)  # fmt: skip
DIRECTORY_ONLY = READ & ~AccessFs.READ_FILE

PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 24, 36, 38
CAP_DAC_OVERRIDE = 1  # kept: root may run from a folder of another user, and Landlock bounds it all the same
CAPABILITY_VERSION_3 = 0x20080522
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Report:
    """What holds the child. landlock: its ABI, 0 when absent; denied: seccomp is on; missing: what is not as wanted."""

    landlock: int
    seccomp: bool
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return self.landlock > 0 and self.seccomp

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@functools.cache
def supported() -> dict[str, bool]:
    """What this kernel and machine offer, without confining anybody: for `packshot doctor`.

    Cached, because a confined process can no longer find out.
    """
    return {
        "landlock": _landlock_abi() > 0,
        "landlock_truncate": _landlock_abi() >= 3,
        "landlock_signals": _landlock_abi() >= 6,
        "seccomp": Path("/proc/sys/kernel/seccomp/actions_avail").exists() and _has_libseccomp(),
    }


def die_with(parent: int) -> None:
    """Be killed when the thread that spawned us ends; ends at once if `parent` has gone before we could ask."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def close_files(folder: Path, work: str, read: Iterable[Path] = (), programs: Sequence[Path] = ()) -> int:
    """From here on only `folder` is written and only code, libraries and `read` are read; gives Landlock's ABI or 0.

    work: the dotted name of the work's module, whose package stays readable. programs: what may be executed, in this
    same cage (and through the dynamic loader any other program that can be read: it gains nothing by that).
    Raises RuntimeError when a second thread is running already (it would stay outside).
    """
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise RuntimeError(f"{threads} threads are running: all but this one would stay outside the cage")
    supported()
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    _drop_capabilities()
    abi = _landlock_abi()
    if abi:
        rules = Landlock(strict=False)  # rights that this kernel does not know yet are left out
        for path in (*map(Path, SYSTEM_READ), *_code(work), *read, *programs):
            _allow(rules, path, READ)
        _allow(rules, Path("/dev/null"), READ | AccessFs.WRITE_FILE)
        _allow(rules, folder, OWN)
        for path in _executables(programs):
            _allow(rules, path, AccessFs.EXECUTE)
        rules.apply()
    return abi


def close_calls(limits: Limits, landlock: int, *, may_start_programs: bool = False) -> Report:
    """Set the rlimits and deny the dangerous system calls in all threads; `landlock` is what `close_files` gave."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.address_bytes, limits.address_bytes))
    # What is allocated and can be written, touched or not: the parent's watch looks too seldom for a sudden gigabyte.
    resource.setrlimit(resource.RLIMIT_DATA, (limits.rss_bytes, limits.rss_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file_bytes, limits.file_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits.open_files, limits.open_files))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if may_start_programs:
        _prctl(PR_SET_CHILD_SUBREAPER, 1)  # a program that lost its parent stays below us, where the watch counts it
    missing = () if landlock else ("landlock",)
    if not supported()["seccomp"]:
        return Report(landlock, False, (*missing, "seccomp"))
    from . import syscalls  # loads libseccomp, which may not be there

    return Report(landlock, True, (*missing, *syscalls.deny(may_start_programs=may_start_programs)))


def _code(work: str) -> Iterable[Path]:
    """The interpreter's library, installed packages, our own; not the folder around them, which may hold state."""
    paths = sysconfig.get_paths()
    yield from (Path(paths[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    yield Path(sys.base_prefix, "lib")
    for package in {work.partition(".")[0], "runtime", "schemas"}:
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.submodule_search_locations is not None:
            yield from map(Path, spec.submodule_search_locations)
        elif spec is not None and spec.origin is not None:
            yield Path(spec.origin)


def _allow(rules: Landlock, path: Path, access: AccessFs) -> None:
    if path.exists():  # what is not there needs no permission
        rules.add_path_rule(path, access=access if path.is_dir() else access & ~DIRECTORY_ONLY)


def _executables(programs: Sequence[Path]) -> list[Path]:
    if not programs:
        return []
    return [*programs, *(found for root in ("/lib", "/lib64") for found in Path(root).rglob(LOADERS))]


def _drop_capabilities() -> None:
    """A root's child keeps only the right that Landlock bounds; anybody else has none to drop."""
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    if os.geteuid() == 0:
        for capability in set(range(last + 1)) - {CAP_DAC_OVERRIDE}:
            _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # without CAP_SETPCAP refused; capset below decides
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    kept = 1 << CAP_DAC_OVERRIDE if os.geteuid() == 0 and _holds(CAP_DAC_OVERRIDE) else 0
    sets = (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0)
    _checked(_libc.capset(header, sets), "capset")


def _holds(capability: int) -> bool:
    lines = Path("/proc/self/status").read_text().splitlines()
    permitted = next(int(line.split()[1], 16) for line in lines if line.startswith("CapPrm"))
    return bool(permitted >> capability & 1)


def _landlock_abi() -> int:
    try:
        return int(get_abi_version())
    except LandlockError:  # an older kernel, or switched off at boot: the report says so
        return 0


def _has_libseccomp() -> bool:
    try:
        from . import syscalls  # noqa: F401
    except (RuntimeError, OSError):  # what pyseccomp raises without the library
        return False
    return True


def _prctl(option: int, value: int) -> None:
    _checked(_libc.prctl(option, value, 0, 0, 0), f"prctl {option}")


def _checked(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
