"""A webhook that was answered outlives the process that heard it, on a real broker and store."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession

from cli.servers.stack import Stack
from runtime.config import Settings
from runtime.s3_store import Store
from schemas.product import PimEvent, Product
from services.pim.handler import product_object
from services.pim.wisepim.hooks import PATH
from tests.e2e.member import Member, free_port
from tests.fakes.vendor import Trouble
from tests.fakes.wisepim import TOKEN, FakeWisepim, served, signature, webhook
from tests.suites.labs import until

pytestmark = [pytest.mark.broker, pytest.mark.timeout(240)]


async def test_a_hint_that_was_answered_outlives_its_process(
    s3: Settings, kafka: Settings, stack: Stack, tmp_path: Path
) -> None:
    pim, store, port = FakeWisepim(), Store(s3), free_port()
    library = store.bucket(s3.library_bucket)
    path = product_object(PimEvent(system="wisepim", id="7"))

    async def name() -> str:
        stored = await library.get(path)
        return Product.model_validate_json(stored.body).name if stored else ""

    async def until_named(wanted: str) -> None:
        while await name() != wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.1)

    pim.product(7, "S7", name="Shoe")
    async with served(pim) as access:
        settings = {
            "WISEPIM_TOKEN": TOKEN, "WISEPIM_URL": access.url, "WISEPIM_SECRET": "secret", "HOOKS_PORT": str(port),
            "SESSION_TIMEOUT_S": "6", "SPOOL": str(tmp_path / "spool"),
        }  # fmt: skip
        member = Member(
            "pim", 0, tmp_path, stack.env() | {f"PACKSHOT_{name}": value for name, value in settings.items()}
        )
        member.start()
        try:
            await until_named("Shoe")
            pim.product(7, "S7", name="Boot")
            pim.troubles = [
                Trouble("products/7", 503, times=1000)
            ]  # it cannot be asked for before the process is killed
            body, status = webhook("product.updated", 7), 0
            async with ClientSession() as session:
                while status != 200:
                    with suppress(ClientError):
                        signed = {"X-Webhook-Signature": signature(body, "secret")}
                        async with session.post(f"http://127.0.0.1:{port}{PATH}", data=body, headers=signed) as answer:
                            status = answer.status
            member.kill()
            await until(lambda: not member.alive)
            pim.troubles = []
            assert await name() == "Shoe"
            member.start()
            await until_named("Boot")
        finally:
            await asyncio.to_thread(member.stop)
            store.close()
