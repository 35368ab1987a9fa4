"""Work for the tests of the cage: each job names what to try from inside; what happens there is sent back."""

import ctypes
import mmap
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from runtime.refusal import Refused

Job = dict[str, Any]
LIBC = ctypes.CDLL(None, use_errno=True)


def work(job: Job, folder: Path) -> Iterator[Job]:
    yield from ACTS[job["act"]](job, folder)


def attempt(act: Callable[[], object]) -> Job:
    """What became of an act that the cage may forbid."""
    try:
        return {"done": repr(act())}
    except OSError as error:
        return {"errno": error.errno}


def libc(name: str, *args: object) -> object:
    """A call that Python does not offer."""
    result = getattr(LIBC, name)(*args)
    if result == -1:
        raise OSError(ctypes.get_errno(), name)
    return result


def echo(job: Job, folder: Path) -> Iterator[Job]:
    yield {"echo": job.get("value"), "pid": os.getpid()}


def read(job: Job, folder: Path) -> Iterator[Job]:
    for path in job["paths"]:
        yield {"path": path, **attempt(Path(path).read_bytes)}


def listing(job: Job, folder: Path) -> Iterator[Job]:
    yield attempt(lambda: os.listdir(job["path"]))


def write(job: Job, folder: Path) -> Iterator[Job]:
    for path in job["paths"]:
        yield {"path": path, **attempt(partial(Path(path).write_bytes, b"mine"))}


def traps(job: Job, folder: Path) -> Iterator[Job]:
    yield attempt(lambda: os.symlink("/etc/passwd", folder / "trap"))
    yield attempt(lambda: os.mkfifo(folder / "trap"))
    yield attempt(lambda: os.link(job["foreign"], folder / "trap"))
    yield attempt(lambda: os.rename(job["foreign"], folder / "trap"))


def meddle(job: Job, folder: Path) -> Iterator[Job]:
    """With another's file: its mode, owner, times, attributes and length."""
    path = job["foreign"]
    yield {"chmod": attempt(lambda: os.chmod(path, 0o600))}
    yield {"fchmodat2": attempt(lambda: libc("syscall", 452, -100, os.fsencode(path), 0o600, 0))}
    yield {"chown": attempt(lambda: os.chown(path, os.getuid(), os.getgid()))}
    yield {"utimensat": attempt(lambda: os.utime(path, (0, 0)))}
    yield {"setxattr": attempt(lambda: os.setxattr(path, "user.packshot", b"1"))}
    yield {"setxattrat": attempt(lambda: libc("syscall", 463, -100, 0, 0, 0, 0, 0))}
    yield {"removexattr": attempt(lambda: os.removexattr(path, "user.packshot"))}
    yield {"truncate": attempt(lambda: os.truncate(path, 0))}
    yield {"open": attempt(lambda: os.open(path, os.O_RDONLY | os.O_TRUNC))}


def network(job: Job, folder: Path) -> Iterator[Job]:
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
        yield attempt(partial(socket.socket, family, socket.SOCK_DGRAM))
    yield attempt(socket.socketpair)


def programs(job: Job, folder: Path) -> Iterator[Job]:
    yield attempt(os.fork)
    yield attempt(lambda: os.execv(sys.executable, [sys.executable, "-c", "pass"]))  # noqa: S606
    yield attempt(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))
    yield attempt(lambda: os.posix_spawn(sys.executable, [sys.executable], {}))


def program(job: Job, folder: Path) -> Iterator[Job]:
    yield attempt(lambda: subprocess.run(job["argv"], check=False, capture_output=True, text=True).stdout)


def program_left_running(job: Job, folder: Path) -> Iterator[Job]:
    yield {"pid": subprocess.Popen(job["argv"]).pid}
    time.sleep(60)


def fork_bomb(job: Job, folder: Path) -> Iterator[Job]:
    """A small one: so many processes that sleep. how: each a child of ours, of the one before, or of nobody."""
    ours = os.getpid()
    for _ in range(job["processes"]):
        child = os.fork()
        if job["how"] == "chain":
            if child:
                break
        elif child == 0:
            if job["how"] == "orphans" and os.fork():
                os._exit(0)
            break
        elif job["how"] == "orphans":
            os.waitpid(child, 0)
    time.sleep(job["seconds"])
    if os.getpid() != ours:
        os._exit(0)
    yield {"forked": job["processes"]}


def reach_out(job: Job, folder: Path) -> Iterator[Job]:
    yield attempt(lambda: os.kill(job["parent"], 0))
    yield attempt(lambda: os.kill(job["parent"], signal.SIGTERM))
    yield attempt(lambda: libc("ptrace", 16, job["parent"], 0, 0))
    yield attempt(lambda: libc("unshare", 0x10000000))
    yield attempt(lambda: libc("mount", 0, 0, 0, 0, 0))
    yield attempt(lambda: libc("setsid"))
    yield attempt(lambda: libc("syscall", 425, 1, 0))  # io_uring_setup


def status(job: Job, folder: Path) -> Iterator[Job]:
    lines = Path("/proc/self/status").read_text().splitlines()
    yield {key: rest.strip() for key, _, rest in (line.partition(":") for line in lines)}


def environment(job: Job, folder: Path) -> Iterator[Job]:
    yield dict(os.environ)


def threads(job: Job, folder: Path) -> Iterator[Job]:
    found: list[Job] = []
    all_of_them = [threading.Thread(target=lambda: found.append(attempt(socket.socket))) for _ in range(8)]
    for thread in all_of_them:
        thread.start()
    for thread in all_of_them:
        thread.join()
    yield from found


