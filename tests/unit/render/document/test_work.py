"""A PDF becomes page pictures and text."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import pyvips

from runtime.refusal import Refused
from services.render.recipe import Recipe
from services.render.work import work
from tests.fakes.files import pdf

Values = Callable[..., list[dict[str, Any]]]
RED = b"0.8 0.1 0.1 rg 20 20 100 50 re f "


def said(text: str) -> bytes:
    return f"0 g BT /F1 24 Tf 20 200 Td ({text}) Tj ET".encode()


def made(folder: Path, data: bytes, recipes: list[Recipe]) -> list[dict[str, Any]]:
    (folder / "input").write_bytes(data)
    return list(work({"input": "input", "recipes": [one.model_dump(mode="json") for one in recipes]}, folder))


def test_cover_pages_and_text(tmp_path: Path, recipe: Recipe) -> None:
    pages = [recipe.model_copy(update={"preset": f"page-{number}", "page": number}) for number in (1, 2, 3)]
    data = pdf([RED + said("Trainer"), said("Gr\\366\\337e 42")])
    values = made(tmp_path, data, [recipe, *pages])
    assert values[0] == {"document": {"pages": 2, "made": 2, "title": ""}}
    assert (values[1]["image"]["format"], values[1]["image"]["width"], values[1]["image"]["height"]) == ("pdf", 80, 120)
    assert [value["preset"] for value in values if "preset" in value] == ["web", "page-1", "page-2"]
    cover = pyvips.Operation.call("jpegload", str(tmp_path / values[2]["file"]))
    assert (cover.width, cover.height) == (80, 120)
    assert cover.getpoint(20, 100) == pytest.approx([204, 26, 26], abs=6)
    assert cover.getpoint(70, 10) == pytest.approx([255, 255, 255], abs=2)
    text = (tmp_path / values[-1]["text"]["file"]).read_bytes()
    assert text.decode() == "Trainer\fGröße 42"
    assert values[-1]["text"]["sha256"] == hashlib.sha256(text).hexdigest()
    assert values[-1]["text"]["characters"] == 16


def test_the_same_page_is_the_same_picture(tmp_path: Path, recipe: Recipe) -> None:
    first, second = (made(tmp_path, pdf([RED, said("b")]), [recipe])[2]["sha256"] for _ in range(2))
    assert first == second
    page = recipe.model_copy(update={"page": 2})
    assert page.hash != recipe.hash


def test_a_thick_manual(tmp_path: Path, recipe: Recipe) -> None:
    values = made(tmp_path, pdf([said(f"Page {number}") for number in range(1, 701)]), [recipe])
    assert values[0]["document"]["pages"] == 700
    assert (tmp_path / "text.txt").read_text().split("\f")[699] == "Page 700"


def test_a_scan_has_no_text(tmp_path: Path, recipe: Recipe) -> None:
    assert not any("text" in value for value in made(tmp_path, pdf([RED]), [recipe]))


def test_a_page_of_any_size_fits(tmp_path: Path, recipe: Recipe) -> None:
    for size in ((14400.0, 14400.0), (3.0, 3.0), (14400.0, 10.0)):
        values = made(tmp_path, pdf([RED], size=size), [recipe])
        assert max(values[2]["width"], values[2]["height"]) == 120
        assert values[1]["image"]["width"] <= 1500


def test_what_cannot_be_opened_says_why(tmp_path: Path, recipe: Recipe) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        made(tmp_path, b"%PDF-1.7\n", [recipe])
    with pytest.raises(Refused, match="without PDF content"):
        made(
            tmp_path,
            pdf([said("File that was") + b" BT /F1 9 Tf 20 170 Td (saved without PDF Content.) Tj ET"]),
            [recipe],
        )


def test_nothing_in_it_can_run() -> None:
    """pdfium is built without a script engine and without XFA: what a document asks to run has nothing to run it."""
    assert not {"V8", "XFA"} & set(pypdfium2.version.PDFIUM_INFO.flags)
