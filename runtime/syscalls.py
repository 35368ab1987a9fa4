"""The system calls that a caged child may not make.

A list of what is denied, not of what is allowed: Python, libvips and onnxruntime differ in what they need from one
release to the next, and a decoder that meets an unforeseen EPERM would refuse good pictures. What is denied is
everything by which bytes could leave, other processes could be reached, or the kernel's rarer doors be tried.
"""

import errno
import os

import pyseccomp

CLONE_THREAD = 0x00010000

NETWORK = (
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4",
    "sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg",
)  # fmt: skip
PROGRAMS = ("fork", "vfork", "execve", "execveat")
OTHER_PROCESSES = (
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_open", "pidfd_getfd",
    "pidfd_send_signal", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "migrate_pages", "move_pages",
    "shmget", "shmat", "msgget", "semget", "mq_open",
    "setsid", "setpgid",  # a program that left the group would outlive the kill
)  # fmt: skip
KERNEL_DOORS = (
    "mount", "umount2", "pivot_root", "chroot", "fsopen", "fsconfig", "fsmount", "fspick", "open_tree", "move_mount",
    "mount_setattr", "unshare", "setns", "keyctl", "add_key", "request_key", "bpf", "perf_event_open", "userfaultfd",
    "io_uring_setup", "io_uring_enter", "io_uring_register", "kexec_load", "kexec_file_load", "init_module",
    "finit_module", "delete_module", "reboot", "swapon", "swapoff", "acct", "quotactl", "personality",
    "open_by_handle_at", "name_to_handle_at", "ioperm", "iopl", "modify_ldt", "settimeofday", "clock_settime",
    "adjtimex", "clock_adjtime", "sethostname", "setdomainname", "syslog", "fanotify_init", "vmsplice", "memfd_secret",
)  # fmt: skip
# Landlock does not give these either; denied twice because the parent opens what it finds in the folder.
TRAPS_FOR_THE_PARENT = ("symlink", "symlinkat", "mknod", "mknodat")
# Of any file of the same user, in the cage or not: Landlock knows neither owners nor modes, times and attributes, and
# truncate only from ABI 3 on.
FILES_OF_OTHERS = (
    "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchown", "fchownat",
    "utime", "utimes", "futimesat", "utimensat", "truncate", "setxattr", "lsetxattr", "fsetxattr", "setxattrat",
    "removexattr", "lremovexattr", "fremovexattr", "removexattrat", "file_setattr",
)  # fmt: skip
# Younger than most libseccomps, and the same number on every architecture.
NUMBERS = {"fchmodat2": 452, "setxattrat": 463, "removexattrat": 466, "file_setattr": 469}

NO = pyseccomp.ERRNO(errno.EPERM)


def deny(*, may_start_programs: bool) -> tuple[str, ...]:
    """Deny for ever, in every thread of this process; returns the names that this libseccomp does not know.

    may_start_programs: leave fork and execve (Landlock then says which files may be executed).
    Raises OSError when the kernel does not take the filter.
    """
    cage = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    # Threads exist already (imports start some): without TSYNC the filter would bind only this one.
    cage.set_attr(pyseccomp.Attr.CTL_TSYNC, 1)
    cage.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)
    unknown: list[str] = []
    for name in (*NETWORK, *OTHER_PROCESSES, *KERNEL_DOORS, *TRAPS_FOR_THE_PARENT, *FILES_OF_OTHERS):
        _deny(cage, name, unknown)
    _deny_truncating_readers(cage, unknown)
    if not may_start_programs:
        _deny_programs(cage, unknown)
    cage.load()
    return tuple(unknown)


def _deny_programs(cage: pyseccomp.SyscallFilter, unknown: list[str]) -> None:
    for name in PROGRAMS:
        _deny(cage, name, unknown)
    # A thread is a clone with CLONE_THREAD; a process is one without.
    _deny(cage, "clone", unknown, pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_THREAD, 0))
    # clone3 keeps its flags in memory, where a filter cannot look: absent, so that the C library falls back to clone.
    cage.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    # Signals to itself stay (abort() is one), to others not.
    for name in ("kill", "tgkill"):
        _deny(cage, name, unknown, pyseccomp.Arg(0, pyseccomp.NE, os.getpid()))


def _deny_truncating_readers(cage: pyseccomp.SyscallFilter, unknown: list[str]) -> None:
    """open() for reading alone empties a file all the same with O_TRUNC, which Landlock minds only from ABI 3 on."""
    for name, at in (("open", 1), ("openat", 2)):
        _deny(cage, name, unknown, pyseccomp.Arg(at, pyseccomp.MASKED_EQ, os.O_ACCMODE | os.O_TRUNC, os.O_TRUNC))
    # openat2 keeps its flags in memory, as clone3 does.
    cage.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "openat2")


def _deny(cage: pyseccomp.SyscallFilter, name: str, unknown: list[str], *only_if: pyseccomp.Arg) -> None:
    number = NUMBERS.get(name, pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name))
    if number == -1:  # libseccomp's word for "never heard of it"; other negatives: not on this architecture
        unknown.append(name)
    else:
        cage.add_rule(NO, number, *only_if)
