"""One picture through the whole first wave."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips

from runtime import photograph, pixels
from runtime.refusal import Refused
from services.tagger import jpeg, work
from services.tagger.models import registry

OURS = {
    "imagenet-lite0": "1", "imagenet-lite1": "1", "imagenet-lite2": "2", "openimages-ssd": "2", "faces": "1",
    "measures": registry.MEASURES,
}  # fmt: skip


def tag(path: Path) -> dict[str, Any]:
    made: Iterator[dict[str, Any]] = work.work({"input": path.name}, path.parent)
    (only,) = made
    return only


@pytest.mark.usefixtures("warm")
def test_everything_is_there_and_goes_through_json(packshot: Path) -> None:
    found = tag(packshot)
    assert json.loads(json.dumps(found)) == found
    assert set(found) == {
        "labels",
        "colours",
        "composition",
        "quality",
        "hash",
        "likeness",
        "embeddings",
        "models",
        "problems",
    }
    assert found["colours"][0]["name"] == "red" and found["colours"][0]["hex"].startswith("#")
    assert found["composition"]["background"] == "pure white" and found["quality"]["width"] == 1600
    assert found["models"] == OURS
    assert photograph.unpack(base64.b64decode(found["likeness"])).width == 1600
    assert len(found["hash"]) == 16
    embedding = np.frombuffer(base64.b64decode(found["embeddings"]["imagenet-lite2"]), "<f2")
    assert embedding.shape == (1280,) and np.isfinite(embedding).all() and embedding.std() > 0


@pytest.mark.usefixtures("warm")
def test_it_says_which_versions_are_loaded(tmp_path: Path) -> None:
    assert list(work.work({"versions": True}, tmp_path)) == [{"models": OURS, "broken": ()}]


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("kind", ["grey", "grey-alpha", "alpha", "cmyk", "16-bit", "one-pixel", "strip"])
def test_every_kind_of_picture_is_taken(packshot: Path, tmp_path: Path, kind: str) -> None:
    picture = pyvips.Image.new_from_file(str(packshot)).resize(0.25).copy_memory()
    path = tmp_path / "picture.tif"
    made = {
        "grey": lambda: picture.colourspace("b-w"),
        "grey-alpha": lambda: picture.colourspace("b-w").bandjoin(128),
        "alpha": lambda: picture.bandjoin(200),
        "cmyk": lambda: picture.colourspace("cmyk"),
        "16-bit": lambda: picture.colourspace("rgb16"),
        "one-pixel": lambda: picture.crop(200, 150, 1, 1),
        "strip": lambda: picture.crop(0, 150, 400, 2),
    }[kind]()
    made.tiffsave(str(path))
    found = tag(path)
    assert found["colours"] and found["quality"]["width"] == made.width


@pytest.mark.usefixtures("warm")
def test_a_page_is_no_packshot_and_nothing_is_cut_off(packshot: Path) -> None:
    """The same pixels as a photograph: what is said of them differs by what the original is."""
    cut = pixels.thumbnail(packshot, 600).crop(200, 0, 200, 450).copy_memory()
    photograph_, page = work.tag(cut, 200, 450), work.tag(cut, 200, 450, drawn_because="It is a page.")
    assert photograph_["composition"]["kind"] == "packshot" and photograph_["composition"]["cut_off"]
    left = {name: value for name, value in photograph_["composition"].items() if name not in ("kind", "cut_off")}
    assert page["composition"] == left and left["background"]


@pytest.mark.usefixtures("warm")
def test_a_turned_photograph_is_seen_upright(packshot: Path, tmp_path: Path) -> None:
    turned = pyvips.Image.new_from_file(str(packshot)).copy()
    turned.set_type(pyvips.GValue.gint_type, "orientation", 6)
    turned.jpegsave(str(tmp_path / "turned.jpg"))
    found = tag(tmp_path / "turned.jpg")
    assert (found["quality"]["width"], found["quality"]["height"]) == (1200, 1600)


@pytest.mark.usefixtures("warm")
def test_what_cannot_be_taken_says_cause_and_cure(packshot: Path, tmp_path: Path) -> None:
    whole = packshot.read_bytes()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    bad = {"cut.jpg": whole[: len(whole) * 6 // 10], "empty.jpg": b"", "text.jpg": b"hello", "drawing.svg": svg}
    causes = {}
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Refused) as refused:
            tag(tmp_path / name)
        causes[name] = refused.value.cause
        assert refused.value.cure
    assert "cut off" in causes["cut.jpg"] and "empty" in causes["empty.jpg"]
    assert causes["text.jpg"] == causes["drawing.svg"] == "This is not a picture that we can open."


@pytest.mark.usefixtures("warm")
def test_a_header_that_claims_too_much_is_refused_undecoded(packshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixels, "MAX_PIXELS", 1600 * 1200 - 1)
    with pytest.raises(Refused, match="1600 × 1200"):
        tag(packshot)


@pytest.mark.usefixtures("warm")
def test_squeezing_is_read_from_the_originals_head(packshot: Path, tmp_path: Path) -> None:
    picture = pixels.thumbnail(packshot, 1200)
    picture.jpegsave(str(tmp_path / "web"), Q=50)
    (tmp_path / "head").write_bytes(packshot.read_bytes()[:1000])
    of_it = {"input": "web", "size": [1600, 1200]}
    with_head, without = (next(work.work({**of_it, **more}, tmp_path)) for more in ({"head": "head"}, {}))
    assert with_head["quality"]["jpeg_quality"] == jpeg.quality(packshot) == 92
    assert "jpeg_quality" not in without["quality"] and with_head["quality"]["width"] == 1600
