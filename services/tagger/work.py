"""Tag one picture: what runs inside the cage, and what `packshot tag FILE` runs on a local file."""

import base64
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from runtime import config, hashes, photograph, pixels
from runtime.eye import DECODED, on_white
from services.tagger import background, colours, composition, jpeg, quality, seeing
from services.tagger.config import TaggerSettings
from services.tagger.models import registry
from services.tagger.taught import plausible, views
from services.tagger.taught.heads import Heads
from services.tagger.taught.linked import PALETTE, palette_of

SMALL = 96


@lru_cache(maxsize=1)
def loaded() -> registry.Models:
    """The models of this process, loaded once. Where none can be used, what needs none is found all the same."""
    try:
        return registry.load(config.load(TaggerSettings).models_folder)
    except registry.NoModels as error:
        return registry.Models((), error.left_out)


@lru_cache(maxsize=1)
def taught() -> Heads:
    """Tags that this shop has taught; asked for anew with every picture."""
    return Heads(config.load(TaggerSettings).models_folder, loaded().versions)


def warm() -> None:
    """Load everything that is slow to load, and let libvips open its modules, before the process is confined."""
    pixels.lock_down()
    taught().fresh()


def work(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """job: {"input": a name in `folder`}, and where that is a picture of an original, {"size": of the original, "head":
    a name in `folder`, of the original's first bytes, where it is a JPEG, "drawn": why the original is no photograph,
    where it is none}; or {"versions": true}, which only says what is loaded here and what is left out.

    Yields one dict as `packshot tag --json` prints, with embeddings and models.

    With `"teach": true` every model gives its embedding.

    `embeddings`: by model, base64 of little-endian float16. `likeness`: base64 of a packed signature. `models`:
    versions by name. Raises Refused.
    """
    if "versions" in job:
        yield {"models": loaded().versions, "broken": loaded().broken}
        return
    path = folder / job["input"]
    header = pixels.open_checked(path)
    width, height = job.get("size") or pixels.upright_size(header)
    del header
    teaching = bool(job.get("teach"))
    head = job.get("head") or (None if "size" in job else job["input"])
    squeezed = jpeg.quality(folder / head) if head else None
    picture = pixels.thumbnail(path, DECODED)
    yield tag(picture, width, height, squeezed, drawn_because=job.get("drawn", ""), everything=teaching)


def tag(
    picture: pyvips.Image,
    width: int,
    height: int,
    jpeg_quality: int | None = None,
    *,
    drawn_because: str = "",
    everything: bool = False,
) -> dict[str, Any]:
    """picture: 8-bit sRGB of at most 512 pixels, 3 or 4 bands; width, height: of the original."""
    alpha = picture.extract_band(3) if picture.bands == 4 else None
    flat = on_white(picture)
    fitted = _fit(flat)
    small = _array(fitted)
    behind = background.find(small, _array(_fit(alpha))[..., 0] if alpha is not None else None)
    grey = _array(flat) @ photograph.LUMA
    judged = quality.judge(grey, small, behind, (width, height), jpeg_quality, drawn_because)
    heads = plausible.speaking(taught().fresh(), drawn=bool(drawn_because))
    coloured = [asdict(colour) for colour in colours.dominant(small, behind)]
    measured = {PALETTE: palette_of(coloured)}
    ground = composition.judge(behind, small)
    seen = partial(plausible.seen, colours=coloured, background=ground.background)
    view = seeing.look(flat, loaded(), heads, measured, seen, everything=everything)
    somebody = composition.anybody(small, view.people or ()) or bool(view.faces)
    people = None if view.people is None and not somebody else somebody
    composed = composition.as_facts(replace(ground, people=people, faces=view.faces))
    if judged.left_out:
        composed = composition.of_drawn(composed)
    return {
        "labels": [asdict(label) for label in view.labels],
        "colours": coloured,
        "composition": views.composed(composed, heads, {**view.embeddings, **measured}),
        "quality": quality.as_facts(judged) | {"width": width, "height": height},
        "hash": hashes.phash(_grey(fitted.thumbnail_image(hashes.SIDE, height=hashes.SIDE, size="force"))),
        "likeness": _encoded(signature(flat, width, height).pack()),
        "embeddings": {name: _packed(embedding) for name, embedding in view.embeddings.items()},
        "models": loaded().versions | taught().versions,
        "problems": view.problems,
    }


def _fit(image: pyvips.Image) -> pyvips.Image:
    return image.thumbnail_image(SMALL, height=SMALL, size="down").copy_memory()


def _grey(image: pyvips.Image) -> NDArray[np.uint8]:
    """[h, w]"""
    return _array(image.colourspace("b-w").extract_band(0))[..., 0]


def _array(image: pyvips.Image) -> NDArray[np.uint8]:
    """[h, w, bands], also where there is one of them: pyvips drops what is single."""
    values: NDArray[np.uint8] = image.numpy().reshape(image.height, image.width, image.bands)
    return values


def signature(flat: pyvips.Image, width: int, height: int) -> photograph.Signature:
    """flat: 8-bit sRGB, 3 bands; width, height: of the original."""
    square = flat.thumbnail_image(photograph.SIDE, height=photograph.SIDE, size="force")
    return photograph.Signature(width, height, _array(square))


def _packed(embedding: NDArray[np.float32]) -> str:
    return _encoded(embedding.astype("<f2").tobytes())


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
