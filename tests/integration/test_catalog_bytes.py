"""What is served of renditions: types, ranges, and films and ladders of several files."""

import re

import httpx
import pytest
from fastapi import FastAPI

from runtime import blocks
from schemas.video import VideoProgress
from services.catalog.api import bytes_of
from services.catalog.api.access import COOKIE, Access
from services.catalog.api.deps import Deps
from tests.integration.catalog_client import FIRST, KEY
from tests.integration.catalog_stage import SHA, Stage, change, facet

pytestmark = pytest.mark.broker
FILM, LADDER = f"renditions/{SHA}/film.mp4", f"renditions/{SHA}/ladder/ab12"
FILES = {
    "master.m3u8": (b"#EXTM3U\n240p.m3u8\n", "application/vnd.apple.mpegurl"),
    "240p.m3u8": (b"#EXTM3U\n240p.m4s\n", "application/vnd.apple.mpegurl"),
    "240p.m4s": (b"0123456789", "video/iso.segment"),
}


@pytest.fixture
async def films(stage: Stage) -> Stage:
    """An MP4 and an HLS ladder of the first asset."""
    about = {"channel": "webshop", "recipe": "r", "width": 4, "height": 3, "bytes": 10, "sha256": "f" * 64}
    film = {**about, "preset": "web-mp4", "key": FILM, "format": "mp4"}
    ladder = {**about, "preset": "hls", "key": f"{LADDER}/master.m3u8", "format": "hls"}
    files = [
        {"key": f"{LADDER}/{name}", "media_type": kind, "bytes": len(body), "sha256": f"{at}" * 64}
        for at, (name, (body, kind)) in enumerate(FILES.items())
    ]
    await stage.put([change(facet(FIRST, "renditions.video.web-mp4", {"sha256": SHA, "renditions": [film]}))])
    await stage.put(
        [change(facet(FIRST, "renditions.video.hls", {"sha256": SHA, "renditions": [ladder], "files": files}))]
    )
    await stage.library.put(FILM, b"0123456789")
    for name, (body, _) in FILES.items():
        await stage.library.put(f"{LADDER}/{name}", body)
    return stage


async def ask(client: httpx.AsyncClient, rest: str, **headers: str) -> httpx.Response:
    return await client.get(f"/v1/assets/{FIRST}/renditions/{rest}", headers={**KEY, **headers})


async def test_a_film_says_what_it_is_and_may_play(client: httpx.AsyncClient, films: Stage) -> None:
    answer = await ask(client, "web-mp4")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "video/mp4", b"0123456789")
    assert (
        answer.headers["accept-ranges"] == "bytes" and "media-src 'self'" in answer.headers["content-security-policy"]
    )
    assert answer.headers["content-disposition"].endswith("-web-mp4.mp4")


async def test_the_page_offers_the_ladder_and_then_the_film(client: httpx.AsyncClient, films: Stage) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    text = (await client.get(f"/assets/{FIRST}")).text
    sources = re.findall(r'<source src="[^"]*/renditions/([^"?]+)[^"]*" type="([^"]+)">', text)
    assert sources == [("hls", "application/vnd.apple.mpegurl"), ("web-mp4", "video/mp4")]


async def test_films_in_hand_are_shown_with_how_far_they_are(
    client: httpx.AsyncClient, films: Stage, app: FastAPI
) -> None:
    owes = ["renditions.video.web-mp4", "renditions.video.preview", "renditions.video.screen-4k"]
    await films.put([change(facet(FIRST, "renditions", {"sha256": SHA}, owes=owes, revision=2))])
    deps: Deps = app.state.deps
    deps.making.take(VideoProgress(asset_id=FIRST, version=1, rung="preview", share=0.43, eta_s=12.4))
    told = (await client.get(f"/v1/assets/{FIRST}", headers=KEY)).json()["films"]
    known = {film["rung"]: (film["status"], film["share"], film["eta_s"]) for film in told}
    assert known == {
        "web-mp4": ("kept", 1.0, 0.0),
        "preview": ("making", 0.43, 12.4),
        "screen-4k": ("waiting", 0.0, None),
        "hls": ("kept", 1.0, 0.0),
    }
    client.cookies.set(COOKIE, Access("secret").session())
    for path in (f"/assets/{FIRST}", "/activity"):
        text = (await client.get(path)).text
        assert f'data-film="{FIRST}/preview"' in text and "43 %, about 12 s left" in text, path


