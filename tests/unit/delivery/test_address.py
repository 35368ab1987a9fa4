"""Public paths: what they name, and that nothing else does."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.address import Address, Gallery, NoAddress, Slot, parse
from services.delivery.size import BadSize

SKU = st.text(min_size=1).filter(lambda text: "\0" not in text and len(quote(text)) < 1000)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/p/RED-42.json", Gallery("RED-42")),
        ("/p/RED-42/main/web.jpg", Address(Slot("RED-42", "main"), "web", "jpg")),
        ("/p/RED-42/back.2/web", Address(Slot("RED-42", "back", 2), "web")),
        ("/p/a%2Fb/size-chart/card-2x.webp", Address(Slot("a/b", "size-chart"), "card-2x", "webp")),
        ("/p/RED-42/video/hls/ab12/240p.m4s", Address(Slot("RED-42", "video"), "hls", digest="ab12", file="240p.m4s")),
        ("/a/6f1d3f0e/web.avif", Address("6f1d3f0e", "web", "avif")),
        ("/a/6f1d3f0e/model.glb", Address("6f1d3f0e", "model", "glb")),
    ],
)
def test_what_a_path_names(path: str, named: Address | Gallery) -> None:
    assert parse(path.encode()) == named


@pytest.mark.parametrize(
    "path",
    [
        "/", "", "/p", "/p/", "/p/.json", "/p/RED", "/p/RED/main", "/p/RED/main/", "/p//main/web.jpg", "/a//web.jpg",
        "/p/RED/main/..%2f..%2fsecret.jpg", "/p/RED/main/web.jpg/../x",
        "/p/RED/main/web.jpg/w400", "/p/RED/main/web/w400.gif", "/p/RED/main/web/w400.webp.jpg",
        "/p/RED/main/web/w400%2F..%2F..,h300", "/p/RED/main/web/w400%00",
        "/p/RED/main/hls/240p.m4s", "/p/RED/main/web/a/b/c", "/p/RED/main/web.jpg/x",
        "/p/RED/back.0/web.jpg", "/p/RED/MAIN/web.jpg", "/p/RED%00/main/web.jpg", "/p/%ff/main/web.jpg",
        "/v1/assets", "/p/" + "x" * 3000 + "/main/web.jpg",
    ],
)  # fmt: skip
def test_what_names_nothing(path: str) -> None:
    with pytest.raises(NoAddress):
        parse(path.encode())


@pytest.mark.parametrize(
    ("path", "words", "ending"),
    [
        ("/p/RED-42/main/web/w400,h300,fill.webp", "w400,h300,fill", "webp"),
        ("/p/RED-42/back.2/web/2x,w400", "w400,2x", ""),
        ("/a/6f1d3f0e/square/h200%2Cq60.jpg", "h200,q60", "jpg"),
    ],
)
def test_a_size_stands_behind_its_preset(path: str, words: str, ending: str) -> None:
    named = parse(path.encode())
    assert isinstance(named, Address) and (str(named.size), named.ending) == (words, ending)


@pytest.mark.parametrize("last", ["a", "w400,", ".webp", "w9999.jpg", "w400%2Fx,h300"])
def test_what_is_no_size(last: str) -> None:
    with pytest.raises(BadSize):
        parse(f"/p/RED/main/web/{last}".encode())


@given(SKU)
def test_every_sku_has_an_address(sku: str) -> None:
    quoted = quote(sku, safe="")
    assert parse(f"/p/{quoted}.json".encode()) == Gallery(sku)
    assert parse(f"/p/{quoted}/main/web.jpg".encode()) == Address(Slot(sku, "main"), "web", "jpg")


@given(st.binary(max_size=200))
def test_any_bytes_are_an_address_or_none(path: bytes) -> None:
    try:
        parse(path)
    except (NoAddress, BadSize):
        return
