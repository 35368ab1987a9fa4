"""Searching over a real PostgreSQL: other languages, codes from memory, typing errors, and filters of all kinds."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from services.catalog.queries.notes import AS_TYPED, NOTHING
from services.catalog.scope import Scope
from tests.integration.catalog_client import FIRST, KEY, SECOND, get, ids
from tests.integration.catalog_stage import ASSETS, Stage, change, facet, picture, product

pytestmark = pytest.mark.broker
JACKET, HOODIE = ASSETS[3], ASSETS[4]
GTIN = "036000291452"


@pytest.fixture(autouse=True)
async def shop(stage: Stage) -> AsyncIterator[None]:
    """A red jacket, and a black hoodie with something red on it."""
    told = product("MJ07-S-Red", "Wind Jacket").model_copy(
        update={"gtin": GTIN, "attributes": {"material": "Recycled polyester", "style": "A laid-back style"}}
    )
    jacket = picture(JACKET, "IMG_1.jpg", sku="MJ07-S-Red", label="jacket")
    hoodie = picture(HOODIE, "mh01-black_back.jpg", label="jacket", colour="red")
    seen = {"width": 3000, "height": 2000, "sha256": "ab" * 32, "renditions": []}
    behind = {"composition": {"kind": "packshot", "background": "pure white"}}
    tags = {**behind, "labels": [{"label": "jacket"}], "quality": {"score": 71}}
    tags |= {"barcodes": [{"text": "QR 7", "gtin": None}]}
    later = {"arrived": "2026-11-20T23:30:00+00:00", "key": "mh01-black_back.jpg", "kind": "image", "sha256": "cd" * 32}
    more = [
        facet(HOODIE, "renditions", seen, revision=2),
        facet(HOODIE, "tags", {**tags, "colours": [{"name": "red"}]}, revision=2),
        facet(HOODIE, "file", later, revision=2),
        facet(JACKET, "tags", {"labels": [{"label": "jacket"}], "background": "white"}, revision=2),  # as of old
    ]
    await stage.put([change(one) for one in (told, *jacket, *hoodie, *more)])
    yield


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rote Jacke", [JACKET, HOODIE]),
        ("chaqueta negra", [HOODIE]),
        ("Rückseite schwarz", [HOODIE]),
        ("recycled polyester", [JACKET]),
        ("MH1", [HOODIE]),
        ("mj-07", [JACKET]),
        ("j07", [JACKET]),
        ("0 36000 29145 2", [JACKET]),
        ("36000291452", [JACKET]),
        ("windd jackit", [JACKET]),
        ("MH02", []),
        ("-jacket black", []),
        ("NOT jacket black", []),
        ("black -jacke", []),
        ("jacket -negra", [JACKET]),
        ("rote Jacke -schwarz", [JACKET]),
        ('"wind jacket"', [JACKET]),
        ('"jacket wind"', []),
        ('jacket -"wind jacket"', [HOODIE]),
        ("polyester OR black", [HOODIE, JACKET]),
    ],
)
async def test_what_is_typed(client: httpx.AsyncClient, text: str, found: list[str]) -> None:
    answer = await client.get("/v1/assets", params={"q": text}, headers={"Authorization": "Bearer secret"})
    assert [one["id"] for one in answer.json()["items"]] == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("width_from=3000", {HOODIE}),
        ("width_to=2999&height_from=30", {FIRST, SECOND, JACKET}),
        ("quality_from=71&quality_to=71", {HOODIE}),
        ("arrived_from=2026-11-20&arrived_to=2026-11-20", {HOODIE}),
        ("arrived_to=2026-11-19", set()),
        ("barcode=0036000291452", {JACKET}),
        ("barcode=QR%207", {HOODIE}),
        ("channel=webshop&role=main", {FIRST, JACKET}),
        ("channel=print", set()),
        ("background=pure%20white", {HOODIE}),
        ("background=white", {HOODIE, JACKET}),
        ("background=scene", set()),
    ],
)
async def test_filters(client: httpx.AsyncClient, query: str, found: set[str]) -> None:
    assert set(await ids(client, query)) == found
    assert (await get(client, f"/v1/assets?{query}"))["total"] == len(found)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("assets?stat=ready", "no query parameter 'stat'. Did you mean state?"),
        ("assets?q=a&flagg=expired", "no query parameter 'flagg'. Did you mean flag?"),
        ("facets?colr=red", "Did you mean colour?"),
        ("products?mising=main", "Did you mean missing?"),
        ("skus?query=a", "Known are q."),
        ("shot-list?chanel=webshop", "Did you mean channel?"),
        ("readiness?channel=webshop&markets=de", "Did you mean market?"),
        ("shoots?limits=2", "Did you mean limit?"),
        ("downloads?assets=a", "Did you mean asset?"),
        ("assets?colour=blak", "no colour 'blak'. Did you mean black?"),
    ],
)
async def test_a_misspelt_filter_is_told(client: httpx.AsyncClient, asked: str, told: str) -> None:
    assert told in (await get(client, f"/v1/{asked}", 422))["detail"]


async def test_the_page_passes_over_what_it_does_not_know(client: httpx.AsyncClient) -> None:
    assert (await client.get("/?utm_source=mail", headers=KEY)).status_code == 200


async def test_what_is_no_bound(client: httpx.AsyncClient) -> None:
    for query, ends in (
        ("width_from=900&width_to=90", ("width_from", "width_to", "from 900 to 90")),
        ("quality_from=80&quality_to=40", ("quality_from", "quality_to", "from 80 to 40")),
        ("arrived_from=2026-03-01&arrived_to=2026-02-01", ("arrived_from", "arrived_to", "2026-03-01")),
        ("field=weight:2..1.5", ("field", "weight:2..1.5")),
        ("field=launch:2026-03-01..2026-02-01", ("field", "launch:2026-03-01..2026-02-01")),
    ):
        for path in ("/v1/assets", "/v1/facets"):
            detail = (await get(client, f"{path}?{query}", 422))["detail"]
            assert all(end in detail for end in ends), detail
    for query in ("height_from=9&height_to=9", "field=weight:9..10", "field=weight:..1"):
        assert await ids(client, query) == []
    for query in ("width_from=-1", "arrived_from=yesterday", "quality_to=x"):
        problem: Any = await get(client, f"/v1/assets?{query}", 422)
        assert query.partition("=")[0] in str(problem["errors"])


@pytest.mark.parametrize(
    ("query", "found", "note"),
    [
        ("q=red+jacket+side", {JACKET, HOODIE}, "without “side”"),
        ("q=black+jacket+xyzzy", {HOODIE}, "without “xyzzy”"),
        ("q=recycled+hoodie", {JACKET}, "without “hoodie”"),
        ("q=green+jacket+side", {JACKET, HOODIE}, "without “green” and “side”"),
        ("q=recycled+jacket&folder=&key=mh01-black_back.jpg", {HOODIE}, "without “recycled”"),
        ("q=blck+jacket", {HOODIE}, "“black” was looked for"),
        ("q=windd+jackit", {JACKET}, "“wind” was looked for"),
        ("q=MH0299+black", set(), None),
        ("q=xyzzy+42", set(), None),
        ("q=xyzzy", set(), None),
        ("q=red+jacket+from+behind", {HOODIE}, None),
        ("q=red+wind+jacket+back", {JACKET}, "without “back”; none is from behind"),
        ("q=rote+wind+jacke+von+hinten", {JACKET}, "without “hinten”; none is from behind"),
        ("q=%22black+back%22", {HOODIE}, None),
        ("q=red+jacket", {JACKET, HOODIE}, None),
    ],
)
async def test_fewer_words_where_nothing_has_all(
    client: httpx.AsyncClient, query: str, found: set[str], note: str | None
) -> None:
    page = await get(client, f"/v1/assets?{query}")
    assert {one["id"] for one in page["items"]} == found
    assert page["total"] == len(found)
    assert any(note in said for said in page["notes"]) if note else page["notes"] == ([] if found else [NOTHING])
    counted = (await get(client, f"/v1/facets?{query}"))["kind"]
    assert sum(one["count"] for one in counted) == len(found)


async def test_filler_is_not_looked_for_and_a_longer_word_is_no_slip_of_a_shorter(client: httpx.AsyncClient) -> None:
    plain = await get(client, "/v1/assets?q=something+for+the+wind")
    assert [one["id"] for one in plain["items"]] == [JACKET] and plain["notes"] == []
    (note,) = (await get(client, "/v1/assets?q=windlasses+jacket"))["notes"]  # and not: “wind” was looked for
    assert "without “windlasses”" in note


async def test_words_are_corrected_to_those_that_one_may_see(client: httpx.AsyncClient) -> None:
    client.headers.pop("Authorization", None)
    told = ["No picture has “trainr”: “trainer” was looked for.", AS_TYPED]
    for folder, notes in (("other", [NOTHING]), ("autumn", told)):
        client.cookies.set(COOKIE, Access("secret").session("anna", "viewer", Scope((folder,))))
        assert (await client.get("/v1/assets?q=trainr")).json()["notes"] == notes


async def test_pages_of_fewer_words(client: httpx.AsyncClient) -> None:
    first = await get(client, "/v1/assets?q=red+jacket+side&limit=1")
    rest = await get(client, f"/v1/assets?q=red+jacket+side&limit=1&cursor={first['next']}")
    assert {one["id"] for one in first["items"] + rest["items"]} == {JACKET, HOODIE}
    assert rest["next"] is None
    assert rest["notes"] == first["notes"]


async def test_what_a_machine_made_up_is_found_and_its_page_says_so(client: httpx.AsyncClient, stage: Stage) -> None:
    assert await ids(client, "flag=machine-made") == []
    said = {"c2pa": {"generator": "Firefly", "digital_source_type": "trainedAlgorithmicMedia"}}
    made = {"key": "RED_main.jpg", "kind": "image", "sha256": "ab" * 32, "embedded": said}
    await stage.put([change(facet(FIRST, "file", made, revision=2))])
    assert await ids(client, "flag=machine-made") == [FIRST]
    told = (await get(client, f"/v1/assets/{FIRST}"))["origin"]
    assert (told["machine"], told["credentials"], told["generator"]) == (True, True, "Firefly")
    assert (await get(client, f"/v1/assets/{SECOND}"))["origin"] is None
    client.cookies.set(COOKIE, Access("secret").session())
    assert "Made by a trained model (trainedAlgorithmicMedia)" in (await client.get(f"/assets/{FIRST}")).text
    assert "Made by a machine, as the file says" in (await client.get("/?flag=machine-made")).text
