"""Public addresses over real PostgreSQL: what is live is served, what is not says why."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from runtime.objects import Missing
from schemas.product import Limits
from schemas.sent import Sent
from services.delivery.answers import sku_key
from services.delivery.signing import Terms
from tests.fakes.cages import FakeCages
from tests.integration.catalog_stage import SHA, facet, media, tombstone
from tests.integration.delivery_shop import BROWSER, FIRST, LADDER, SECOND, THIRD, Shop, file, live, opened, pictures

pytestmark = pytest.mark.broker


def no_work(*_: object) -> NoReturn:
    raise AssertionError("nothing is made here")


@pytest.fixture
async def shop(postgres: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with opened(postgres, FakeCages(no_work, tmp_path), Terms()) as made:
        for version in (1, 2):
            for name in ("thumbnail.webp", "web.jpg", "web-avif.avif"):
                await made.library.put(f"renditions/{version}/{name}", f"{version}{name}"[:10].ljust(10).encode())
        for asset in (FIRST, SECOND):
            await made.say(*pictures(asset), live(asset, 1))
        await made.say(media("RED-42", FIRST, SECOND))
        yield made


async def test_by_sku_and_role_by_asset_and_by_what_is_accepted(shop: Shop) -> None:
    answer = await shop.get("/p/RED-42/main/web.jpg")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"1web.jpg  ", "image/jpeg")
    assert answer.headers["cache-control"] == "public, max-age=60, must-revalidate" and "vary" not in answer.headers
    assert answer.headers["access-control-allow-origin"] == "*" and f"asset-{FIRST}" in answer.headers["surrogate-key"]
    assert (await shop.get(f"/a/{FIRST}/web.avif")).headers["content-type"] == "image/avif"
    negotiated = await shop.get("/p/RED-42/back/web", BROWSER)
    assert (negotiated.headers["content-type"], negotiated.headers["vary"]) == ("image/avif", "Accept")
    assert (await shop.get("/p/RED-42/back/web", "*/*")).headers["content-type"] == "image/jpeg"


async def test_what_was_sent_is_counted_by_whose_it_is(shop: Shop) -> None:
    etag = (await shop.get("/p/RED-42/main/web.jpg")).headers["etag"]
    await shop.get(f"/a/{FIRST}/web.jpg", range="bytes=1-3")
    await shop.get("/p/RED-42/main/web.jpg", **{"if-none-match": etag})
    await shop.get("/p/RED-42/main/web.jpg", method="HEAD")
    await shop.get("/p/RED-42/main/none.jpg")
    await shop.get("/p/RED-42/back/web", BROWSER)
    await shop.counting.write()
    (one,) = await shop.library.listing("sent/")
    stored = await shop.library.get(one.key)
    assert stored is not None
    lines = [Sent.model_validate_json(line) for line in gzip.decompress(stored.body).splitlines()]
    told = {(line.asset, line.preset, line.version, line.requests, line.bytes) for line in lines}
    assert told == {(FIRST, "web", 1, 2, 13), (SECOND, "web-avif", 1, 1, 10)}


async def test_what_is_known_is_not_sent_again_and_parts_are(shop: Shop) -> None:
    etag = (await shop.get("/p/RED-42/main/web.jpg")).headers["etag"]
    known = await shop.get("/p/RED-42/main/web.jpg", **{"if-none-match": etag})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", etag)
    part = await shop.get("/p/RED-42/main/web.jpg", range="bytes=1-3")
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"web", "bytes 1-3/10")
    assert (await shop.get("/p/RED-42/main/web.jpg", range="bytes=10-")).status_code == 416
    head = await shop.get("/p/RED-42/main/web.jpg", method="HEAD")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "10")
    assert (await shop.get("/p/RED-42/main/web.jpg", method="OPTIONS")).status_code == 204
    assert (await shop.get("/p/RED-42/main/web.jpg", method="PUT")).status_code == 405


async def test_the_gallery_is_what_its_addresses_serve(shop: Shop) -> None:
    answer = await shop.get("/p/RED-42.json")
    items = answer.json()["items"]
    assert [(item["role"], item["n"], item["asset"]) for item in items] == [("main", 1, FIRST), ("back", 1, SECOND)]
    for told in items[0]["files"]:
        assert told["url"].startswith("https://media.example.com/p/RED-42/main/")
        served = await shop.get(told["url"].removeprefix("https://media.example.com"))
        assert (served.status_code, len(served.content)) == (200, told["bytes"])
        assert served.headers["content-type"] == told["type"]
    again = await shop.get("/p/RED-42.json", **{"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_a_successor_answers_at_once_and_old_addresses_lead_to_it(shop: Shop) -> None:
    old = (await shop.get("/p/RED-42.json")).json()["items"][0]["files"][0]["url"]
    old = old.removeprefix("https://media.example.com")
    await shop.say(*pictures(FIRST, 2))
    assert (await shop.get("/p/RED-42/main/web.jpg")).content == b"1web.jpg  "  # not live yet
    await shop.say(live(FIRST, 2, revision=2))
    assert (await shop.get("/p/RED-42/main/web.jpg")).content == b"2web.jpg  "
    led = await shop.get(old)
    assert led.status_code == 302 and (await shop.get(led.headers["location"])).status_code == 200
    await shop.say(live(FIRST, 1, revision=1))  # an old record that comes again
    assert (await shop.get("/p/RED-42/main/web.jpg")).content == b"2web.jpg  "


async def test_a_sku_in_other_capitals_leads_to_the_right_one(shop: Shop) -> None:
    await shop.say(media("Größe/1 XL", FIRST))
    for path, to in (
        ("/p/red-42/main/web.jpg", "/p/RED-42/main/web.jpg"),
        ("/p/Red-42/back/web?market=de&v=x", "/p/RED-42/back/web?market=de&v=x"),
        ("/p/red-42.json", "/p/RED-42.json"),
        ("/p/red-42%2Ehtml?lang=de", "/p/RED-42.html?lang=de"),
        ("/p/GR%C3%B6SSE%2F1%20xl/main/web.jpg", None),
        ("/p/GR%C3%96%C3%9FE%2F1%20xl/main/web.jpg", "/p/Gr%C3%B6%C3%9Fe%2F1%20XL/main/web.jpg"),
    ):
        led = await shop.get(path)
        assert (led.status_code, led.headers.get("location")) == (302 if to else 404, to), path
        assert to is None or (await shop.get(to)).status_code in (200, 302), to
    assert sku_key("RED-42") in (await shop.get("/p/red-42.json")).headers["surrogate-key"]
    assert (await shop.get("/p/red-42/main/web")).headers["vary"] == "Accept"
    shop.filling = "it is filled"
    assert (await shop.get("/p/red-42.json")).status_code == 503, "another may be on its way"


async def test_where_other_capitals_are_several_they_are_named_and_what_is_not_live_is_not(shop: Shop) -> None:
    await shop.say(media("Red-42", SECOND), live(THIRD, None, "working"), *pictures(THIRD), media("SECRET", THIRD))
    told = await shop.get("/p/red-42/main/web.jpg")
    assert (told.status_code, told.headers.get("location")) == (404, None)
    assert told.json()["detail"] == "No product has the SKU red-42. In other capitals there is RED-42 and Red-42."
    assert (await shop.get("/p/secret.json")).json()["detail"] == "No product has the SKU secret."
    await shop.say(media("Red-42", revision=2).model_copy(update={"status": "removed"}))
    assert (await shop.get("/p/red-42/main/web.jpg")).headers["location"] == "/p/RED-42/main/web.jpg"
    assert (await shop.get("/p/Red-42/main/web.jpg")).status_code == 410, "as the PIM writes it, it is known"


async def test_what_is_not_there_says_why(shop: Shop) -> None:
    await shop.say(live(THIRD, None, "working"), *pictures(THIRD), media("BLUE", THIRD))
    for path, status, detail in (
        ("/p/GREEN/main/web.jpg", 404, "No product has the SKU GREEN."),
        ("/p/RED-42/back.2/web.jpg", 404, "RED-42 has no back.2. Live: main, back."),
        ("/p/RED-42/main/zoom.jpg", 404, "There is no zoom as jpg of it, but thumbnail (webp), web (jpeg), web-avif"),
        ("/p/BLUE/main/web.jpg", 404, "BLUE has no main. Live: nothing yet."),
        (f"/a/{THIRD}/web.jpg", 404, "No version of it is live yet; its newest is working."),
        ("/a/nobody/web.jpg", 404, "Nothing by this id"),
        ("/p/RED-42/main/web.jpg?w=9999999", 400, "`w` is a width"),
        ("/p/RED-42/main/web.jpg?dpr=7", 400, "`dpr`"),
        ("/p/RED-42' OR 1=1 --/main/web.jpg", 404, "No product has the SKU RED-42' OR 1=1 --."),
    ):
        answer = await shop.get(path)
        assert answer.status_code == status and detail in answer.json()["detail"], answer.text


async def test_what_was_withdrawn_is_gone_with_the_next_record(shop: Shop) -> None:
    await shop.say(live(FIRST, None, "purged", revision=2))
    assert (await shop.get(f"/a/{FIRST}/web.jpg")).status_code == 410
    gone = await shop.get("/p/RED-42/main/web.jpg")
    assert (gone.status_code, gone.json()["detail"]) == (410, "It was deleted.")
    await shop.say(live(SECOND, None, "merged", revision=2, merged_into=THIRD), live(THIRD, 1), *pictures(THIRD))
    moved = await shop.get(f"/a/{SECOND}/web.jpg")
    assert (moved.status_code, moved.headers["location"]) == (308, f"/a/{THIRD}/web.jpg")
    there = await shop.get(f"/a/{SECOND}/web.jpg?market=fr&v=1")
    assert there.headers["location"] == f"/a/{THIRD}/web.jpg?market=fr", "its rights count there, too"
    await shop.say(live(SECOND, None, "purged", revision=3, merged_into=THIRD))
    assert (await shop.get(f"/a/{SECOND}/web.jpg")).headers["location"] == f"/a/{THIRD}/web.jpg", "the better copy"
    removed = media("RED-42", revision=2).model_copy(update={"status": "removed"})
    await shop.say(removed)
    assert (await shop.get("/p/RED-42/main/web.jpg")).status_code == 410
    assert (await shop.get("/p/RED-42.json")).status_code == 410
    await shop.put([tombstone(live(FIRST, None)), tombstone(removed), *map(tombstone, pictures(FIRST))])
    assert (await shop.get("/p/RED-42.json")).status_code == (await shop.get(f"/a/{FIRST}/web.jpg")).status_code == 404


async def test_a_ladder_leads_to_its_first_file(shop: Shop) -> None:
    names = {"master.m3u8": "application/vnd.apple.mpegurl", "240p.m4s": "video/iso.segment"}
    ladder = {**file("hls", 1, "hls"), "key": f"{LADDER}/master.m3u8", "format": "hls"}
    files = [{"key": f"{LADDER}/{name}", "bytes": 10, "sha256": name} for name in names]
    await shop.say(facet(FIRST, "renditions.video.hls", {"sha256": SHA, "renditions": [ladder], "files": files}))
    for name in names:
        await shop.library.put(f"{LADDER}/{name}", name[:10].ljust(10).encode())
    for path in ("/p/RED-42/main/hls", "/p/RED-42/main/hls.m3u8"):
        assert (await shop.get(path)).headers["location"] == "/p/RED-42/main/hls/ab12/master.m3u8"
    for name, kind in names.items():
        answer = await shop.get(f"/p/RED-42/main/hls/ab12/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    for none in ("ab12/other.m4s", "cd34/240p.m4s", "240p.m4s"):  # another set's name is none of this film's
        assert (await shop.get(f"/p/RED-42/main/hls/{none}")).status_code == 404
    for place in ("/p/RED-42/main", f"/a/{FIRST}"):
        led = await shop.get(f"{place}/hls/cd34/master.m3u8")
        assert (led.status_code, led.headers["location"]) == (302, f"{place}/hls/ab12/master.m3u8")
        assert (await shop.get(led.headers["location"])).status_code == 200
        led = await shop.get(f"{place}/hls/cd34/master.m3u8?market=de&v={'0' * 16}")
        assert led.headers["location"] == f"{place}/hls/ab12/master.m3u8?market=de&v={'1' * 16}"
    assert (await shop.get("/p/RED-42/main/none/cd34/master.m3u8")).status_code == 404
    await shop.say(live(FIRST, None, "purged", revision=9))
    assert (await shop.get(f"/a/{FIRST}/hls/cd34/master.m3u8")).status_code == 410


async def test_what_an_unfilled_view_does_not_know_is_not_missing(shop: Shop) -> None:
    shop.filling = "3 records are missing yet"
    answer = await shop.get("/p/GREEN/main/web.jpg")
    assert (answer.status_code, answer.headers["retry-after"], answer.headers["cache-control"]) == (
        503,
        "5",
        "no-store",
    )
    assert (await shop.get("/p/RED-42/main/web.jpg")).status_code == 200


async def test_a_large_file_is_read_block_by_block(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    size = 3 * 1024 * 1024 + 5
    body = bytes(range(256)) * (size // 256) + b"tail!"
    await shop.say(
        facet(FIRST, "renditions.video.mp4", {"sha256": SHA, "renditions": [file("mp4", 1, "mp4", len(body))]})
    )
    await shop.library.put("renditions/1/mp4.mp4", body)
    assert (await shop.get("/p/RED-42/main/mp4.mp4")).content == body
    part = await shop.get("/p/RED-42/main/mp4.mp4", range=f"bytes={1024 * 1024 - 1}-{2 * 1024 * 1024}")
    assert part.content == body[1024 * 1024 - 1 : 2 * 1024 * 1024 + 1]


async def test_a_file_that_the_store_lost_is_no_crash(shop: Shop) -> None:
    await shop.library.delete("renditions/1/web.jpg")
    with pytest.raises(Missing):
        await shop.library.read("renditions/1/web.jpg", range(3))
    answer = await shop.get("/p/RED-42/main/web.jpg")
    assert answer.status_code == 404 and "renditions/1/web.jpg" in answer.json()["detail"]


async def test_an_audience_is_given_its_own(shop: Shop) -> None:
    for_de = Limits(markets=["de"])
    told = media("RED-42", FIRST, SECOND, revision=2)
    first, second = told.items
    await shop.say(told.model_copy(update={"items": [first, second.model_copy(update={"limits": for_de})]}))
    path = "/p/RED-42/back/web.jpg"
    assert [(await shop.get(path + query)).status_code for query in ("", "?market=DE", "?market=fr")] == [200, 200, 404]
    assert (await shop.get("/p/RED-42/main/web.jpg?market=fr")).status_code == 200
    french = (await shop.get("/p/RED-42.json?market=fr")).json()
    assert [item["asset"] for item in french["items"]] == [FIRST] and "back" in french["notes"][0]
    german = (await shop.get("/p/RED-42.json?market=de")).json()
    assert [item["asset"] for item in german["items"]] == [FIRST, SECOND] and german["notes"] == []
    for item in german["items"]:
        url = item["files"][0]["url"].removeprefix("https://media.example.com")
        assert "market=de" in url and (await shop.get(url)).status_code == 200


async def test_the_main_picture_counts_among_its_own_role(shop: Shop) -> None:
    told = media("RED-42", FIRST, SECOND, revision=2)
    fronts = [item.model_copy(update={"role": "front"}) for item in told.items]
    await shop.say(told.model_copy(update={"items": fronts}))
    items = (await shop.get("/p/RED-42.json")).json()["items"]
    assert [(item["role"], item["n"], item["asset"]) for item in items] == [("main", 1, FIRST), ("front", 2, SECOND)]
    for query in ("", "?market=de"):
        for place, asset in (("main", FIRST), ("front", FIRST), ("front.2", SECOND)):
            answer = await shop.get(f"/p/RED-42/{place}/web.jpg{query}")
            assert f"asset-{asset}" in answer.headers["surrogate-key"], (place, query)


def in_seconds(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


async def test_nothing_is_given_before_its_time_or_after_it(shop: Shop) -> None:
    """Asked at each request: no record comes when the moment comes."""
    await shop.say(live(FIRST, 1, revision=2, available_from=in_seconds(3600)))
    answer = await shop.get(f"/a/{FIRST}/web.jpg")
    assert answer.status_code == 403 and "from 20" in answer.json()["detail"]
    assert [item["asset"] for item in (await shop.get("/p/RED-42.json")).json()["items"]] == [SECOND]
    assert (await shop.get("/p/RED-42/main/web.jpg")).status_code == 403
    await shop.say(live(FIRST, 1, revision=3, available_from=in_seconds(-60), available_until=in_seconds(0.5)))
    for path in (f"/a/{FIRST}/web.jpg", "/p/RED-42.json"):
        answer = await shop.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=0, must-revalidate", "a cache would outlive it"
    await asyncio.sleep(0.6)
    answer = await shop.get(f"/a/{FIRST}/web.jpg")
    assert answer.status_code == 410 and "its time or its rights have ended" in answer.json()["detail"]
    assert (await shop.get("/p/RED-42/main/web.jpg")).status_code == 410
    await shop.say(live(FIRST, 1, revision=4, available_until=in_seconds(3600)))
    answer = await shop.get(f"/a/{FIRST}/web.jpg")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=60, must-revalidate")


async def test_who_its_rights_do_not_reach_is_not_given_it(shop: Shop) -> None:
    """By its own address; at a product's place its media are limited."""
    await shop.say(live(FIRST, 1, revision=2, limits={"markets": ["de"], "channels": ["webshop"]}))
    for query, status in (("", 200), ("?market=DE", 200), ("?market=fr", 451), ("?market=de&channel=print", 451)):
        assert (await shop.get(f"/a/{FIRST}/web.jpg{query}")).status_code == status, query
    told = media("RED-42", FIRST, SECOND, revision=2)
    main, back = told.items
    limited = main.model_copy(update={"limits": Limits(markets=["de"])})
    await shop.say(told.model_copy(update={"items": [limited, back]}))
    assert (await shop.get("/p/RED-42/main/web.jpg?market=fr")).status_code == 404
    assert (await shop.get("/p/RED-42/main/web.jpg?market=de")).status_code == 200


