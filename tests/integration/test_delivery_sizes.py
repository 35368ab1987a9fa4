"""Sizes that are made when they are asked for, in a real cage, over a real view: signed, checked each time, kept."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pyvips

from runtime.jobs import Cages
from schemas.base import Contract
from services.delivery.pools import cages as caged
from services.delivery.signing import Terms, signed
from tests.integration.catalog_stage import SHA, facet, media
from tests.integration.delivery_shop import FIRST, SECOND, THIRD, Shop, file, live, opened

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]
NEW, OLD = b"new-key-of-the-shop", b"old-key-of-the-shop"
WEB = f"renditions/{SHA}/web.jpg"
SIZE = "/p/RED-42/main/web/w300.webp"


def picture(width: int, height: int) -> bytes:
    """Red on the left, blue on the right."""
    left = pyvips.Image.xyz(width, height)[0] < width / 2
    image = left.ifthenelse([250, 0, 0], [0, 0, 250]).cast("uchar").copy(interpretation="srgb")
    return bytes(image.jpegsave_buffer(Q=95))


def rendered(asset: str = FIRST, version: int = 1, **more: Any) -> list[Contract]:
    web = {
        **file("web", version, "jpg"),
        "key": WEB,
        "width": 600,
        "height": 400,
        "bytes": len(picture(600, 400)),
        "faithful": True,
    }
    told = {"sha256": SHA, "width": 1200, "height": 800, "renditions": [web], **more}
    about = {"sha256": SHA, "bytes": len(picture(1200, 800)), "media_type": "image/jpeg", "kind": "image"}
    dropped = {**about, "bucket": "inbox", "key": "red.jpg", "arrived": "2026-11-01T10:00:00Z"}
    return [facet(asset, "renditions", told, version=version), facet(asset, "file", dropped, version=version)]


@pytest.fixture
async def cages(tmp_path: Path) -> AsyncIterator[Cages]:
    async with caged(tmp_path, 1, 60) as made:
        yield made


@pytest.fixture
async def shop(postgres: str, cages: Cages) -> AsyncIterator[Shop]:
    async with opened(postgres, cages, Terms(open=True, keys=(NEW, OLD))) as made:
        await made.library.put(WEB, picture(600, 400))
        await made.library.put(f"originals/{SHA}", picture(1200, 800))
        await made.say(*rendered(), live(FIRST, 1), media("RED-42", FIRST))
        yield made


def seen(body: bytes) -> tuple[str, int, int]:
    image = pyvips.Image.new_from_buffer(body, "")
    return image.get("vips-loader").removesuffix("load_buffer"), image.width, image.height


async def test_a_size_is_made_once_and_is_a_file_like_others(shop: Shop) -> None:
    url = signed(SIZE, NEW)
    answers = await asyncio.gather(*(shop.get(url) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200} and len({answer.content for answer in answers}) == 1
    answer = answers[0]
    assert seen(answer.content) == ("webp", 300, 200)
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (
        "image/webp",
        "public, max-age=60, must-revalidate",
    )
    assert f"asset-{FIRST}" in answer.headers["surrogate-key"] and "vary" not in answer.headers
    (kept,) = [info.key for info in await shop.library.listing(f"sizes/{SHA}/")]
    assert len(await shop.library.versions(kept)) == 1 and kept.count("/") == 2
    assert [info.key for info in await shop.library.listing(f"renditions/{SHA}/")] == [WEB]
    assert (await shop.get(url, **{"if-none-match": answer.headers["etag"]})).status_code == 304
    part = await shop.get(url, range="bytes=0-3")
    assert (part.status_code, part.content) == (206, answer.content[:4])
    head = await shop.get(url, method="HEAD")
    assert int(head.headers["content-length"]) == len(answer.content)
    assert (await shop.get(signed(f"/a/{FIRST}/web/w300.webp", NEW))).content == answer.content


async def test_what_it_is_made_of_and_as_what(shop: Shop) -> None:
    for words, accept, wanted in (
        ("w300", "image/avif,image/webp,*/*", ("webp", 300, 200)),
        ("w300", "*/*", ("jpeg", 300, 200)),
        ("w900.jpg", "", ("jpeg", 900, 600)),  # more than the picture for the web has: of the original
        ("w4000.png", "", ("png", 1200, 800)),
        ("w100,h100,fill,2x.avif", "", ("heif", 200, 200)),
        ("w300,h300,pad.jpg", "", ("jpeg", 300, 300)),
    ):
        answer = await shop.get(signed(f"/p/RED-42/main/web/{words}", NEW), accept)
        assert seen(answer.content) == wanted, words
        assert ("vary" in answer.headers) == ("." not in words)


async def test_nobody_has_one_made_without_a_signature(shop: Shop) -> None:
    good = signed(SIZE, NEW)
    for url, detail in (
        (SIZE, "not signed"),
        (good.replace("w300", "w301"), "signature"),
        (good[:-2] + "AA", "signature"),
        (good.replace("main", "back"), "signature"),
        (signed(SIZE, b"a-key-that-nobody-has"), "signature"),
        (signed(SIZE, NEW, int(time.time()) - 1), "time has ended"),
    ):
        answer = await shop.get(url)
        assert answer.status_code == 403 and detail in answer.json()["detail"], url
    assert (await shop.get(signed(SIZE, OLD))).status_code == 200, "the key before is valid, too"
    other = await shop.get(signed(SIZE.replace("RED", "red"), NEW))
    assert other.status_code == 404 and "there is RED-42" in other.json()["detail"], "to sign another is not ours"
    for bad, status in (
        ("w0.webp", 400),
        ("w5000.webp", 400),
        ("w400,h999999,fill.webp", 400),
        ("w400,h300,fill,%2f.jpg", 400),
        ("..%2f..%2fsecret", 404),
        ("w400.tiff", 404),
    ):
        assert (await shop.get(signed(f"/p/RED-42/main/web/{bad}", NEW))).status_code == status, bad
    assert (await shop.get(signed("/p/RED-42/main/none/w300.webp", NEW))).status_code == 404
    assert (await shop.get(signed("/p/GREEN/main/web/w300.webp", NEW))).status_code == 404


async def test_where_sizes_are_not_made_even_a_signed_one_is_not(postgres: str, cages: Cages) -> None:
    async with opened(postgres, cages, Terms(open=False, keys=(NEW,))) as shop:
        await shop.say(*rendered(), live(FIRST, 1), media("RED-42", FIRST))
        answer = await shop.get(signed(SIZE, NEW))
        assert answer.status_code == 403 and "PACKSHOT_ON_THE_FLY" in answer.json()["detail"]


async def test_it_is_fresh_for_no_longer_than_its_signature(shop: Shop) -> None:
    answer = await shop.get(signed(SIZE, NEW, int(time.time()) + 30))
    age = int(answer.headers["cache-control"].split("max-age=")[1].split(",")[0])
    assert answer.status_code == 200 and 0 <= age <= 30


async def test_what_may_not_be_seen_is_not_made_nor_given(shop: Shop) -> None:
    url, other = signed(f"/a/{FIRST}/web/w300.webp", NEW), signed(f"/a/{FIRST}/web/w200.webp", NEW)
    assert (await shop.get(url)).status_code == 200
    await shop.say(live(FIRST, 1, revision=2, available_from="2099-01-01T00:00:00Z"))
    assert {(await shop.get(one)).status_code for one in (url, other)} == {403}
    await shop.say(live(FIRST, 1, revision=3, available_until="2020-01-01T00:00:00Z"))
    assert {(await shop.get(one)).status_code for one in (url, other)} == {410}
    await shop.say(live(FIRST, None, "purged", revision=4))
    assert {(await shop.get(one)).status_code for one in (url, other)} == {410}
    assert len(await shop.library.listing(f"sizes/{SHA}/")) == 1


async def test_a_size_of_a_moved_asset_leads_on_signed(shop: Shop) -> None:
    await shop.say(*rendered(THIRD), live(THIRD, 1), live(SECOND, None, "merged", merged_into=THIRD))
    led = await shop.get(signed(f"/a/{SECOND}/web/w300.webp", OLD))
    assert led.status_code == 308 and (await shop.get(led.headers["location"])).status_code == 200


async def test_a_persons_point_is_kept(shop: Shop) -> None:
    url = signed("/p/RED-42/main/web/w100,h200,fill.png", NEW)

    async def colour() -> list[int]:
        image = pyvips.Image.new_from_buffer((await shop.get(url)).content, "")
        pixel: list[int] = [round(band) for band in image.getpoint(50, 100)]
        return pixel

    for revision, x in ((1, 0.1), (2, 0.9)):
        await shop.say(facet(FIRST, "curation", {"fields": {"focal": {"x": x, "y": 0.5}}}, revision=revision))
        again = [one.model_copy(update={"revision": revision + 1}) for one in rendered(framed=["focal"])]
        await shop.say(*again)
        red, _, blue = await colour()
        assert (red > blue) == (x < 0.5), x


async def test_the_product_is_kept_where_nobody_has_pointed(shop: Shop) -> None:
    url = signed("/p/RED-42/main/web/w100,h200,fill.png", NEW)
    for revision, left in ((2, 0.0), (3, 0.8)):
        stands = [one.model_copy(update={"revision": revision}) for one in rendered(product=[left, 0.2, 0.2, 0.6])]
        await shop.say(*stands)
        image = pyvips.Image.new_from_buffer((await shop.get(url)).content, "")
        red, _, blue = (round(band) for band in image.getpoint(50, 100))
        assert (red > blue) == (left < 0.5), left


async def test_an_original_that_is_no_picture_gives_way(shop: Shop) -> None:
    await shop.library.put(f"originals/{SHA}", b"\xff\xd8\xff" + bytes(5000))
    answer = await shop.get(signed("/p/RED-42/main/web/w900.jpg", NEW))
    assert seen(answer.content) == ("jpeg", 600, 400)


async def test_a_picture_that_cannot_be_opened_says_so(shop: Shop) -> None:
    await shop.library.put(WEB, b"no picture at all")
    answer = await shop.get(signed("/p/RED-42/main/web/w100.jpg", NEW))
    assert answer.status_code == 404 and "not a picture" in answer.json()["detail"]
