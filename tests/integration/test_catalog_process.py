"""The real thing: Kafka, SeaweedFS and PostgreSQL, the process itself, and `packshot rebuild`."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from cli.servers.stack import Stack
from runtime.config import Settings
from runtime.kafka import KafkaProducer
from runtime.publisher import Outgoing, Publisher
from runtime.records import Draft, Records, facet_draft
from runtime.s3_store import Store
from schemas.facet import Facet
from schemas.product import Product
from schemas.topics import PIM_PRODUCTS, VIDEO_PROGRESS
from schemas.video import VideoProgress
from tests.fakes.shirts import shirt_on_white, signed
from tests.integration.catalog_stage import ASSETS, facet, picture, product, staged, until

pytestmark = [pytest.mark.broker, pytest.mark.timeout(600)]
ROOT = Path(__file__).resolve().parents[2]
KEY = {"Authorization": "Bearer secret"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(s3: Settings, postgres: str, stack: Stack) -> dict[str, str]:
    port = str(free_port())
    return {**os.environ, **stack.env(), "PACKSHOT_HTTP_PORT": port, "PACKSHOT_ADMIN_KEY": "secret"}


@pytest.fixture
async def emptied(postgres: str) -> None:
    """The view without what other tests left in it."""
    async with staged(postgres):
        pass


@pytest.fixture
def page(emptied: None, environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """URL of a running catalogue."""
    with (tmp_path / "catalog.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "services.catalog"], cwd=ROOT, env=environment, stderr=log)
        try:
            yield f"http://127.0.0.1:{environment['PACKSHOT_HTTP_PORT']}"
        finally:
            process.terminate()
            assert process.wait(90) == 0, (tmp_path / "catalog.log").read_text()


async def say(settings: Settings) -> None:
    """Three pictures and a product, archived and published as services do."""
    producer, store = KafkaProducer(settings), Store(settings)
    await producer.start()
    try:
        library = store.bucket(settings.library_bucket)
        records = Records(library, Publisher(producer, "test"))
        for one in [one for asset in ASSETS[:3] for one in picture(asset, f"{asset}.jpg", sku="RED")]:
            await records.write(facet_draft(partial(_of, one)))
        for asset, pixels in ((ASSETS[0], shirt_on_white(3)), (ASSETS[1], shirt_on_white(3)[:, ::-1])):
            key = f"vectors/{asset}/likeness-1.bin"
            await library.put(key, signed(pixels).pack(), content_type="application/octet-stream")
            await records.write(facet_draft(partial(_of, facet(asset, "tags", {"likeness_key": key}))))
        shoe = product("RED", "Trainer, red")
        draft = Draft(PIM_PRODUCTS, shoe.key, f"products/{shoe.key}.json", Product, lambda n: _product(shoe, n))
        await records.write(draft)
    finally:
        await producer.stop()
        store.close()


def _of(one: Facet, revision: int) -> Facet:
    return one.model_copy(update={"revision": revision})


def _product(one: Product, revision: int) -> Product:
    return one.model_copy(update={"revision": revision})


def rebuilt(environment: dict[str, str], source: str, file: Path) -> list[str]:
    """Run the command; the dump's lines."""
    asked = ["rebuild", "--from", source, "--dump", str(file), "--json"]
    # The command's module, as the `packshot` script runs it.
    program = (
        "import argparse, sys; from cli import work_rebuild as c; p = argparse.ArgumentParser(); c.add(p); "
        "sys.exit(c.run(p.parse_args(sys.argv[2:])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *asked],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["from"] == source
    return file.read_text().splitlines()


async def test_from_the_record_to_the_page_and_back_from_either_source(
    s3: Settings, page: str, environment: dict[str, str], tmp_path: Path
) -> None:
    await say(s3)
    async with httpx.AsyncClient(base_url=page, headers=KEY, timeout=60) as client:

        async def shown() -> bool:
            try:
                found = (await client.get("/v1/assets?q=trainer")).json()
            except httpx.TransportError:
                return False
            return found.get("total") == 3 and all(item["state"] == "complete" for item in found["items"])

        await until(shown, seconds=150)
        bucket = await asyncio.to_thread(rebuilt, environment, "bucket", tmp_path / "bucket")
        topic = await asyncio.to_thread(rebuilt, environment, "topic", tmp_path / "topic")
        assert bucket == topic
        assert sum('"table": "asset"' in line for line in topic) == 3
        await until(shown, seconds=120)  # the running catalogue follows what was filled beside it

        async def compared() -> bool:
            found = (await client.get(f"/v1/assets/{ASSETS[0]}/alike")).json()
            return any(one["mirrored"] and one["asset"]["id"] == ASSETS[1] for one in found["same"])

        await until(compared, seconds=60)  # the process compares by itself once it is quiet

        made = (await client.post("/v1/uploads", json={"key": "new/a.jpg"})).json()
        assert (await client.put(made["url"], content=b"bytes", headers={"Authorization": ""})).status_code == 200
        decided = await client.post(f"/v1/assets/{ASSETS[0]}/decisions", json={"set": {"tag:shoe": "confirmed"}})
        assert decided.status_code == 202
        await asyncio.wait_for(_hears_of_a_film(s3, client), 30)


async def _hears_of_a_film(settings: Settings, client: httpx.AsyncClient) -> None:
    """What render says of a film in hand reaches an open page."""
    producer = KafkaProducer(settings)
    await producer.start()
    try:
        async with client.stream("GET", "/v1/live") as stream:
            lines = stream.aiter_lines()
            await anext(lines)
            said = VideoProgress(asset_id=ASSETS[0], version=1, rung="hls", share=0.5, eta_s=8.0)
            await Publisher(producer, "render").publish(Outgoing(VIDEO_PROGRESS, said.asset_id, said))
            async for line in lines:
                if line == "event: film":
                    told = json.loads((await anext(lines)).removeprefix("data: "))
                    assert VideoProgress.model_validate(told) == said
                    return
    finally:
        await producer.stop()
    raise AssertionError("the stream ended")