async def test_a_place_of_a_product_says_why_nothing_stands_there(shop: Shop) -> None:
    """Once the linker has taken what is closed from the product's media, too."""
    told = media("RED-42", FIRST, SECOND, revision=2)
    main, back = told.items
    for_de = main.model_copy(update={"limits": Limits(markets=["de"])})
    later, ended = {"available_from": in_seconds(3600)}, {"available_until": in_seconds(-1)}
    states = ((later, 403, "from 20"), (ended, 410, "its time or its rights have ended"))
    for at, (times, status, why) in enumerate(states):
        said = {"items": [back], "closed": [main], "main": None, "revision": 2 + 2 * at}
        await shop.say(told.model_copy(update=said), live(FIRST, 1, revision=2 + at, **times))
        for path in ("main/web.jpg", "main/web", "main/web.jpg?market=de"):
            answer = await shop.get(f"/p/RED-42/{path}")
            assert answer.status_code == status and why in answer.json()["detail"], path
            assert f"asset-{FIRST}" in answer.headers["surrogate-key"], "it opens again, and the CDN is told by that"
        assert (await shop.get("/p/RED-42/main.2/web.jpg")).status_code == 404
        said |= {"closed": [for_de], "revision": 3 + 2 * at}
        await shop.say(told.model_copy(update=said))
        assert (await shop.get("/p/RED-42/main/web.jpg?market=fr")).status_code == 404, "it is none of theirs"
    shut = [main.model_copy(update={"role": "front"}), back.model_copy(update={"asset_id": FIRST})]
    await shop.say(told.model_copy(update={"items": [back], "closed": shut, "main": None, "revision": 9}))
    for place, status in (("main", 410), ("front", 410), ("back", 200), ("back.2", 410), ("back.3", 404)):
        assert (await shop.get(f"/p/RED-42/{place}/web.jpg")).status_code == status, place


