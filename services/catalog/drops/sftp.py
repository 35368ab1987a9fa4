"""A drop behind SFTP, by OpenSSH's own program (docs/decisions/0012): keys only, and only to a host that is known.

Each file is sent as `<name>.part` and renamed when it is whole. Where the connection was lost in between, the part lies
there: what takes a name out takes its part out, too.
"""

import asyncio
import contextlib
import shutil
import signal
import tempfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from services.catalog.drops.model import ToSftp
from services.catalog.drops.target import NotTaken

PROGRAM = "sftp"
PATIENCE_S, SLOWEST_BYTES_S = 60.0, 20_000
"""A batch has so long, and longer the more it holds."""
MOST_SAID = 300
PLAIN: dict[str, str] = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/nonexistent"}
"""The whole environment of the child: no agent, no key of ours."""


class SftpTarget:
    """program: where OpenSSH's `sftp` is; None where it is not."""

    def __init__(self, to: ToSftp, program: Callable[[], str | None] = lambda: shutil.which(PROGRAM)) -> None:
        self._to, self._program = to, program

    async def put(self, files: Mapping[str, Path], over: Collection[str]) -> None:
        """All of them by one connection."""
        lines = [f"-mkdir {_quoted(folder)}" for folder in _folders(self._to.folder)]
        for name, path in files.items():
            there, part = _quoted(self._at(name)), _quoted(self._at(_part(name)))
            lines.append(f"put {_quoted(str(path))} {part}")
            if name in over:  # who knows no rename that replaces refuses it where something lies
                lines.append(f"-rm {there}")
            lines.append(f"rename {part} {there}")
        await self._run(lines, sum(path.stat().st_size for path in files.values()))

    async def remove(self, names: Collection[str]) -> None:
        """What still lies there afterwards is told: `rm` alone does not say why it failed."""
        # A folder that cannot be listed is an error; a name that is not there is none.
        lines = [f"cd {_quoted(self._to.folder)}"] if self._to.folder else []
        every = [each for name in names for each in (name, _part(name))]
        lines += [f"-rm {_quoted(name)}" for name in every] + ["ls -1"]
        said = await self._run(lines, 0)
        left = set(every) & {line.strip().removeprefix("./") for line in said.splitlines()}
        if left:
            raise NotTaken(f"{self._to.host}: {min(left)} cannot be removed.")

    def _at(self, name: str) -> str:
        return f"{self._to.folder.rstrip('/')}/{name}" if self._to.folder else name

    async def _run(self, lines: list[str], size: int) -> str:
        program = self._program()
        if program is None:
            raise NotTaken("The program `sftp` is not there. Install openssh-client.")
        with tempfile.TemporaryDirectory(prefix="packshot-sftp-") as folder:
            batch = Path(folder) / "batch"
            batch.write_text("\n".join(lines) + "\n")
            child = await asyncio.create_subprocess_exec(
                program,
                *self._arguments(batch),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=PLAIN,
                start_new_session=True,  # `sftp` starts `ssh`: both end together
            )
            try:
                seconds = PATIENCE_S + size / SLOWEST_BYTES_S
                out, err = await asyncio.wait_for(child.communicate(), seconds)
            except TimeoutError as error:
                raise NotTaken(f"{self._to.host} took longer than {seconds:.0f} s.") from error
            finally:
                await _ended(child)
        if child.returncode:
            raise NotTaken(f"{self._to.host}: {_last(err) or f'sftp ended with {child.returncode}'}")
        return out.decode(errors="replace")

    def _arguments(self, batch: Path) -> list[str]:
        options = {
            "BatchMode": "yes",
            "StrictHostKeyChecking": "yes",
            "UserKnownHostsFile": str(self._to.known_hosts),
            "GlobalKnownHostsFile": "/dev/null",
            "UpdateHostKeys": "no",
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "ConnectTimeout": "20",
            "ServerAliveInterval": "15",
            "LogLevel": "ERROR",
        }
        told = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        key = ["-i", str(self._to.key_file), "-P", str(self._to.port)]
        return ["-q", "-F", "/dev/null", "-b", str(batch), *key, *told, f"{self._to.user}@{self._to.host}"]


def _part(name: str) -> str:
    return f"{name}.part"


def _folders(folder: str) -> list[str]:
    """`a/b` → `a`, `a/b`: each is made where it is not there."""
    parts = [part for part in folder.split("/") if part]
    root = "/" if folder.startswith("/") else ""
    return [root + "/".join(parts[: count + 1]) for count in range(len(parts))]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _last(said: bytes) -> str:
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    return " ".join(lines[-2:])[:MOST_SAID]


async def _ended(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            import os

            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()
