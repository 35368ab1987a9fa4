"""Limits, outages, tokens and pages of the REST interface."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from runtime import outage
from runtime.outage import Unavailable
from services.pim.akeneo.client import API, Client
from services.pim.source import NotAllowed, Refused
from tests.fakes.akeneo import FakeAkeneo, served
from tests.fakes.vendor import Trouble


@pytest.fixture
def pim(monkeypatch: pytest.MonkeyPatch) -> FakeAkeneo:
    monkeypatch.setattr(outage, "backoff", lambda _: 0.001)
    found = FakeAkeneo()
    for number in range(25):
        found.product(f"u{number:02d}", f"S{number:02d}")
    found.page = 10
    return found


@pytest.fixture
async def client(pim: FakeAkeneo) -> AsyncIterator[Client]:
    async with served(pim) as login, Client(login) as found:
        yield found


async def skus(client: Client) -> list[str]:
    pages = client.pages(f"{API}/products-uuid", {"pagination_type": "search_after"})
    return [item["uuid"] async for page in pages for item in page]


async def test_all_pages_by_the_pims_own_links_though_it_names_itself_otherwise(client: Client) -> None:
    assert await skus(client) == [f"u{number:02d}" for number in range(25)]


async def test_429_waits_as_long_as_it_says(pim: FakeAkeneo, client: Client) -> None:
    pim.troubles = [Trouble("products-uuid", 429, headers={"Retry-After": "1"})]
    began = time.monotonic()
    assert len(await skus(client)) == 25
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_what_passes_is_tried_again_and_then_an_outage(pim: FakeAkeneo, client: Client, status: int) -> None:
    pim.troubles = [Trouble("search_after=u09", status, times=3)]
    assert len(await skus(client)) == 25
    pim.troubles = [Trouble("search_after=u09", status, times=99)]
    with pytest.raises(Unavailable, match=str(status)):
        await skus(client)


async def test_nobody_there(pim: FakeAkeneo) -> None:
    async with served(pim) as login:
        pass
    async with Client(login) as client:
        with pytest.raises(Unavailable, match=r"no token: 127\.0\.0\.1:\d+ cannot be reached \(Connect.*\)$"):
            await client.get(f"{API}/categories")


async def test_a_token_that_expires_is_renewed_by_its_refresh_token(pim: FakeAkeneo, client: Client) -> None:
    await skus(client)
    pim.expire()
    assert len(await skus(client)) == 25
    assert pim.asked["POST token"] == 2
    pim.expire()
    pim.refresh.clear()  # that is over too: by password again
    assert len(await skus(client)) == 25


async def test_a_token_is_renewed_before_it_expires(pim: FakeAkeneo, client: Client) -> None:
    pim.expires_in = 0
    await client.get(f"{API}/categories")
    await client.get(f"{API}/categories")
    assert pim.asked["POST token"] == 2


async def test_a_wrong_login_is_told_with_its_cure_and_not_its_secret(pim: FakeAkeneo) -> None:
    async with served(pim) as login, Client(replace(login, password="wrong")) as client:
        with pytest.raises(NotAllowed, match="PACKSHOT_AKENEO_CLIENT_ID") as found:
            await client.get(f"{API}/categories")
    assert "wrong" not in f"{found.value} {client._login}" and "secret" not in repr(client._login)


async def test_pages_that_lead_in_a_circle_or_break_off(pim: FakeAkeneo, client: Client) -> None:
    half = Trouble("search_after=u09", 200, body='{"_embedded": {"items": [{"uuid"')
    pim.troubles = [half]
    with pytest.raises(Unavailable, match="no JSON"):
        await skus(client)
    circle = '{"_embedded": {"items": []}, "_links": {"next": {"href": "http://x/api/rest/v1/products-uuid?a=search_after"}}}'
    pim.troubles = [Trouble("search_after", 200, times=9, body=circle)]
    with pytest.raises(Unavailable, match="circle"):
        await skus(client)
    pim.troubles = [Trouble("search_after", 200, body="[]")]
    with pytest.raises(Unavailable, match="without items"):
        await skus(client)


async def test_of_many_changes_each_is_answered(pim: FakeAkeneo, client: Client) -> None:
    pim.attributes = {"main"}
    lines = [
        {"uuid": "u01", "values": {"main": [{"locale": None, "scope": None, "data": "x"}]}},
        {"uuid": "u02", "values": {"nowhere": [{"locale": None, "scope": None, "data": "x"}]}},
    ]
    told = await client.patch(f"{API}/products-uuid", lines)
    assert [line["status_code"] for line in told] == [204, 422] and "nowhere" in told[1]["message"]
    assert pim.value("u01", "main") == "x"
    pim.troubles = [Trouble("products-uuid", 200, body='{"line": 1, "status_code": 204}')]
    with pytest.raises(Unavailable, match="in part"):
        await client.patch(f"{API}/products-uuid", lines)


async def test_a_file_at_its_attribute(pim: FakeAkeneo, client: Client) -> None:
    fields = {"product": '{"identifier": "S03", "attribute": "main", "scope": null, "locale": null}'}
    headers = await client.upload(f"{API}/media-files", "a b.jpg", b"bytes", "image/jpeg", fields)
    assert pim.media[pim.value("u03", "main")] == b"bytes"
    assert headers["location"].endswith(f"{API}/media-files/{pim.value('u03', 'main')}")
    pim.attributes = set()
    with pytest.raises(Refused, match="The main attribute does not exist"):
        await client.upload(f"{API}/media-files", "a.jpg", b"bytes", "image/jpeg", fields)


async def test_an_address_that_has_moved_is_told_and_no_secret_follows(pim: FakeAkeneo, client: Client) -> None:
    pim.troubles = [Trouble("oauth", 301, headers={"Location": "https://elsewhere/"})]
    with pytest.raises(NotAllowed, match=r"https://elsewhere/.*PACKSHOT_AKENEO_URL"):
        await client.get(f"{API}/categories")