async def test_an_address_that_carries_the_version_leads_on_when_there_is_a_newer_one(shop: Shop) -> None:
    """As `product.media` has it."""
    assert (await shop.get(f"/a/{FIRST}/web.jpg?v=1")).status_code == 200
    await shop.say(*pictures(FIRST, 2), live(FIRST, 2, revision=2))
    answer = await shop.get(f"/a/{FIRST}/web.jpg?v=1")
    assert (answer.status_code, answer.headers["location"]) == (302, f"/a/{FIRST}/web.jpg?v={'2' * 16}")


async def test_addresses_without_an_extension_lead_all_browsers_to_one(shop: Shop) -> None:
    """Behind a cache that keeps redirects, the content of one format would lead who takes another in a circle."""
    await shop.say(*pictures(FIRST, 2), live(FIRST, 2, revision=2))
    for accept in (BROWSER, "*/*"):
        for before in ("1", "1" * 16):
            led = await shop.get(f"/p/RED-42/main/web?v={before}", accept)
            assert (led.status_code, led.headers["location"]) == (302, "/p/RED-42/main/web?v=2")
            assert led.headers["vary"] == "Accept"
        answer = await shop.get("/p/RED-42/main/web?v=2", accept)
        assert (answer.status_code, answer.headers["vary"]) == (200, "Accept")
    for path in (f"/a/{FIRST}/none", "/p/RED-42/main/none", "/p/RED-42/back.9/web"):
        answer = await shop.get(path)
        assert (answer.status_code, answer.headers["vary"]) == (404, "Accept"), path
        assert "vary" not in (await shop.get(f"{path}.jpg")).headers, path


