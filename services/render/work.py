"""Render's work in the cage: one file and its recipes in, renditions out as they are made."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyvips

from services.render.image.loaders import lock_down
from services.render.image.picture import Source
from services.render.image.pipeline import make, prepare
from services.render.recipe import Recipe


def warm() -> None:
    """Close libvips' loaders and run each encoder once, so that the first job finds everything loaded."""
    lock_down()
    image = pyvips.Image.black(64, 64, bands=3).copy(interpretation="srgb")
    image.icc_transform("srgb", input_profile="srgb").resize(0.5).jpegsave_buffer()
    image.webpsave_buffer()


def work(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """Render one file.

    job: {"input": name of the file in `folder`, "recipes": [fields of a Recipe, in the order they are to be made]}.
    Yields first {"image": {format, width, height (upright pixels), bands, frames, orientation, profile}}, then for each
    recipe, as soon as its file lies in `folder`, {"recipe", "preset", "file", "width", "height", "bytes", "sha256",
    "format", "ms"}. Raises Refused for bytes that we do not take; whatever else it raises is our own error.
    """
    source = prepare(folder / job["input"], [Recipe.model_validate(fields) for fields in job["recipes"]])
    yield {"image": describe(source)}
    for made in make(source):
        name = f"{made.recipe.hash}.{made.recipe.extension}"
        (folder / name).write_bytes(made.encoded)
        yield {
            "recipe": made.recipe.hash,
            "preset": made.recipe.preset,
            "file": name,
            "width": made.width,
            "height": made.height,
            "bytes": len(made.encoded),
            "sha256": made.sha256,
            "format": made.recipe.format,
            "ms": round(made.ms, 1),
        }


def describe(source: Source) -> dict[str, Any]:
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
