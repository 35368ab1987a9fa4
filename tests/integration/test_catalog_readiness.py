"""Readiness over a real PostgreSQL: the API, its spreadsheet, the page, and a person's word."""

import csv
import io
from typing import Any

import httpx
import pytest

from schemas.product import Limits
from services.catalog.api.access import COOKIE, Access
from services.catalog.queries import verdicts
from tests.integration.catalog_client import FIRST, KEY, get
from tests.integration.catalog_stage import SHA, Stage, change, facet, media, product

pytestmark = pytest.mark.broker
SEEN = {"kind": "packshot", "background": "near white", "box": [0.1, 0.1, 0.8, 0.8], "people": False}


def made(**measured: Any) -> dict[str, Any]:
    size = {"format": "jpeg", "width": 2000, "height": 2000, "bytes": 300_000, "key": "k", "recipe": "r"}
    return {"preset": "marketplace", "channel": "marketplace", **size, **measured}


async def shown(stage: Stage, *, revision: int, filled: float) -> None:
    """The main picture of RED-42 with its marketplace file, and what the tagger saw."""
    later = {"sha256": SHA, "renditions": [made(filled=[filled, filled], pure_white=True)]}
    await stage.put(
        [
            change(facet(FIRST, "renditions.later", later, revision=revision)),
            change(facet(FIRST, "tags", {"composition": SEEN, "quality": {"score": 80}}, revision=revision + 1)),
            change(facet(FIRST, "tags.later", {}, revision=revision)),
        ]
    )


async def states(client: httpx.AsyncClient, query: str = "") -> dict[str, str]:
    found = await get(client, f"/v1/readiness?channel=amazon{query}")
    return {one["sku"]: one["state"] for one in found["items"]}


async def test_a_product_becomes_ready_when_somebody_has_looked(client: httpx.AsyncClient, stage: Stage) -> None:
    assert (await states(client))["RED-43"] == "blocked"
    numbered = product("RED-42", "Trainer, red", parent="RED", size="42", revision=2)
    await stage.put([change(numbered.model_copy(update={"gtin": "4006381333931"}))])
    await shown(stage, revision=2, filled=0.5)
    (finding, *_) = next(
        one for one in (await get(client, "/v1/readiness?channel=amazon"))["items"] if one["sku"] == "RED-42"
    )["places"][0]["pictures"][0]["findings"]
    assert (finding["rule"], finding["state"]) == ("filled", "blocked") and "0.5 of the frame" in finding["cause"]
    await shown(stage, revision=4, filled=0.9)
    assert (await states(client))["RED-42"] == "person"
    said = {"set": {"fits:1:amazon": "confirmed"}, "on_version": 1}
    assert (await client.post(f"/v1/assets/{FIRST}/decisions", json=said, headers=KEY)).status_code == 202
    word = stage.said("decisions")[-1]["set"]["fits:1:amazon"]
    assert word == {"answers": ["No logo, border or watermark; nothing that is not sold with it"]}
    await stage.put([change(facet(FIRST, "curation", {"fields": {"fits:1:amazon": word}}, revision=2))])
    assert (await states(client))["RED-42"] == "ready"
    other = {"fits:1:amazon": {"answers": ["whole"]}}
    await stage.put([change(facet(FIRST, "curation", {"fields": other}, revision=3))])
    assert (await states(client))["RED-42"] == "person", "it is asked what nobody has answered"
    for strange in ({"answers": "all"}, {"answers": [1]}, {"answers": [], "by": "me"}):
        said = {"set": {"fits:1:amazon": strange}, "on_version": 1}
        assert (await client.post(f"/v1/assets/{FIRST}/decisions", json=said, headers=KEY)).status_code == 422


