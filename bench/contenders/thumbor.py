"""thumbor with its own engine (Pillow): its server on 127.0.0.1, asked for each output by URL, as pages ask it.

pip installs it into a temporary environment of its own. It keeps no result and no copy of the original; what counts is
the CPU of its process, without ours for asking.
"""

import http.client
import socket
import subprocess
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.contenders import Contender, Missing, Wanted, place

PACKAGE = "thumbor==7.8.0"
UP_WITHIN = 30.0  # seconds
# Upright as all others make it; its JPEGs are progressive by default.
SETTINGS = """
LOADER = "thumbor.loaders.file_loader"
FILE_LOADER_ROOT_PATH = "{root}"
STORAGE = "thumbor.storages.no_storage"
RESPECT_ORIENTATION = True
METRICS = "thumbor.metrics.logger_metrics"
"""


@contextmanager
def started(folder: Path) -> Iterator[list[Contender]]:
    """One server, one process."""
    python, mine = _installed(folder / "venv"), place(folder, "thumbor")
    config = folder / "thumbor.conf"
    config.write_text(SETTINGS.format(root=mine))
    port = _free_port()
    command = [str(python), "-m", "thumbor.server", "--ip", "127.0.0.1", "--port", str(port), "--conf", str(config)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait(server, port)

        def run(path: Path, wanted: tuple[Wanted, ...]) -> float:
            (mine / "input.jpg").unlink(missing_ok=True)
            (mine / "input.jpg").symlink_to(path.absolute())
            before = _cpu(server.pid)
            bodies = [_asked(port, one) for one in wanted]
            spent = _cpu(server.pid) - before
            for one, body in zip(wanted, bodies, strict=True):
                (mine / one.file).write_bytes(body)
            return spent

        yield [Contender("thumbor", mine, run)]
    finally:
        server.terminate()
        server.wait(timeout=10)


def _installed(folder: Path) -> Path:
    python = folder / "bin" / "python"
    try:
        venv.create(folder, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]
        subprocess.run(command, check=True)
    except subprocess.CalledProcessError as error:
        raise Missing(f"thumbor is left out: it could not be installed ({error})") from None
    return python


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + UP_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise Missing("thumbor is left out: its server did not start")


def _asked(port: int, one: Wanted) -> bytes:
    filters = f"quality({one.quality}):format({one.format})" + (":fill(white)" if one.pad else "")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", f"/unsafe/fit-in/{one.side}x{one.side}/filters:{filters}/input.jpg")
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise RuntimeError(f"thumbor answered {answer.status} for {one.file}")
    return body


def _cpu(pid: int) -> float:
    """Of all its threads, in seconds: the kernel's own count, finer than the ticks of /proc/<pid>/stat."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
