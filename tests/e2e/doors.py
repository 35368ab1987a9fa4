"""Clients of the other doors at the pace of an office line: SFTP, and WebDAV as Finder speaks it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from urllib.parse import quote

import asyncssh
import httpx

from cli.servers.stack import Stack

CHUNK = 32 * 1024
BYTES_S = 1_000_000
APPLE_DOUBLE = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + b"\0" * 60


class Line:
    """One line of 1 MB/s that all transfers of a door share."""

    def __init__(self) -> None:
        self._free_at = 0.0

    async def pieces(self, body: bytes) -> AsyncIterator[bytes]:
        """The body, each piece when its share of the line has come."""
        loop = asyncio.get_running_loop()
        for start in range(0, len(body), CHUNK):
            piece = body[start : start + CHUNK]
            self._free_at = max(loop.time(), self._free_at) + len(piece) / BYTES_S
            await asyncio.sleep(self._free_at - loop.time())
            yield piece


async def by_sftp(stack: Stack, folder: str, files: Mapping[str, bytes]) -> None:
    """Two transfers at once. Every fifth file is sent as WinSCP does: under another name first, then renamed."""
    host, port = stack.s3.sftp_address.split(":")
    line, at_once = Line(), asyncio.Semaphore(2)
    async with asyncssh.connect(
        host, int(port), username="packshot", password=stack.secrets.sftp_password, known_hosts=None
    ) as connection, connection.start_sftp_client() as client:  # fmt: skip
        await client.mkdir(folder)

        async def put(number: int, name: str, body: bytes) -> None:
            target = f"{folder}/{name}"
            path = f"{target}.filepart" if number % 5 == 0 else target
            async with at_once:
                async with client.open(path, "wb") as file:
                    async for piece in line.pieces(body):
                        await file.write(piece)
                if path != target:
                    await client.rename(path, target)

        await asyncio.gather(*(put(number, name, body) for number, (name, body) in enumerate(files.items())))


async def by_webdav(stack: Stack, folder: str, files: Mapping[str, bytes]) -> None:
    """As Finder: asks, makes an empty file, sends the bytes in chunks of unsaid length, then its `._` twin."""
    line, at_once = Line(), asyncio.Semaphore(2)
    async with httpx.AsyncClient(base_url=f"http://{stack.s3.webdav_address}", timeout=60) as client:

        async def say(method: str, path: str, *fine: int, content: bytes | AsyncIterator[bytes] = b"") -> None:
            answer = await client.request(method, quote(path), content=content)
            assert answer.status_code in fine, f"{method} {path}: {answer.status_code} {answer.text[:200]}"

        await say("MKCOL", f"/{folder}", 201)

        async def put(name: str, body: bytes) -> None:
            target, twin = f"/{folder}/{name}", f"/{folder}/._{name}"
            async with at_once:
                await say("PROPFIND", target, 404)
                await say("PUT", target, 201)
                await say("PUT", target, 201, 204, content=line.pieces(body))
                await say("PUT", twin, 201)
                await say("PUT", twin, 201, 204, content=APPLE_DOUBLE)
                await say("PROPFIND", target, 207)

        await asyncio.gather(*(put(name, body) for name, body in files.items()))
