"""Public paths: what they name, and that nothing else does."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.address import Address, Gallery, NoAddress, Slot, parse

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
        "/p/RED/main/web/a", "/p/RED/main/web/a/b/c", "/p/RED/main/web.jpg/x",
        "/p/RED/back.0/web.jpg", "/p/RED/MAIN/web.jpg", "/p/RED%00/main/web.jpg", "/p/%ff/main/web.jpg",
        "/v1/assets", "/p/" + "x" * 3000 + "/main/web.jpg",
    ],
)  # fmt: skip
def test_what_names_nothing(path: str) -> None:
    with pytest.raises(NoAddress):
        parse(path.encode())


@given(SKU)
def test_every_sku_has_an_address(sku: str) -> None:
    quoted = quote(sku, safe="")
    assert parse(f"/p/{quoted}.json".encode()) == Gallery(sku)
    assert parse(f"/p/{quoted}/main/web.jpg".encode()) == Address(Slot(sku, "main"), "web", "jpg")


@given(st.binary(max_size=200))
def test_any_bytes_are_an_address_or_none(path: bytes) -> None:
    try:
        parse(path)
    except NoAddress:
        return
