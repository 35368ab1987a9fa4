"""The parent's hand on one caged child: start it, send it a job, watch its limits, name its death."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from . import at_work, frames, metrics
from .confine import Report
from .limits import Limits
from .refusal import Refused
from .room import held
from .usage import Usage, look
from .verdict import CageIncomplete, ChildDied, SpawnFailed, WorkFailed, name_death

Said = TypeVar("Said")

ROOT = Path(__file__).resolve().parent.parent
# No setting and no secret of ours: only this, and what `Terms.env` adds.
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(ROOT),
    # One thread a child, parallel by children; two malloc arenas, or memory creeps up (libvips' own advice).
    "MALLOC_ARENA_MAX": "2",
    "VIPS_CONCURRENCY": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
START_SECONDS = 60.0
LOOK_SECONDS = 0.5
LAST_WORDS_SECONDS = 2.0
PATIENCE = 10
"""So many times its seconds a child of low priority may take by the clock."""
STDERR_KEPT = 4096  # bytes


@dataclass(frozen=True)
class Terms:
    """What every child of a pool is started with: see `runtime.jobs.Cages`."""

    work: str
    limits: Limits
    read: Sequence[Path] = ()
    programs: Sequence[Path] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    strict: bool = True


class Cage:
    """One warm child and its private folder.

    folder: put the input here; the work finds it by name and leaves its outputs here. Emptied after each lease.
    jobs: how many it was given. cpu_seconds: what its work has taken so far, last_cpu_seconds: in the last job.
    """

    def __init__(self, terms: Terms, folder: Path, process: asyncio.subprocess.Process) -> None:
        assert process.stdin and process.stdout and process.stderr  # noqa: S101 - we asked for the pipes
        self.folder = folder
        self.jobs = 0
        self.cpu_seconds = self.last_cpu_seconds = 0.0
        self.report = Report(0, False)
        self._limits, self._has_programs = terms.limits, bool(terms.programs)
        self._process, self._in, self._out = process, process.stdin, process.stdout
        self._stderr = b""
        self._stderr_reader = asyncio.create_task(self._keep_stderr(process.stderr))
        self._verdict: ChildDied | None = None  # why we killed it
        self._busy = False
        self._waited = 0.0  # seconds of this job that the parent has spent waiting for the child
        self._waiting_since: float | None = None
        self._usage = self._first_usage = Usage()
        self._given = 0  # bytes of this job's input

    @classmethod
    async def start(cls, terms: Terms, folder: Path) -> "Cage":
        """Spawn a child, wait until its work is loaded and it is locked in. Raises SpawnFailed."""
        cage = cls(terms, folder, await _spawn(folder, terms.env))
        try:
            async with asyncio.timeout(START_SECONDS):
                await cage._shake_hands(terms)
        except BaseException as error:
            await cage.close()
            if isinstance(error, SpawnFailed | asyncio.CancelledError):
                raise
            raise SpawnFailed(f"{terms.work} did not start: {error!r}\n{cage.stderr}") from error
        return cage

    async def _shake_hands(self, terms: Terms) -> None:
        self._in.write(
            frames.encode(
                {
                    "work": terms.work,
                    "folder": str(self.folder),
                    "limits": asdict(terms.limits),
                    "read": [str(path) for path in terms.read],
                    "programs": [str(path) for path in terms.programs],
                    "parent": os.getpid(),
                }
            )
        )
        report = (await self._receive())["ready"]
        self.report = Report(report["landlock"], report["seccomp"], tuple(report["missing"]))
        for part, there in (("landlock", self.report.landlock > 0), ("seccomp", self.report.seccomp)):
            metrics.CAGE_MISSING.labels(part).set(not there)
        if terms.strict and not self.report.complete:
            missing = ", ".join(self.report.missing)
            raise CageIncomplete(f"the cage is not complete on this machine, missing: {missing}")

    @property
    def reusable(self) -> bool:
        """Alive, between jobs, and not worn out."""
        return self._process.returncode is None and not self._busy and self.jobs < self._limits.jobs

    @property
    def stderr(self) -> str:
        """The end of what the child and its libraries have printed."""
        return self._stderr.decode(errors="replace").strip()

    async def run(self, job: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        """Send the job, yield each dict of the work as it comes.

        Raises Refused (the file is at fault), WorkFailed (we are), ChildDied (it passed a limit or crashed).
        Left before its end, by an exception, a cancellation or a break, the child is killed: by nobody's fault.
        """
        if self._busy:
            raise RuntimeError("a cage does one job at a time")
        self.jobs, self._busy = self.jobs + 1, True
        self._waited, self.last_cpu_seconds, self._usage = 0.0, 0.0, self._look_up()
        self._first_usage = self._usage
        self._given = held(self.folder)
        self._watch = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)
        try:
            self._in.write(frames.encode({"job": job}))
            while (value := self._sensible(frames.value, message := await self._receive())) is not None:
                yield value
            end = self._sensible(frames.ending, message)
            self.last_cpu_seconds = end.cpu
            self._busy = end.how == "memory"  # a heap that was full is not used again
            self._raise(end)
        finally:
            self._watch.cancel()
            if self._busy:
                self.kill()
                self.last_cpu_seconds = self.last_cpu_seconds or self._usage.cpu_seconds - self._first_usage.cpu_seconds
            self.cpu_seconds += self.last_cpu_seconds

    def _raise(self, end: frames.Ending) -> None:
        if end.how == "refused":
            raise Refused(*end.words)
        if end.how == "memory":
            raise ChildDied("memory", f"wanted more memory than {self._limits.rss_bytes} bytes", self.stderr)
        if end.how == "failed":
            raise WorkFailed(*end.words)

    def _sensible(self, read: Callable[[frames.Message], Said], message: frames.Message) -> Said:
        try:
            return read(message)
        except ValueError as error:
            raise ChildDied("protocol", f"spoke nonsense: {error}", self.stderr) from error

    def output(self, name: str) -> Path:
        """The path of a file that the work says it made. Raises WorkFailed unless it is a plain file of the folder."""
        path = self.folder / name
        if Path(name).name != name or path.is_symlink() or not path.is_file():
            raise WorkFailed("BadOutput", f"{name!r} is not a file of the cage's folder", "")
        return path

    def kill(self, verdict: ChildDied | None = None) -> None:
        """End the child and the programs it started, now. verdict: what `run` then raises."""
        self._verdict = self._verdict or verdict
        if self._process.returncode is not None and not self._has_programs:
            return  # its number may be somebody else's by now
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # it and its programs have ended already

    async def close(self) -> None:
        """Kill it and wait until it is gone, its pipes too."""
        self.kill()
        await self._process.wait()
        self._in.close()
        await self._last_words()

    async def _receive(self) -> frames.Message:
        loop = asyncio.get_running_loop()
        self._waiting_since = loop.time()
        try:
            with at_work.bounded():  # by `_look`
                await self._in.drain()
                size = int.from_bytes(await self._out.readexactly(frames.HEAD))
                if size > frames.LARGEST:
                    raise ValueError(f"a message of {size} bytes")
                return frames.decode(await self._out.readexactly(size))
        except (asyncio.IncompleteReadError, ConnectionError):
            raise await self._died() from None
        except ValueError as error:  # `run` kills it
            raise ChildDied("protocol", f"spoke nonsense: {error}", self.stderr) from error
        finally:
            self._waited += loop.time() - self._waiting_since
            self._waiting_since = None

    async def _died(self) -> ChildDied:
        self.kill()  # its programs, if it left some behind
        code = await self._process.wait()
        await self._last_words()
        kind, reason = (self._verdict.kind, self._verdict.reason) if self._verdict else name_death(code, self.stderr)
        return ChildDied(kind, reason, self.stderr)

    async def _last_words(self) -> None:
        # Without seccomp a program can leave the group, live on and hold the pipe: do not wait for it for ever.
        await asyncio.wait({self._stderr_reader}, timeout=LAST_WORDS_SECONDS)
        self._stderr_reader.cancel()

    def _look(self) -> None:
        """Twice a second while a job runs: is it within its time, memory, processes and disk?"""
        loop = asyncio.get_running_loop()
        self._watch = loop.call_later(LOOK_SECONDS, self._look)
        self._usage = self._look_up() or self._usage
        waited = self._waited + (loop.time() - self._waiting_since if self._waiting_since is not None else 0.0)
        if self._too_long(waited):
            self.kill(ChildDied("time", f"over {self._limits.seconds:g} seconds", ""))
        elif self._usage.rss_bytes > self._limits.rss_bytes:
            self.kill(ChildDied("memory", f"resident memory over {self._limits.rss_bytes} bytes", ""))
        elif self._usage.processes > self._limits.processes:
            self.kill(ChildDied("processes", f"ran more than {self._limits.processes} processes at once", ""))
        elif held(self.folder) - self._given > self._limits.made_bytes:
            self.kill(ChildDied("disk", f"wrote more than {self._limits.made_bytes} bytes", ""))

    def _too_long(self, waited: float) -> bool:
        """Who gets what nobody else wants may wait for it: its own CPU time counts, until it must be hanging."""
        if not self._limits.nice or waited <= self._limits.seconds:
            return waited > self._limits.seconds
        used = self._usage.cpu_seconds - self._first_usage.cpu_seconds
        return used > self._limits.seconds or waited > PATIENCE * self._limits.seconds

    def _look_up(self) -> Usage:
        return look(self._process.pid, programs=self._has_programs)

    async def _keep_stderr(self, pipe: asyncio.StreamReader) -> None:
        while chunk := await pipe.read(STDERR_KEPT):
            self._stderr = (self._stderr + chunk)[-STDERR_KEPT:]


async def _spawn(folder: Path, env: Mapping[str, str]) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "runtime.cage"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=folder,
            env={**ENVIRONMENT, "HOME": str(folder), "TMPDIR": str(folder), **env},
            start_new_session=True,  # our terminal's signals are not for it, and its programs die with it
        )
    except OSError as error:  # no more processes, descriptors or memory
        raise SpawnFailed(f"no process could be started: {error}") from error
