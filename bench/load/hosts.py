"""Hosts of their own on one machine: each a network namespace, whose loopback leads to our servers and nowhere else.

A namespace is that of one thread of this process: a socket that is opened there is the host's. It has no name on the
machine, and ends with that thread, with the programs that run there, and with this process, however that ends.
"""

import ctypes
import errno
import fcntl
import os
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import ParamSpec, TypeVar

from cli.breaking.link import Link, Manner
from cli.servers.process import program
from cli.trouble import Trouble

CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1
P = ParamSpec("P")
T = TypeVar("T")


class Host:
    """Use `host`."""

    def __init__(self) -> None:
        """Raises Trouble where this process may not."""
        self._thread = ThreadPoolExecutor(1, "host")
        try:
            self._thread.submit(_leave).result()
        except OSError as error:
            self._thread.shutdown()
            raise Trouble(f"A host of its own cannot be made: {error.strerror}.", "Run it as root.") from error
        self._id = self.inside(threading.get_native_id)

    def inside(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the call returns on that host; blocks."""
        return self._thread.submit(call, *args, **kwargs).result()

    @property
    def network(self) -> str:
        """A file that stands for it."""
        return f"/proc/{os.getpid()}/task/{self._id}/ns/net"

    @property
    def switch(self) -> Sequence[str]:
        """A command's prefix that starts it there. Raises Trouble."""
        return program("nsenter", "It is in the package util-linux."), f"--net={self.network}", "--"

    def close(self) -> None:
        """The namespace lives until what runs there has ended, too."""
        self._thread.shutdown()


@contextmanager
def host(ports: Iterable[int] = (), away_s: float = 0.0) -> Iterator[Host]:
    """A host, on whose loopback these ports are those of ours, so long away each way. Raises Trouble."""
    with ExitStack() as ends:
        one = Host()
        ends.callback(one.close)
        for port in ports:
            link = Link(partial(int, port))
            ends.enter_context(link.listening(one.inside(socket.create_server, ("127.0.0.1", port))))
            link.behave(Manner(delay_s=away_s))
        yield one


def possible() -> None:
    """Raises Trouble where no host can be made, or nothing can be started there."""
    with host() as one:
        done = subprocess.run([*one.switch, "true"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"Nothing can be started on a host of its own: {done.stderr.strip()}.", "Run it as root.")


def networks(pids: Iterable[int | str]) -> list[str]:
    """What the kernel calls the network of each process."""
    return [os.readlink(f"/proc/{pid}/ns/net") for pid in pids]


def interfaces() -> list[str]:
    """Of the network that this is called in."""
    return [name for _, name in socket.if_nameindex()]


def reached(port: int) -> bool:
    """Whether anybody listens on that port of the loopback of the network that this is called in."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != errno.ECONNREFUSED


def _leave() -> None:
    """Of this thread: into a network of its own, with its loopback up. Raises OSError."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    with socket.socket() as any_one:
        fcntl.ioctl(any_one, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
