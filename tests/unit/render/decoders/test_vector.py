"""SVG: drawn as large as it is wanted, never larger than we can hold, and never with another file in it."""

import gzip
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pyvips

from runtime.refusal import Refused
from services.render.image.decoders.vector import LINKED
from services.render.recipe import Recipe

Render = Callable[[bytes, Recipe], pyvips.Image]
Values = Callable[..., list[dict[str, Any]]]


def svg(inside: str = "<rect width='10' height='5' fill='#c82828'/>", size: str = "width='20' height='10'") -> bytes:
    return f"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' {size}>{inside}</svg>".encode()


def test_as_large_as_wanted(recipe: Recipe, render: Render) -> None:
    made = render(svg(), recipe)
    assert (made.width, made.height) == (120, 60)
    assert made.getpoint(20, 10) == pytest.approx([200, 40, 40], abs=4)
    assert made.getpoint(100, 50) == [255, 255, 255]


def test_a_small_thing_on_a_large_sheet_fills_its_canvas(recipe: Recipe, values: Values) -> None:
    trimmed = {"mode": "pad", "background": "#ffffff", "trim": True, "width": 400, "height": 400}
    thing = "<rect width='200' height='100' fill='white'/><rect x='40' y='25' width='90' height='60' fill='#c82828'/>"
    _, made = values(svg(thing, "width='200' height='100'"), [recipe.model_copy(update=trimmed)])
    assert (made["width"], made["height"]) == (400, 400) and "notes" not in made


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<image href='logo.png' width='9' height='9'/>", True),
        ("<image width='9' height='9' xlink:href='https://x.y/z.png'/>", True),
        ("<image href='data:image/png;base64,AAAA' width='9' height='9'/>", False),
        ("<a href='https://x.y/'><rect width='9' height='9'/></a>", False),
    ],
)
def test_a_linked_picture_is_missed_aloud(inside: str, told: bool, recipe: Recipe, values: Values) -> None:
    space = "width='20' height='10' xmlns:xlink='http://www.w3.org/1999/xlink'"
    _, made = values(svg(inside, space), [recipe])
    assert bool(made.get("notes")) == told


def test_a_drawing_full_of_open_marks_is_looked_through_at_once(recipe: Recipe) -> None:
    started = time.process_time()
    assert LINKED.search(b"<image x" * 1_000_000 + b" " * 8_000_000) is None
    assert time.process_time() - started < 3


@pytest.mark.parametrize("size", ["width='1000000' height='1000000'", "width='900' height='3'", "viewBox='0 0 9 9'"])
def test_whatever_size_it_claims(size: str, recipe: Recipe, render: Render) -> None:
    started = time.process_time()
    assert max(render(svg(size=size), recipe).width, 1) <= 120
    assert time.process_time() - started < 5


def test_as_thin_as_a_hair(values: Values) -> None:
    with pytest.raises(Refused, match="a side may have up to 30,000"):
        values(svg(size="width='900000' height='3'"))


def test_packed(recipe: Recipe, render: Render, values: Values) -> None:
    assert render(gzip.compress(svg()), recipe).width == 120
    with pytest.raises(Refused, match="no SVG"):
        values(gzip.compress(b"a tar file"))
    with pytest.raises(Refused, match="SVGZ"):
        values(gzip.compress(svg())[:-20])


def test_a_bomb_is_refused_before_it_fills_the_memory(values: Values) -> None:
    bomb = gzip.compress(svg("<!--" + " " * 64 * 2**20 + "-->"))
    assert len(bomb) < 100_000
    with pytest.raises(Refused, match="32 MB"):
        values(bomb)


def test_entities_that_multiply_are_refused(values: Values) -> None:
    laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 9))
    text = f"<!DOCTYPE svg [<!ENTITY l0 'ha'>{laughs}]><svg xmlns='http://www.w3.org/2000/svg'><text>&l8;</text></svg>"
    started = time.process_time()
    with pytest.raises(Refused):
        values(text.encode())
    assert time.process_time() - started < 5


def test_no_other_file_is_in_it(recipe: Recipe, render: Render, tmp_path: Path) -> None:
    red = pyvips.Image.black(8, 8, bands=3).linear(1, [255, 0, 0]).cast("uchar").copy(interpretation="srgb")
    (tmp_path / "secret.png").write_bytes(red.pngsave_buffer())
    names = ("secret.png", "./secret.png", f"file://{tmp_path}/secret.png", str(tmp_path / "secret.png"))
    images = "".join(f"<image href='{name}' width='20' height='10'/>" for name in names)
    included = f"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file://{tmp_path}/secret.png'>]>"
    assert render(svg(images), recipe).getpoint(60, 30) == [255, 255, 255]
    assert render(included.encode() + svg("<text>&#120;</text>")[21:], recipe).getpoint(60, 30) == [255, 255, 255]


def test_a_script_does_nothing(recipe: Recipe, render: Render) -> None:
    script = (
        "<script>document.documentElement.setAttribute('width', 1)</script><rect width='20' height='10' fill='#00f'/>"
    )
    made = render(svg(script), recipe)
    assert made.width == 120 and made.getpoint(60, 30)[2] > 250


def test_none(values: Values) -> None:
    with pytest.raises(Refused, match="SVG"):
        values(svg()[:60])
