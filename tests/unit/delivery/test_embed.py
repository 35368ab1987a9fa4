"""The page that others frame: what it shows, and that nothing in it comes from elsewhere or can be slipped in."""

import gzip
import re
from pathlib import Path

import pytest

from services.delivery import scripts
from services.delivery.address import Script
from services.delivery.asked import Asked
from services.delivery.choose import File
from services.delivery.embed import best, page, spoken
from services.delivery.find import Collected, Shown


def made(preset: str, ending: str, *, several: bool = False) -> File:
    key = f"renditions/s/{preset}/ab12/master.{ending}" if several else f"renditions/s/{preset}.{ending}"
    return File(preset, "webshop", ending, key, preset * 20, 9, 4, 3, several)


WEB, FILM, LADDER = made("web", "jpg"), made("web-mp4", "mp4"), made("hls", "m3u8", several=True)
MODEL, IOS = made("model", "glb"), made("model-ios", "usdz")
HOSTILE = '"><script>alert(1)</script>'


def shown(*files: File, asset: str = "a1") -> Shown:
    return Shown("main", 1, asset, files)


def text(one: Shown, sku: str = "CHAIR") -> str:
    answer = page(one, sku, None)
    assert answer is not None
    return answer.body.decode()


def test_a_model_is_seen_in_the_room_on_android_and_ios() -> None:
    html = text(shown(WEB, MODEL, IOS))
    assert re.search(r'<model-viewer src="/a/a1/model\.glb\?v=[\w-]+" ios-src="/a/a1/model-ios\.usdz\?v=[\w-]+"', html)
    assert 'ar-modes="webxr scene-viewer quick-look"' in html and 'slot="poster"' in html
    assert re.search(r'<noscript><a rel="ar" href="/a/a1/model-ios\.usdz\?v=[\w-]+"><img src=', html)
    assert html.count("<script") == 2 and "/s/viewer.js" in html and "/s/model-viewer.js" in html
    assert "ios-src" not in text(shown(WEB, MODEL))


def test_a_film_plays_its_ladder_or_its_file_without_scripts() -> None:
    html = text(shown(WEB, FILM, LADDER))
    assert html.index("/a/a1/hls/ab12/master.m3u8?v=") < html.index("/a/a1/web-mp4.mp4?v=")
    assert "<script" not in html and 'poster="/a/a1/web.jpg' in html
    assert "<img" in text(shown(WEB)) and page(shown(made("print-cmyk", "tif")), "", None) is None


def test_of_a_product_what_is_best_looked_at() -> None:
    picture, film, model = shown(WEB, asset="p"), shown(WEB, FILM, asset="f"), shown(WEB, MODEL, asset="m")
    for there, wanted in (([picture, film, model], model), ([picture, film], film), ([picture], picture), ([], None)):
        assert best(Collected(there, [], None)) == wanted


def test_nothing_comes_from_elsewhere_and_anybody_may_frame_it() -> None:
    answer = page(shown(WEB, MODEL, IOS), "CHAIR", 30.0)
    assert answer is not None
    assert not re.search(r"(src|href)=\"(?!/)", answer.body.decode())
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and policy.endswith("frame-ancestors *") and "http" not in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert "max-age=30" in answer.headers["Cache-Control"] and "asset-a1" in answer.headers["Surrogate-Key"]


@pytest.mark.parametrize(
    ("query", "accepts", "said"),
    [
        ("", "de-CH,de;q=0.9,en;q=0.8", "Ein Stuhl"),
        ("lang=fr", "de", "Une chaise"),
        ("", "en;q=0.2, FR;q=0.4", "Une chaise"),
        ("lang=pl", "de", "A chair"),
        ("", "de;q=0, *", "A chair"),
        ("", "", "A chair"),
    ],
)
def test_what_somebody_wrote_is_said_in_the_language_that_is_asked_for(query: str, accepts: str, said: str) -> None:
    alts = {"de": "Ein Stuhl", "en": "A chair", "fr": "Une chaise"}
    words = spoken(alts, Asked(b"/p/CHAIR.html", query, {"accept-language": accepts}).languages)
    assert words.text == said and alts[words.language] == said
    answer = page(shown(WEB), "CHAIR", None, words)
    assert answer is not None and f'alt="{said}"' in answer.body.decode()
    assert f'<html lang="{words.language}">' in answer.body.decode() and answer.headers["Vary"] == "Accept-Language"


def test_where_nobody_wrote_anything_the_sku_stands() -> None:
    assert spoken({}, ["de"]) == ("en", "") and spoken({"it": "Una sedia"}, ["de"]) == ("it", "Una sedia")
    assert 'alt="CHAIR"' in text(shown(WEB)) and 'alt="Product"' in text(shown(WEB), "")


def test_no_name_slips_anything_in() -> None:
    html = text(shown(WEB, MODEL, asset=HOSTILE), HOSTILE)
    assert "<script>alert" not in html and "&lt;script&gt;" in html


def test_scripts_are_ours_and_packed_for_who_takes_that(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "v.js").write_text("/* viewer */")
    monkeypatch.setattr(scripts, "FILES", {**scripts.FILES, "test.js": tmp_path / "v.js", "none.js": tmp_path / "none"})

    def ask(name: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        answer = scripts.script(Script(name), Asked(b"/s/", "", headers))
        return answer.status, answer.body, answer.headers

    status, body, headers = ask("test.js")
    assert (status, body) == (200, b"/* viewer */") and "Content-Encoding" not in headers
    status, packed, packed_headers = ask("test.js", **{"accept-encoding": "br, gzip"})
    assert gzip.decompress(packed) == body and packed_headers["Content-Encoding"] == "gzip"
    assert ask("test.js", **{"if-none-match": headers["ETag"]})[0] == 304
    assert ask("viewer.js")[0] == 200
    for name in ("none.js", "../config.py", "handler.py", ""):
        assert ask(name)[0] == 404
