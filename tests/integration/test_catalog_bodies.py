"""A stranger's body is not read, and nobody's is read without end."""

from collections.abc import AsyncIterator

import httpx
import pytest

from services.catalog.api.bodies import MOST
from tests.integration.catalog_client import KEY

pytestmark = pytest.mark.broker


class Endless:
    """A body that counts what was taken of it."""

    def __init__(self) -> None:
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.taken < 4 * MOST:
            self.taken += 1 << 16
            yield b" " * (1 << 16)


@pytest.mark.parametrize("content", [b"{bad", b"[" * 1000, b"{}"])
async def test_who_has_no_key_is_told_so_first(client: httpx.AsyncClient, content: bytes) -> None:
    answer = await client.post("/v1/decisions", content=content)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_body_that_says_it_is_too_long_is_not_read(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/decisions", content=b" " * (MOST + 1), headers=KEY)
    assert answer.status_code == 413 and "12 MB" in answer.json()["detail"]


async def test_a_body_that_does_not_say_how_long_it_is_is_cut_off(client: httpx.AsyncClient) -> None:
    body = Endless()
    answer = await client.post("/v1/decisions", content=body, headers=KEY)
    assert answer.status_code == 413 and body.taken <= 2 * MOST
