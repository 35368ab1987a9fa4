"""Who asks the API in tests, and for what."""

from typing import Any

import httpx

from tests.integration.catalog_stage import ASSETS

KEY = {"Authorization": "Bearer secret"}
FIRST, SECOND, THIRD = ASSETS[:3]


async def get(client: httpx.AsyncClient, path: str, status: int = 200) -> Any:
    """What the API answers to the admin."""
    answer = await client.get(path, headers=KEY)
    assert answer.status_code == status, answer.text
    return answer.json()


async def ids(client: httpx.AsyncClient, query: str) -> list[str]:
    """Which assets the list shows."""
    return [item["id"] for item in (await get(client, f"/v1/assets?{query}"))["items"]]