@pytest.mark.parametrize(
    ("asked", "status", "body", "told"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=8-", 206, b"89", "bytes 8-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=10-", 416, None, "bytes */10"),
        ("bytes=-0", 416, None, "bytes */10"),
        ("bytes=3-1", 200, b"0123456789", None),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
    ],
)
async def test_a_part_of_it(
    client: httpx.AsyncClient, films: Stage, asked: str, status: int, body: bytes | None, told: str | None
) -> None:
    answer = await ask(client, "web-mp4", Range=asked)
    assert (answer.status_code, answer.headers.get("content-range")) == (status, told)
    assert body is None or answer.content == body


async def test_a_large_film_is_never_in_memory_as_a_whole(
    client: httpx.AsyncClient, films: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (bytes_of, blocks):
        monkeypatch.setattr(module, "BLOCK", 4)
    read, parts = films.library.read, list[range]()

    async def seen(key: str, part: range) -> bytes:
        parts.append(part)
        return await read(key, part)

    monkeypatch.setattr(films.library, "read", seen)
    answer = await ask(client, "web-mp4")
    assert (answer.content, answer.headers["content-length"]) == (b"0123456789", "10")
    answer = await ask(client, "web-mp4", Range="bytes=3-8")
    assert (answer.content, answer.headers["content-length"]) == (b"345678", "6")
    assert parts == [range(4), range(4, 8), range(8, 10), range(3, 7), range(7, 9)]


async def test_a_part_of_other_bytes_is_the_whole(client: httpx.AsyncClient, films: Stage) -> None:
    etag = (await ask(client, "web-mp4")).headers["etag"]
    assert (await ask(client, "web-mp4", **{"Range": "bytes=0-3", "If-Range": etag})).status_code == 206
    assert (await ask(client, "web-mp4", **{"Range": "bytes=0-3", "If-Range": '"other"'})).status_code == 200
    assert (await ask(client, "web-mp4", **{"If-None-Match": etag})).status_code == 304


async def test_a_ladder_leads_to_its_playlist_and_that_to_the_rest(client: httpx.AsyncClient, films: Stage) -> None:
    first = await ask(client, "hls?version=1")
    assert first.status_code == 307
    playlist = first.next_request and first.next_request.url
    assert playlist and str(playlist).endswith(f"/v1/assets/{FIRST}/renditions/hls/ab12/master.m3u8")
    for name, (body, kind) in FILES.items():
        answer = await client.get(playlist.join(name), headers=KEY)
        assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, body, kind)
    for none in ("hls/ab12/nothing.m4s", "hls/cd34/240p.m4s", f"web-mp4/{SHA}/film.mp4"):
        assert (await ask(client, none)).status_code == 404


async def test_a_film_that_is_replaced_while_it_is_watched_goes_on(client: httpx.AsyncClient, films: Stage) -> None:
    first = (await ask(client, "hls")).next_request
    assert first is not None
    newer = {"channel": "webshop", "recipe": "r", "preset": "hls", "format": "hls", "width": 4, "height": 3, "bytes": 1}
    key = f"renditions/{SHA}/ladder/cd34/240p.m4s"
    data = {"sha256": SHA, "renditions": [{**newer, "key": key}], "files": [{"key": key, "bytes": 1, "sha256": "e"}]}
    live = {"live": 2, "newest": 2, "state": "ready"}
    of_two = [facet(FIRST, name, told, version=2) for name, told in (("file", {}), ("renditions.video.hls", data))]
    await films.put([change(one) for one in (*of_two, facet(FIRST, "head", live, version=0, revision=2))])
    now = await ask(client, "hls")
    assert now.next_request and now.next_request.url.path.endswith("/hls/cd34/240p.m4s")
    going_on = await client.get(first.url.join("240p.m4s"), headers=KEY)
    assert going_on.content == FILES["240p.m4s"][0]


async def test_the_page_of_a_film_plays_it(client: httpx.AsyncClient, films: Stage) -> None:
    page = (await client.get(f"/assets/{FIRST}", headers=KEY)).text
    assert "<video" in page and f"/v1/assets/{FIRST}/renditions/web-mp4" in page
