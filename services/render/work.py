"""Render's work in the cage: one file and its recipes in, renditions out as they are made."""

import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pyvips

from runtime.refusal import Refused
from services.render.image.decoders.tiff import open_page, pages
from services.render.image.geometry import Box
from services.render.image.loaders import lock_down
from services.render.image.picture import Source
from services.render.image.pipeline import Made, make, prepare, stills
from services.render.image.sniff import sniff_file
from services.render.recipe import Recipe

Value = dict[str, Any]
STILL = "The picture does not move."
PAGES_SECONDS = 30.0
"""CPU time of all pages of a picture; what is not begun by then is passed over."""
TOO_LONG = "The pages before this one take too long."
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


def pictures(
    path: Path,
    recipes: list[Recipe],
    folder: Path,
    original: int | None = None,
    eye: tuple[float, float] | None = None,
) -> Iterator[Value]:
    """Make a picture's renditions in `folder`.

    original: bytes of the file that it stands for, where that is another (a video's, for its poster). eye: where the
    eye goes, as far as that file has told it.
    Yields {"image": {format, width, height (upright pixels), bands, frames, orientation, profile, product (where it
    was looked for and found: see `schemas/rendition.py`)}}, then a recipe each
    {"recipe", "preset", "file", "width", "height", "bytes", "sha256", "format", "ms", "quality", "measure",
    "saved_original", "saved_jpeg"}, or {"skipped": {"recipe", "preset", "reason"}} for one that this picture has not.
    """
    whole, paged = [one for one in recipes if one.page is None], [one for one in recipes if one.page is not None]
    size = original or path.stat().st_size
    if whole or not paged:
        source = prepare(path, whole, Source(path, whole, eye=eye))
        yield {"image": describe(source)}
        yield from renditions(source, folder, size)
    if paged:
        yield from page_pictures(path, paged, folder, size)


def page_pictures(path: Path, recipes: list[Recipe], folder: Path, original: int) -> Iterator[Value]:
    """The pages of a TIFF that has several: {"document": {pages, made}}, then a rendition each, as of a document.

    A page that is at fault costs itself only; so do those that come when the time is over.
    """
    there = pages(path) if sniff_file(path).name == "tiff" else []
    made = len(there) if len(there) > 1 else 0
    yield {"document": {"pages": len(there) or 1, "made": made}}
    until = time.process_time() + PAGES_SECONDS
    for recipe in recipes:
        if recipe.page is None or recipe.page > made:
            continue
        reason = TOO_LONG if time.process_time() > until else None
        try:
            if reason is None:
                opened = open_page(path, there[recipe.page - 1])
                source = prepare(path, [recipe], Source(path, [recipe], kind="tiff", opened=opened))
        except Refused as refusal:
            reason = refusal.cause
        if reason is not None:
            yield {"skipped": {"recipe": recipe.hash, "preset": recipe.preset, "reason": reason}}
            continue
        yield from ({**value, "page": recipe.page} for value in renditions(source, folder, original))


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
        **({"product": shares(box, source)} if (box := source.sight.product) else {}),
    }


def shares(box: Box, source: Source) -> list[float]:
    """Of the upright original: left, top, width, height."""
    across, down = source.width, source.height
    return [round(part, 4) for part in (box.left / across, box.top / down, box.width / across, box.height / down)]