def temporary(job: Job, folder: Path) -> Iterator[Job]:
    with tempfile.NamedTemporaryFile() as file:
        yield {"inside": Path(file.name).parent == folder}


def refuse(job: Job, folder: Path) -> Iterator[Job]:
    yield {"before": 1}
    raise Refused("The picture is cut off.", "Export it again.")


def fail(job: Job, folder: Path) -> Iterator[Job]:
    yield {"before": 1}
    raise LookupError("no such preset")


def noise(job: Job, folder: Path) -> Iterator[Job]:
    print("a library talks")
    os.write(1, b"\x00\x00\x00\x02{}")
    os.write(2, b"a decoder complains\n")
    yield {"after": "noise"}


def big(job: Job, folder: Path) -> Iterator[Job]:
    yield {"text": "ä" * job["size"]}


def not_json(job: Job, folder: Path) -> Iterator[Job]:
    yield {"path": folder}


def fill(job: Job, folder: Path) -> Iterator[Job]:
    """Many files, each of them small enough."""
    for number in range(job["files"]):
        (folder / str(number)).write_bytes(bytes(job["bytes"]))
        time.sleep(job["pause"])
    yield {"filled": job["files"]}


def hog(job: Job, folder: Path) -> Iterator[Job]:
    """shared: memory that the kernel does not count as the process' own."""
    kept: list[bytearray | mmap.mmap] = []
    while True:
        kept.append(mmap.mmap(-1, job["step"]) if job.get("shared") else bytearray(job["step"]))
        kept[-1][:] = bytes(job["step"])
        yield {"held": len(kept) * job["step"]}
        time.sleep(job["pause"])


def loop(job: Job, folder: Path) -> Iterator[Job]:
    yield {"started": True}
    while True:
        pass


def burn(job: Job, folder: Path) -> Iterator[Job]:
    until = time.process_time() + job["seconds"]
    while time.process_time() < until:
        pass
    yield {"burnt": job["seconds"]}


def wait(job: Job, folder: Path) -> Iterator[Job]:
    yield {"pid": os.getpid()}
    time.sleep(job["seconds"])
    yield {"slept": job["seconds"]}


def die(job: Job, folder: Path) -> Iterator[Job]:
    yield {"before": 1}
    os.write(2, b"assertion failed in the decoder\n")
    if job["how"] == "abort":
        os.abort()
    if job["how"] == "segv":
        ctypes.string_at(0)
    os._exit(int(job["how"]))


def die_if_spoilt(job: Job, folder: Path) -> Iterator[Job]:
    """Dies in a child that `spoil` was in, as a job may whose forerunner damaged the heap."""
    if job["how"] in STATE:
        os.abort()
    yield {"text": (folder / "input").read_text()}


def spoil(job: Job, folder: Path) -> Iterator[Job]:
    STATE.add(job["how"])
    yield {"spoilt": True}


def fill_disk(job: Job, folder: Path) -> Iterator[Job]:
    with (folder / "large").open("wb") as file:
        while True:
            file.write(bytes(1 << 20))
            file.flush()
            yield {"size": file.tell()}


def litter(job: Job, folder: Path) -> Iterator[Job]:
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "file").write_bytes(b"x")
    (folder / "out.bin").write_bytes(b"out")
    yield {"file": "out.bin"}


def nonsense(job: Job, folder: Path) -> Iterator[Job]:
    """What a decoder taken over by an attacker may say to the parent."""
    sayings = {
        "huge": b"\xff\xff\xff\xff",
        "garbage": b"\x00\x00\x00\x03{]{",
        "list": b"\x00\x00\x00\x02[]",
        "deep": (200_000).to_bytes(4) + b"[" * 200_000,
        "empty": b"\x00\x00\x00\x02{}",
        "ending": b'\x00\x00\x00\x1a{"end":"done","cpu":"NaN"}',
    }
    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and os.readlink(f"/proc/self/fd/{number}").startswith("pipe:"):
            attempt(partial(os.write, number, sayings[job["saying"]]))
    time.sleep(60)
    yield {}


def thumbnail(job: Job, folder: Path) -> Iterator[Job]:
    import pyvips

    picture = pyvips.Image.thumbnail_buffer((folder / job["input"]).read_bytes(), 64).copy_memory()
    for name in ("out.jpg", "out.webp", "out.avif", "out.png"):
        picture.write_to_file(str(folder / name))
        yield {"file": name, "width": picture.width}


def drawing(job: Job, folder: Path) -> Iterator[Job]:
    """Opened by its path, as librsvg needs it to follow references to other files."""
    import pyvips

    yield {"shown": [round(value) for value in pyvips.Image.svgload(job["path"]).getpoint(20, 20)[:3]]}


def infer(job: Job, folder: Path) -> Iterator[Job]:
    import numpy
    import onnxruntime

    session = onnxruntime.InferenceSession(str(folder / job["input"]))
    (out,) = session.run(None, {"x": numpy.array([[1.0, 2.0]], dtype=numpy.float32)})
    yield {"sum": out.tolist(), "threads": len(os.listdir("/proc/self/task"))}


STATE: set[str] = set()
ACTS: dict[str, Callable[[Job, Path], Iterator[Job]]] = {
    act.__name__: act
    for act in (
        *(echo, read, listing, write, traps, meddle, network, programs, program, program_left_running, fork_bomb),
        *(reach_out, status, environment, threads, temporary, refuse, fail, noise, big, not_json, fill, hog, loop),
        *(burn, wait, die, die_if_spoilt, spoil, fill_disk, litter, nonsense, thumbnail, drawing, infer),
    )
}
