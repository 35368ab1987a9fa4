"""What one caged job may use."""

from dataclasses import dataclass

GIB = 1024**3
MIB = 1024**2


@dataclass(frozen=True)
class Limits:
    """Bounds of a caged child; whoever passes one is killed and named, and the parent goes on.

    seconds: wall clock a job, counted only while the parent waits for the child: our slow uploads cost a file nothing.
      Of who has a low priority its CPU time counts too, for on a busy machine it waits: see runtime/child.py.
    address_bytes: the child's address space (RLIMIT_AS), its libraries included; keep 2 GiB above what a job needs.
    rss_bytes: resident memory of the child and the programs it started, looked at twice a second; the kernel lets
      none of these processes allocate more for itself (RLIMIT_DATA).
    file_bytes: largest file that the child may write. made_bytes: all that one job leaves in its folder, looked at as
      often. open_files: file descriptors.
    processes: the child and the programs it started, at once, looked at as often (who may start none is not looked at).
    jobs: a child is replaced after so many, so that leaks and hidden damage do not add up. nice: added to the priority.
    """

    seconds: float = 60.0
    address_bytes: int = 4 * GIB
    rss_bytes: int = 2 * GIB
    file_bytes: int = 512 * MIB
    made_bytes: int = 2 * GIB
    open_files: int = 256
    processes: int = 16
    jobs: int = 200
    nice: int = 0
