"""Render's work in the cage: one file and its recipes in, renditions out as they are made."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pyvips

from services.render.image.loaders import lock_down
from services.render.image.picture import Source
from services.render.image.pipeline import Made, make, prepare, stills
from services.render.image.sniff import sniff_file
from services.render.recipe import Recipe

Value = dict[str, Any]
STILL = "The picture does not move."
APART: tuple[str, ...] = ("document",)
"""Kinds whose work is their own folder's, in the pictures' cages."""


def warm() -> None:
    """Close libvips' loaders and run each encoder once, so that the first job finds everything loaded."""
    lock_down()
    image = pyvips.Image.black(64, 64, bands=3).copy(interpretation="srgb")
    image.icc_transform("srgb", input_profile="srgb").resize(0.5).jpegsave_buffer()
    image.webpsave_buffer()


def work(job: Value, folder: Path) -> Iterator[Value]:
    """Render one file.

    job: {"kind" (where it is absent, the bytes tell), "input": name of the file in `folder`, "recipes": [fields of a
    Recipe, in the order they are to be made]}.
    Yields first {"image": {…}}, for documents {"document": {…}} too, then a dict for each recipe as soon as its file
    lies in `folder` (see `pictures`). Raises Refused for bytes that we do not take; whatever else it raises is our own
    error.
    """
    kind = job.get("kind") or sniff_file(folder / job["input"]).family
    if kind in APART:
        yield from import_module(f"services.render.{kind}.work").work(job, folder)  # loaded where it is wanted
        return
    recipes = [Recipe.model_validate(fields) for fields in job["recipes"]]
    yield from pictures(folder / job["input"], recipes, folder)


def pictures(path: Path, recipes: list[Recipe], folder: Path, original: int | None = None) -> Iterator[Value]:
    """Make a picture's renditions in `folder`.

    original: bytes of the file that it stands for, where that is another (a video's, for its poster).
    Yields {"image": {format, width, height (upright pixels), bands, frames, orientation, profile}}, then a recipe each
    {"recipe", "preset", "file", "width", "height", "bytes", "sha256", "format", "ms", "quality", "measure",
    "saved_original", "saved_jpeg"}, or {"skipped": {"recipe", "preset", "reason"}} for one that this picture has not.
    """
    source = prepare(path, recipes)
    yield {"image": describe(source)}
    yield from renditions(source, folder, original or path.stat().st_size)


def renditions(source: Source, folder: Path, original: int) -> Iterator[Value]:
    """All outputs of a prepared source, each written to `folder` before it is named. original: bytes."""
    for recipe in stills(source):
        yield {"skipped": {"recipe": recipe.hash, "preset": recipe.preset, "reason": STILL}}
    for made in make(source):
        name = f"{made.recipe.hash}.{made.recipe.extension}"
        (folder / name).write_bytes(made.encoded)
        yield _value(made, name, original)


def _value(made: Made, name: str, original: int) -> Value:
    value: Value = {
        "recipe": made.recipe.hash,
        "preset": made.recipe.preset,
        "file": name,
        "width": made.width,
        "height": made.height,
        "bytes": len(made.encoded),
        "sha256": made.sha256,
        "format": made.recipe.format,
        "ms": round(made.ms, 1),
        "saved_original": original - len(made.encoded),
        **made.extra,
    }
    if made.quality is not None:
        value["quality"] = made.quality
    if made.measure is not None:
        value["measure"] = round(made.measure, 1)
    if made.plain is not None:
        value["saved_jpeg"] = made.plain - len(made.encoded)
    return value


def describe(source: Source) -> Value:
    """What the original is, as plain values."""
    header = source.checked
    return {
        "format": header.format,
        "width": source.width,
        "height": source.height,
        "bands": header.bands,
        "frames": header.frames,
        "orientation": header.orientation,
        "profile": source.profile is not None,
    }
