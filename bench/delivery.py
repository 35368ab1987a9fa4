"""A made rendition by its public address, beside the same bytes from Starlette's StaticFiles under the same server.

    packshot up && packshot demo && python -m bench.delivery [--seconds 5] [--rounds 5]

Both are one process of uvicorn; the file is the one nearest to 100 kB of the gallery of any product; 16 connections ask
for it as fast as they are answered, turn by turn. nginx, where it is installed, is printed beside them: one worker.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from cli import ports
from cli.connect import settings_of
from cli.home import current
from runtime.database import Database

CONNECTIONS = 16
WANTED = 100_000
NGINX = """daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{ access_log off; sendfile on; keepalive_requests 10000000; default_type image/jpeg;
client_body_temp_path {folder}/body;
proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
scgi_temp_path {folder}/scgi; server {{ listen 127.0.0.1:{port}; root {folder}; }} }}"""


class Served(NamedTuple):
    """Who serves it, where."""

    name: str
    port: int
    path: str


async def nearest() -> str:
    """The public path of a picture of about 100 kB."""
    database = Database(settings_of(current()).database_url)
    async with database.reading() as connection:
        row = await connection.fetchrow(
            "SELECT s.sku, s.role, f.preset, f.key FROM delivery.slot s JOIN delivery.head h USING (asset_id) "
            "JOIN delivery.file f ON f.asset_id = h.asset_id AND f.version = h.live WHERE s.role = 'main' "
            "AND f.format = 'jpeg' ORDER BY abs(f.bytes - $1) LIMIT 1",
            WANTED,
        )
    await database.close()
    if row is None:
        sys.exit("There is no product with a picture yet: `packshot demo` makes some.")
    return f"/p/{row['sku']}/{row['role']}/{row['preset']}.{row['key'].rpartition('.')[2]}"


async def asked(served: Served, until: float, count: list[int]) -> None:
    """One connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    request = f"GET {served.path} HTTP/1.1\r\nHost: shop\r\nAccept: */*\r\n\r\n".encode()
    while time.monotonic() < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(f"{served.name}: {head[:200]!r}")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        count[0] += 1
    writer.close()


async def rate(served: Served, seconds: float) -> float:
    """Answers a second."""
    count, started = [0], time.monotonic()
    await asyncio.gather(*(asked(served, started + seconds, count) for _ in range(CONNECTIONS)))
    return count[0] / (time.monotonic() - started)


@contextmanager
def static(folder: Path, port: int) -> Iterator[Served]:
    """StaticFiles under uvicorn, as ours is."""
    (folder / "served.py").write_text(
        "from starlette.staticfiles import StaticFiles\nfrom starlette.applications import Starlette\n"
        "from starlette.routing import Mount\n"
        f"app = Starlette(routes=[Mount('/', StaticFiles(directory={str(folder)!r}))])\n"
    )
    command = [sys.executable, "-m", "uvicorn", "served:app", "--app-dir", str(folder), "--port", str(port)]
    with running([*command, "--no-access-log", "--log-level", "error", "--loop", "uvloop"], port):
        yield Served("StaticFiles", port, "/file.jpg")


@contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    """That server, once it listens."""
    process = subprocess.Popen(command)
    try:
        for _ in range(100):
            try:
                httpx.get(f"http://127.0.0.1:{port}/")
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


@contextmanager
def nginx(folder: Path, port: int) -> Iterator[Served]:
    """One worker of it."""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    with running(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)], port):
        yield Served("nginx", port, "/file.jpg")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    table = ports.load(current().root / "ports.json", os.environ)
    path = asyncio.run(nearest())
    ours = Served("packshot", table["public"], path)
    body = httpx.get(f"http://127.0.0.1:{ours.port}{path}").content
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "file.jpg").write_bytes(body)
        others = [stack.enter_context(static(folder, 18601))]
        if shutil.which("nginx"):
            folder.chmod(0o755)
            others.append(stack.enter_context(nginx(folder, 18602)))
        print(
            f"{path}: {len(body)} bytes, {CONNECTIONS} connections, {args.rounds} rounds of {args.seconds:.0f} s each"
        )
        found: dict[str, list[float]] = {served.name: [] for served in (ours, *others)}
        for _ in range(args.rounds):
            for served in (ours, *others):
                found[served.name].append(asyncio.run(rate(served, args.seconds)))
            print("   ".join(f"{name} {rates[-1]:.0f}/s" for name, rates in found.items()), flush=True)
    ratios = [one / other for one, other in zip(found["packshot"], found["StaticFiles"], strict=True)]
    print(f"packshot / StaticFiles: median {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    if "nginx" not in found:
        print("nginx is not installed: no figure of it")


if __name__ == "__main__":
    main()
