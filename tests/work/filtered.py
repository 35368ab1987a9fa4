"""Runs a program under a system-call filter, as a container or an old kernel would have it.

`python -m tests.work.filtered namespaces PROGRAM ARGS…`: what Docker's own filter denies a container.
`… landlock …`: a kernel without Landlock.
"""

import errno
import os
import sys

import pyseccomp

NEW_NAMESPACES = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
DENIED = ("unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "fsopen", "fsmount", "move_mount")
LANDLOCK_CREATE_RULESET = 444  # libseccomp 2.5 does not know its name yet; the number is the same on every machine


def namespaces() -> pyseccomp.SyscallFilter:
    """EPERM for mounts and namespaces; no clone3, whose flags a filter cannot see."""
    held = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in DENIED:
        held.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    for flag in NEW_NAMESPACES:
        held.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag))
    held.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    return held


def landlock() -> pyseccomp.SyscallFilter:
    """No Landlock."""
    held = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    held.add_rule(pyseccomp.ERRNO(errno.ENOSYS), LANDLOCK_CREATE_RULESET)
    return held


if __name__ == "__main__":
    {"namespaces": namespaces, "landlock": landlock}[sys.argv[1]]().load()
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - no shell is wanted
