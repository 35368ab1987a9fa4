"""Files by SFTP and by WebDAV at 1 MB/s: made empty, growing for seconds, renamed, with twins. Each is taken once."""

import asyncio
import time

import pytest

from tests.e2e.checker import check
from tests.e2e.doors import by_sftp, by_webdav
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(600)]
COUNT = 50
WEIGHT, LONG = 300_000, 5_000_000


def files(first: int) -> dict[str, bytes]:
    """48 pictures that grow for half a second, and two that take longer to send than a file must stand still."""
    found = {f"look {number:02}.jpg": heavy(picture(first + number)) for number in range(COUNT - 2)}
    longer = {f"long-{number}.jpg": heavy(picture(first - number), LONG) for number in (1, 2)}
    return found | longer


def heavy(jpeg: bytes, weight: int = WEIGHT) -> bytes:
    """The same picture, as heavy as a photograph: a comment after its start tag, as cameras write notes."""
    note = b"\xff\xfe" + (0xFFFF).to_bytes(2, "big") + bytes(0xFFFF - 2)
    return jpeg[:2] + note * (weight // len(note)) + jpeg[2:]


async def test_fifty_files_by_each_door(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL)
    sent = {f"{prefix}-sftp": files(5000), f"{prefix}-dav": files(6000)}
    wanted = {f"{folder}/{name}": [body] for folder, bodies in sent.items() for name, body in bodies.items()}
    async with pipeline.watch() as seen:
        started = time.monotonic()
        (sftp, first), (dav, second) = sent.items()
        await asyncio.gather(by_sftp(pipeline.stack, sftp, first), by_webdav(pipeline.stack, dav, second))
        took = time.monotonic() - started
        print(f"sent in {took:.1f} s, all ready {await seen.settle(wanted, 120):.1f} s later")
        await seen.quiet(2)
        states = await check(pipeline, seen, wanted)  # one version each, and it is the bytes that were sent
        assert set(states.values()) == {"complete"}
        assert set(seen.assets(prefix)) == set(wanted), "a twin or a half-sent name was taken for a picture"
