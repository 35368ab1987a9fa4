"""A TIFF's pages become pictures of their own, copies and masks do not; no header promises what no bytes hold."""

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pyvips
from PIL import Image

from runtime.refusal import Refused
from services.render import work as working
from services.render.image.decoders.tiff import pages
from services.render.kinds import plan_for
from services.render.presets import load_presets
from services.render.recipe import Facts, Recipe, plan

Values = Callable[..., list[dict[str, Any]]]
COLOURS = ((200, 30, 30), (30, 200, 30), (30, 30, 200))
WIDTH, HEIGHT, STRIPS = 256, 257, 273
COPY = {254: 1}


def paged(*fields: dict[int, int], size: tuple[int, int] = (60, 40), **saved: Any) -> bytes:
    """A TIFF with a picture for each; its first page is red, the others green and blue in turns."""
    first, *others = (Image.new("RGB", size, COLOURS[at % 3]) for at in range(len(fields)))
    for picture, more in zip(others, fields[1:], strict=True):
        picture.encoderinfo = {"tiffinfo": more}
    out = io.BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=others, **saved)
    return out.getvalue()


def changed(data: bytes, tag: int, value: int) -> bytes:
    """With that value in the last field of that tag, a SHORT or a LONG."""
    at = max(data.rfind(struct.pack("<HHI", tag, kind, 1)) for kind in (3, 4))
    assert at > 0
    return data[: at + 8] + struct.pack("<I", value) + data[at + 12 :]


@pytest.fixture
def recipes(recipe: Recipe) -> list[Recipe]:
    return [recipe, *(one for one in plan(load_presets(), Facts(), pages=True) if one.page)]


def test_each_page_is_a_picture(values: Values, recipes: list[Recipe], tmp_path: Path) -> None:
    found = values(paged({}, {}, {}), recipes)
    assert [value["document"] for value in found if "document" in value] == [{"pages": 3, "made": 3}]
    made = {value["preset"]: value for value in found if "preset" in value}
    assert list(made) == ["web", "page-1", "page-2", "page-3"]
    assert [value.get("page") for value in made.values()] == [None, 1, 2, 3]
    assert made["web"]["notes"] == ["This is the first of 3 pages; each is a file of its own: page-2 …"]
    for number, colour in enumerate(COLOURS, 1):
        page = pyvips.Operation.call("webpload", str(tmp_path / made[f"page-{number}"]["file"]))
        assert page.getpoint(30, 20)[:3] == pytest.approx(colour, abs=4)


def test_copies_and_masks_are_no_pages(values: Values, recipes: list[Recipe]) -> None:
    found = values(paged({}, COPY, {254: 4}), recipes)
    assert [value["preset"] for value in found if "preset" in value] == ["web"]
    assert {"document": {"pages": 1, "made": 0}} in found
    assert "notes" not in next(value for value in found if "preset" in value)


def test_of_pages_alone_nothing_else_is_decoded(values: Values, recipes: list[Recipe]) -> None:
    """As when presets have got pages that had none."""
    found = values(paged({}, {}), recipes[1:])
    assert [value["preset"] for value in found if "preset" in value] == ["page-1", "page-2"]
    assert not any("image" in value for value in found)


def test_a_page_that_cannot_be_read_costs_itself(values: Values, recipes: list[Recipe]) -> None:
    data = paged({}, {}, {})
    found = values(changed(data, STRIPS, 2 * len(data)), recipes)
    assert [value["preset"] for value in found if "preset" in value] == ["web", "page-1", "page-2"]
    (skipped,) = (value["skipped"] for value in found if "skipped" in value)
    assert skipped["preset"] == "page-3" and "cut off" in skipped["reason"]


def test_what_is_cut_off_is_refused_and_not_black_below(values: Values, recipes: list[Recipe]) -> None:
    """Where the directory comes first and the pixels last, libvips itself complains of nothing."""
    data = paged({}, size=(60, 400))
    values(data[:-10], recipes[:1])
    with pytest.raises(Refused, match="the last 50 % are missing"):
        values(data[: len(data) // 2], recipes[:1])


def test_pages_that_come_too_late_are_passed_over(
    values: Values, recipes: list[Recipe], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "PAGES_SECONDS", -1.0)
    found = values(paged({}, {}), recipes)
    assert [value["skipped"]["reason"] for value in found if "skipped" in value] == [working.TOO_LONG] * 2


def test_pages_are_planned_for_what_may_have_them() -> None:
    wanted = {
        kind: sum(getattr(one, "page", None) is not None for one in plan_for("image", kind, load_presets(), Facts()))
        for kind in ("image/tiff", "image/jpeg")
    }
    assert wanted == {"image/tiff": 50, "image/jpeg": 0}


@pytest.mark.parametrize("packed", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"])
def test_a_header_that_promises_too_much(packed: str, values: Values, recipes: list[Recipe]) -> None:
    """The same few bytes, said to be ninety megapixels."""
    data = paged({}, compression=packed)
    values(data, recipes)
    swollen = changed(changed(data, WIDTH, 30_000), HEIGHT, 3_000)
    with pytest.raises(Refused, match="cannot hold them"):
        values(swollen, recipes)


def test_what_is_packed_most_is_taken(values: Values, recipes: list[Recipe]) -> None:
    for packed in ("tiff_lzw", "tiff_adobe_deflate", "packbits"):
        values(paged({}, size=(1500, 1500), compression=packed), recipes[:1])


@pytest.mark.parametrize("data", [b"II*\0", b"II*\0\x08\0\0\0", b"MM\0+" + bytes(12), paged({})[:100]])
def test_what_is_broken_has_no_pages_that_we_know(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.tif").write_bytes(data)
    assert len(pages(tmp_path / "x.tif")) <= 1


def test_a_chain_without_an_end(tmp_path: Path) -> None:
    data = bytearray(paged({}))
    (where,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, where)
    struct.pack_into("<I", data, where + 2 + 12 * count, where)
    (tmp_path / "x.tif").write_bytes(data)
    assert len(pages(tmp_path / "x.tif")) == 1


@pytest.mark.media
def test_a_real_fax_of_five_pages(media: Path, values: Values, recipes: list[Recipe]) -> None:
    found = values((media / "formats/multipage.tif").read_bytes(), recipes)
    assert [value["page"] for value in found if "page" in value] == [1, 2, 3, 4, 5]
