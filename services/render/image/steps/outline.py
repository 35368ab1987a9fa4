"""Outline: a file for print keeps the paths of its original, the clipping path among them."""

import pyvips

from services.render.image import paths
from services.render.image.picture import Output, Source


def keep_paths(source: Source, output: Output) -> None:
    """Put the original's paths into a TIFF, moved as its pixels were."""
    resources = source.opened.photoshop if source.opened is not None else None
    if output.recipe.format != "tiff" or not resources:
        return
    if kept := paths.moved(resources, _move(source, output)):
        image = output.pixels.copy()
        image.set_type(pyvips.GValue.blob_type, "photoshop-data", kept)
        output.image = image
        if paths.clips(kept):
            output.extra["clipping_path"] = True


def _move(source: Source, output: Output) -> paths.Move:
    """From a share of the stored original to one of the canvas."""
    frame, (width, height) = output.frame, output.frame.canvas
    upright, (left, top) = paths.UPRIGHT[source.checked.orientation], output.frame.corner

    def move(across: float, down: float) -> paths.Point:
        x, y = upright(across, down)
        x = (x * source.width - frame.box.left) / frame.box.width
        y = (y * source.height - frame.box.top) / frame.box.height
        return (left + x * frame.width) / width, (top + y * frame.height) / height

    return move