async def test_the_page_that_may_be_framed_is_the_only_one(shop: Shop) -> None:
    model = {"sha256": SHA, "renditions": [file("model", 1, "glb"), file("model-ios", 1, "usdz")]}
    await shop.say(facet(SECOND, "renditions.first", model))
    for path, asset in (("/p/RED-42.html", SECOND), (f"/a/{SECOND}.html", SECOND), (f"/a/{FIRST}.html", FIRST)):
        answer = await shop.get(path)
        assert answer.status_code == 200 and f"asset-{asset}" in answer.headers["surrogate-key"]
        assert answer.headers["content-security-policy"].endswith("frame-ancestors *")
        assert ("<model-viewer" in answer.text) == (asset == SECOND)
        again = await shop.get(path, **{"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304
    missing = await shop.get("/p/GREEN.html")
    assert missing.headers["content-security-policy"].endswith("frame-ancestors *")
    assert missing.status_code == 404 and missing.headers["content-type"].startswith("text/html")
    for path in (f"/a/{FIRST}/web.jpg", "/p/RED-42.json", "/p/GREEN.json", "/nothing"):
        assert "frame-ancestors 'none'" in (await shop.get(path)).headers["content-security-policy"], path
    await shop.say(facet(SECOND, "curation", {"fields": {"alt:de": "Ein <Stuhl>", "alt:en": "A chair", "alt:fr": 1}}))
    assert 'alt="Ein &lt;Stuhl&gt;"' in (await shop.get("/p/RED-42.html", **{"accept-language": "de-CH"})).text
    assert 'alt="A chair"' in (await shop.get(f"/a/{SECOND}.html?lang=fr")).text
    await shop.say(live(SECOND, None, "purged", revision=2))
    assert (await shop.get(f"/a/{SECOND}.html")).status_code == 410
    assert "<model-viewer" not in (await shop.get("/p/RED-42.html")).text
    await shop.say(live(FIRST, None, "merged", revision=2, merged_into=THIRD))
    led = await shop.get(f"/a/{FIRST}.html")
    assert (led.status_code, led.headers["location"]) == (308, f"/a/{THIRD}.html")
    assert (await shop.get("/p/RED-42.html")).status_code == (await shop.get("/a/none.html")).status_code == 404
