"""Window: which part of the original a rendition shows, where it is not all of it, so that people can move it."""

from services.render.image.picture import Output, Source

FINE = 4
"""Digits of a share: a tenth of a pixel of the smallest pictures, a pixel of the largest."""


def say_what_is_shown(source: Source, output: Output) -> None:
    """Note [left, top, width, height], as shares of the upright original."""
    box = output.frame.box
    across, down = source.width, source.height
    window = [box.left / across, box.top / down, box.width / across, box.height / down]
    if (told := [round(share, FINE) for share in window]) != [0, 0, 1, 1]:
        output.extra = {**output.extra, "window": told}
