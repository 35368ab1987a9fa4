"""A program with the Python client: upload, search, link, and what the picture's product says then."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from deploy.client.packshot_client import Client, Problem
from deploy.client.packshot_client.models import AssetItem
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.pictures import picture

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(300)]
LATE_S = 90
T = TypeVar("T")


def until(ask: Callable[[], T | None]) -> T:
    """Its first answer that is one."""
    started = time.monotonic()
    while (found := ask()) is None:
        assert time.monotonic() - started < LATE_S
        time.sleep(0.2)
    return found


def walk(packshot: Client, path: Path, prefix: str, sku: str) -> None:
    """As a program would."""
    packshot.upload_file(path, f"{prefix}/nameless.jpg")

    def found() -> AssetItem | None:
        listed = list(packshot.every_asset(folder=prefix, q="nameless", state=["ready", "complete"]))
        return listed[0] if listed else None

    asset = until(found)
    assert asset["skus"] == [] and asset["width"] == 240
    with packshot.get_original(asset["id"]) as answer:
        assert answer.read() == path.read_bytes()
    with pytest.raises(Problem, match="There is no product"):
        packshot.decide(asset["id"], {"set": {"link:NOTHING-SUCH": "linked"}})
    until(lambda: packshot.find_skus(q=sku) or None)
    packshot.decide(asset["id"], {"set": {f"link:{sku}": "linked"}, "why": "as seen"})
    until(lambda: next(packshot.every_asset(folder=prefix, sku=[sku]), None))
    linked = packshot.get_asset(asset["id"])["links"]
    assert [(one["sku"], one["standing"]) for one in linked] == [(sku, "confirmed")]


async def test_upload_search_link(pipeline: Pipeline, prefix: str, tmp_path: Path) -> None:
    await pipeline.run(*ALL, "catalog")
    sku = f"{prefix.upper()}-Z"
    await pipeline.products(sku)
    path = tmp_path / "nameless.jpg"
    path.write_bytes(picture(77))
    url = f"http://127.0.0.1:{pipeline.member('catalog').http_port}"
    with Client(url, pipeline.stack.secrets.admin_key) as packshot:
        await asyncio.to_thread(walk, packshot, path, prefix, sku)