async def test_pages_follow_one_another_and_the_spreadsheet_has_all(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.put([change(product(f"MUG-{number}", "=cmd()")) for number in range(5)])
    first = await get(client, "/v1/readiness?channel=webshop&limit=3")
    second = await get(client, f"/v1/readiness?channel=webshop&limit=100&cursor={first['next']}")
    skus = [one["sku"] for page in (first, second) for one in page["items"]]
    assert skus == sorted(skus) and len(skus) == len(set(skus)) == 7 and second["next"] is None
    answer = await client.get("/v1/readiness.csv?channel=webshop&state=blocked", headers=KEY)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {"MUG-0", "MUG-4", "RED-43"} <= {row["sku"] for row in rows} and {row["state"] for row in rows} == {
        "blocked"
    }
    assert answer.headers["content-disposition"].startswith('attachment; filename="readiness-webshop-')


async def test_a_market_without_its_picture_is_blocked(client: httpx.AsyncClient, stage: Stage) -> None:
    limited = media("RED-42", FIRST, revision=5)
    items = [item.model_copy(update={"limits": Limits(markets=["de"])}) for item in limited.items]
    await stage.put([change(limited.model_copy(update={"items": items}))])
    found = await get(client, "/v1/readiness?channel=webshop&market=fr&q=RED-42")
    assert found["items"][0]["state"] == "blocked"
    assert found["items"][0]["notes"] == [
        "main: nothing for the market fr and the channel webshop; what there is, is limited to others."
    ]


async def test_what_will_be_is_judged_by_the_rights_of_that_day(client: httpx.AsyncClient, stage: Stage) -> None:
    ends, opens = "2999-01-01T00:00:00Z", "2998-12-01T00:00:00Z"
    head = {"live": 1, "newest": 1, "state": "complete"}
    licence = {"licence": {"valid_until": "2998-12-31"}}
    await stage.put(
        [
            change(facet(FIRST, "head", {**head, "available_until": ends}, revision=5)),
            change(facet(FIRST, "curation", {"fields": licence}, revision=5)),
        ]
    )

    async def causes(day: str) -> list[str]:
        found = await get(client, f"/v1/readiness?channel=amazon&q=RED-42&on={day}")
        pictures = [one for place in found["items"][0]["places"] for one in place["pictures"]]
        return [one["cause"] for picture in pictures for one in picture["findings"] if one["rule"] == "rights"]

    assert await causes("2998-12-31") == [] and await causes("2999-01-01") == ["Its licence ended on 2998-12-31."]
    await stage.put([change(facet(FIRST, "head", {**head, "available_from": opens}, revision=6))])
    shut = media("RED-42", FIRST, revision=5)
    await stage.put([change(shut.model_copy(update={"main": None, "items": [], "closed": shut.items}))])
    assert await causes("2998-11-30") == ["It is under embargo until 2998-12-01."]
    assert await causes("2998-12-01") == []


async def test_a_licence_names_a_channel_or_whom_it_is_for(client: httpx.AsyncClient, stage: Stage) -> None:
    async def rights_on(channel: str, *named: str) -> list[str]:
        fields = {"fields": {"licence": {"channels": list(named)}}}
        revisions.append(len(revisions) + 2)
        await stage.put([change(facet(FIRST, "curation", fields, revision=revisions[-1]))])
        found = await get(client, f"/v1/readiness?channel={channel}&q=RED-42")
        pictures = [one for place in found["items"][0]["places"] for one in place["pictures"]]
        return [one["cause"] for picture in pictures for one in picture["findings"] if one["rule"] == "rights"]

    revisions: list[int] = []
    assert await rights_on("amazon", "amazon") == await rights_on("amazon", "marketplace") == []
    assert await rights_on("google-merchant", "marketplace") == []
    assert await rights_on("google-merchant", "amazon") == [
        "No licence for the channel marketplace or google-merchant."
    ]


async def test_a_channel_that_nobody_knows_is_refused_in_a_licence(client: httpx.AsyncClient) -> None:
    for name, value, status in (
        ("licence", {"channels": ["Amazon", "social"]}, 202),
        ("licence", {"channels": ["amazn"]}, 422),
        ("limits", {"channels": ["shopp"]}, 422),
        ("limits", {"channels": ["print"]}, 202),
    ):
        answer = await client.post(f"/v1/assets/{FIRST}/decisions", json={"set": {name: value}}, headers=KEY)
        assert answer.status_code == status, answer.text
        told = answer.json().get("detail", "")
        assert status == 202 or ("There is no channel" in told and "amazon, google-merchant" in told)


async def test_what_nobody_knows_is_refused_by_name(client: httpx.AsyncClient) -> None:
    unknown = await client.get("/v1/readiness?channel=nothere", headers=KEY)
    assert unknown.status_code == 404 and "google-merchant" in unknown.json()["detail"]
    early = await client.get("/v1/readiness?channel=amazon&on=1999-01-01", headers=KEY)
    assert early.status_code == 422 and "no rules on 1999-01-01" in early.json()["detail"]
    wrong = await client.post(
        f"/v1/assets/{FIRST}/decisions", json={"set": {"fits:0:amazon": "confirmed"}}, headers=KEY
    )
    assert wrong.status_code == 422 and "fits:<number" in wrong.json()["detail"]


async def test_the_page_shows_what_is_in_the_way(client: httpx.AsyncClient, stage: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    await shown(stage, revision=2, filled=0.5)
    page = (await client.get("/readiness?channel=amazon")).text
    assert "The product fills 0.5 of the frame" in page and "RED-43" in page
    assert "Drop a larger original" in page
    ahead = (await client.get("/readiness?channel=google-merchant")).text
    assert "2027-01-31" in ahead


async def test_a_product_says_how_it_stands_on_each_channel(client: httpx.AsyncClient, stage: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    await shown(stage, revision=2, filled=0.5)
    page = (await client.get("/products/RED")).text
    assert page.count('<details id="on-') == 8 and "Ready for 0 of 8 channels" in page
    assert "The product fills 0.5 of the frame" in page, "by what, and not only a link"
    assert "named <code>RED-43_main.jpg</code>" in page, "and what to do next"


async def test_one_verdict_is_listed_alone_and_what_is_told_of_several_stands_once(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    sizes = [f"TEE-{size}" for size in ("L", "M", "S", "XL", "XS", "XXL")]
    await stage.put([change(product(sku, "Tee", parent="TEE")) for sku in sizes])
    await verdicts.keep(stage.database, {sku: {"webshop": "blocked"} for sku in sizes[1:]})

    async def listed(query: str) -> list[str]:
        found = await get(client, f"/v1/readiness?channel=webshop&limit=4&{query}")
        more = f"{query}&cursor={found['next']}" if found["next"] else ""
        return [one["sku"] for one in found["items"]] + (await listed(more) if more else [])

    assert await listed("state=blocked&q=tee") == sizes
    assert await listed("state=person&q=tee") == [] and await listed("state=ready&q=tee") == []
    assert (await client.get("/v1/readiness?channel=webshop&state=gone", headers=KEY)).status_code == 422
    client.cookies.set(COOKIE, Access("secret").session())
    page = (await client.get("/readiness?channel=webshop&state=blocked&q=tee")).text
    assert (
        page.count('<tr><th scope="row">') == 1 and "and 2 more" in page and page.count("/products/TEE-") == len(sizes)
    )
