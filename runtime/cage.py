"""A caged child, started by runtime/child.py: loads its work, locks itself in, serves jobs until the pipe closes."""

import importlib
import importlib.util
import os
import resource
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from . import confine, frames, priority
from .limits import Limits
from .refusal import Refused

Work = Callable[[dict[str, Any], Path], Iterator[dict[str, Any]]]


class Wire:
    """The two pipes to the parent, moved away from 0 and 1 so that what libraries print cannot garble them."""

    def __init__(self) -> None:
        self._in: BinaryIO = os.fdopen(os.dup(0), "rb")
        self._out: BinaryIO = os.fdopen(os.dup(1), "wb")
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
        os.dup2(2, 1)

    def receive(self) -> frames.Message | None:
        return frames.read(self._in)

    def send(self, message: frames.Message) -> None:
        self._out.write(frames.encode(message))
        self._out.flush()


def main() -> None:
    wire = Wire()
    spec = wire.receive()
    if spec is None:
        return
    confine.die_with(spec["parent"])
    # A stop of the whole service signals every process of it: the parent decides when we end, not the signal,
    # or a running job would look like a crash of the file's decoder.
    for stop in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    # Python ignores it and C libraries then report a baffling short write: better killed by it, and named.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    work, report = lock_in(spec)
    wire.send({"ready": report.as_dict()})
    folder = Path(spec["folder"])
    while (request := wire.receive()) is not None:
        serve(work, request["job"], folder, wire)


def lock_in(spec: frames.Message) -> tuple[Work, confine.Report]:
    """Load and warm the work between the two halves of the confinement (why: see runtime/confine.py)."""
    limits = Limits(**spec["limits"])
    programs = [Path(program) for program in spec["programs"]]
    module_name, _, function = spec["work"].partition(":")
    last = priority.lower(limits.nice)
    # Finds our own packages while the folder around them can still be listed.
    importlib.util.find_spec(module_name)
    importlib.import_module("schemas")
    landlock = confine.close_files(Path(spec["folder"]), module_name, map(Path, spec["read"]), programs)
    module = importlib.import_module(module_name)
    work: Work = getattr(module, function)
    warm = getattr(module, "warm", None)
    if warm is not None:
        warm()
    last()  # now that it is loaded: whoever waits for that would wait long for a child that gets what nobody wants
    return work, confine.close_calls(limits, landlock, may_start_programs=bool(programs))


def serve(work: Work, job: dict[str, Any], folder: Path, wire: Wire) -> None:
    """Send each value of the work as it comes, then one message that says how it ended and what CPU time it took."""
    before = cpu_seconds()
    end: frames.Message
    try:
        for value in work(job, folder):
            wire.send({"value": value})
        end = {"end": "done"}
    except Refused as refusal:
        end = {"end": "refused", "cause": refusal.cause, "cure": refusal.cure}
    except MemoryError:
        end = {"end": "memory"}
    except Exception as error:  # noqa: BLE001 - carried to the parent, which raises it as WorkFailed
        where = "".join(traceback.format_exception(error))
        end = {"end": "failed", "type": type(error).__name__, "message": str(error), "traceback": where}
    wire.send({**end, "cpu": cpu_seconds() - before})


def cpu_seconds() -> float:
    """User and system time of all threads so far, and of the programs that were waited for."""
    programs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + programs.ru_utime + programs.ru_stime


if __name__ == "__main__":
    main()
    os._exit(0)  # the parent has gone or let us go: no clean-up of libraries that may hang
