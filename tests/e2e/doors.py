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

LOCK = b"""<?xml version="1.0" encoding="utf-8"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>
<D:locktype><D:write/></D:locktype><D:owner><D:href>http://www.apple.com/webdav_fs/</D:href></D:owner></D:lockinfo>"""


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
    """As Finder: asks, makes an empty file, locks it, sends chunks of unsaid length, unlocks; then its `._` twin."""
    line, at_once = Line(), asyncio.Semaphore(2)
    async with httpx.AsyncClient(base_url=f"http://{stack.s3.webdav_address}", timeout=60) as client:

        async def say(
            method: str, path: str, *fine: int, content: bytes | AsyncIterator[bytes] = b"", **headers: str
        ) -> httpx.Response:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            answer = await client.request(method, quote(path), content=content, headers=named)
            assert answer.status_code in fine, f"{method} {path}: {answer.status_code} {answer.text[:200]}"
            return answer

        async def send(path: str, content: bytes | AsyncIterator[bytes]) -> None:
            await say("PROPFIND", path, 404)
            await say("PUT", path, 201)
            token = (await say("LOCK", path, 200, content=LOCK, Timeout="Second-600")).headers["Lock-Token"]
            await say("PUT", path, 201, 204, content=content, If=f"({token})")
            await say("UNLOCK", path, 204, Lock_Token=token)
            await say("PROPFIND", path, 207)

        async def put(name: str, body: bytes) -> None:
            async with at_once:
                await send(f"/{folder}/{name}", line.pieces(body))
                await send(f"/{folder}/._{name}", APPLE_DOUBLE)

        await say("MKCOL", f"/{folder}", 201)
        await asyncio.gather(*(put(name, body) for name, body in files.items()))
