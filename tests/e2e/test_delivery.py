"""A shop that looks all the time never sees a hole: a file is replaced, its address goes on."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
import pyvips

from schemas.folders import FOLDERS
from services.delivery.signing import signed
from services.ingest.profiles import FRESH_S
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture
from tests.e2e.test_relink import decide

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(300)]
EVERY_S = 0.05
LOOKS = 20
LATE_S = 60

Seen = tuple[int, str]
"""Status, and hash of the bytes."""


def ask(url: str) -> Seen:
    """One request of the shop's."""
    answer = httpx.get(url, timeout=10)
    return answer.status_code, hashlib.sha256(answer.content).hexdigest() if answer.status_code == 200 else ""


async def until(url: str, reached: Callable[[Seen], bool]) -> Seen:
    """Ask until it answers so."""
    started = time.monotonic()
    while not reached(found := await asyncio.to_thread(ask, url)):
        assert time.monotonic() - started < LATE_S, f"{url} answers {found}"
        await asyncio.sleep(EVERY_S)
    return found


@asynccontextmanager
async def looking(url: str) -> AsyncIterator[list[Seen]]:
    """A shop that asks every 50 ms."""
    seen: list[Seen] = []

    async def look() -> None:
        while True:
            seen.append(await asyncio.to_thread(ask, url))
            await asyncio.sleep(EVERY_S)

    task = asyncio.create_task(look())
    yield seen
    task.cancel()


async def test_a_replaced_file_never_leaves_a_hole(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL, "delivery")
    sku = prefix.upper()
    key = f"{prefix}/{sku}_front.jpg"
    shop = f"http://127.0.0.1:{pipeline.member('delivery').http_port}"
    url = f"{shop}/p/{sku}/main/web.jpg"
    async with pipeline.watch() as watch:
        await pipeline.products(sku)
        assert ask(url)[0] == 404
        await pipeline.drop([(key, picture(71_001))])
        old = await until(url, lambda seen: seen[0] == 200)
        async with looking(url) as seen:
            await pipeline.drop([(key, picture(71_007))])  # of the same colour: it looks like the one before
            new = await until(url, lambda found: found[0] == 200 and found != old)
            switched = time.monotonic()
            while len(seen) < LOOKS:  # on a busy machine an answer takes a while
                assert time.monotonic() - switched < LATE_S, f"{len(seen)} answers only"
                await asyncio.sleep(EVERY_S)
        assert {status for status, _ in seen} == {200}, "the address answered something else for a moment"
        assert seen == sorted(seen, key=[old, new].index), "the old bytes came back"
        assert set(seen) == {old, new}
        asset = watch.assets(prefix)[key]
        assert ask(f"{shop}/a/{asset}/web.jpg") == new
        await decide(pipeline, asset, "purge", "Consent was withdrawn.")
        await until(f"{shop}/a/{asset}/web.jpg", lambda found: found[0] == 410)
        await until(url, lambda found: found[0] == 410)


async def test_what_waits_for_approval_is_not_delivered(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL, "delivery")
    sku, key = f"{prefix.upper()}R", f"{prefix}/{prefix.upper()}R_front.jpg"
    await pipeline.library.put(FOLDERS, f"folders:\n  {prefix}: {{approval: review}}\n".encode())
    await asyncio.sleep(FRESH_S)
    shop = f"http://127.0.0.1:{pipeline.member('delivery').http_port}"
    async with pipeline.watch() as watch:
        await pipeline.products(sku)
        await pipeline.drop([(key, picture(71_013))])
        await watch.until(lambda: [] if key in watch.assets(prefix) else ["the asset"])
        asset = watch.assets(prefix)[key]
        await watch.until(lambda: [] if watch.head(asset).get("approves") == 1 else ["its wish to be approved"])
        for url in (f"{shop}/a/{asset}/web.jpg", f"{shop}/p/{sku}/main/web.jpg"):
            assert ask(url)[0] == 404
        await decide(pipeline, asset, "approval:1", "approved")
        await until(f"{shop}/p/{sku}/main/web.jpg", lambda found: found[0] == 200)
    await pipeline.library.delete(FOLDERS)


async def test_a_size_is_of_what_is_live_and_of_nothing_else(pipeline: Pipeline, prefix: str) -> None:
    await pipeline.run(*ALL, "delivery")
    await pipeline.again(pipeline.member("delivery"), on_the_fly=True)
    sku, key = f"{prefix.upper()}S", f"{prefix}/{prefix.upper()}S_front.jpg"
    shop = f"http://127.0.0.1:{pipeline.member('delivery').http_port}"
    sign_key = pipeline.stack.secrets.sign_key.encode()
    path = f"/p/{sku}/main/web/w40,h40,fill.png"
    url = f"{shop}{signed(path, sign_key)}"
    async with pipeline.watch() as watch:
        await pipeline.products(sku)
        await pipeline.drop([(key, picture(71_019))])
        await until(f"{shop}/p/{sku}/main/web.jpg", lambda found: found[0] == 200)
        assert ask(f"{shop}{path}")[0] == ask(url.replace("w40", "w41"))[0] == 403
        answers = await asyncio.gather(*(asyncio.to_thread(ask, url) for _ in range(20)))
        assert len(set(answers)) == 1 and answers[0][0] == 200
        body = (await asyncio.to_thread(httpx.get, url, timeout=10)).content
        image = pyvips.Image.new_from_buffer(body, "")
        assert (image.width, image.height) == (40, 40)
        kept = [info for info in await pipeline.library.listing("sizes/") if info.size == len(body)]
        assert [stored.body for info in kept if (stored := await pipeline.library.get(info.key))].count(body) == 1
        await pipeline.drop([(key, picture(71_025))])  # of the same colour: it looks like the one before
        await until(url, lambda found: found[0] == 200 and found != answers[0])
        asset = watch.assets(prefix)[key]
        await decide(pipeline, asset, "purge", "Consent was withdrawn.")
        await until(f"{shop}{signed(f'/a/{asset}/web/w40,h40,fill.png', sign_key)}", lambda found: found[0] == 410)
