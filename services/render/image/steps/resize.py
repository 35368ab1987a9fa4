"""Resize: each output from the smallest picture at least twice as large, which looks the same and costs less."""

import pyvips

from services.render.image.geometry import Frame
from services.render.image.picture import Output, Source

# A picture made from one at least this much larger cannot be told from one made from the original.
ENOUGH = 2.0


def resize(source: Source, output: Output) -> None:
    """Cut the frame's box out of the nearest larger picture and bring it to the frame's size."""
    frame = output.frame
    if _is_whole(source, frame):
        output.image = level(source, frame.width, frame.height)
        return
    parent = _parent(source, frame.scale)
    across, down = parent.width / source.width, parent.height / source.height
    left, top = round(frame.box.left * across), round(frame.box.top * down)
    width = min(max(1, round(frame.box.width * across)), parent.width - left)
    height = min(max(1, round(frame.box.height * down)), parent.height - top)
    output.image = shrink(parent.crop(left, top, width, height), frame.width, frame.height).copy_memory()


def level(source: Source, width: int, height: int) -> pyvips.Image:
    """The whole picture at a size, made once and kept for further outputs."""
    size = (width, height)
    if size not in source.levels:
        parent = _parent(source, max(width / source.width, height / source.height))
        small = shrink(parent, width, height)
        source.levels[size] = parent if small is parent else small.copy_memory()
    return source.levels[size]


def _parent(source: Source, scale: float) -> pyvips.Image:
    """The smallest whole picture that is planned and large enough, made now if it was not; else the decoded one."""
    planned = [
        (frame.scale, (frame.width, frame.height))
        for frame in source.frames
        if _is_whole(source, frame) and frame.scale >= scale * ENOUGH
    ]
    if not planned:
        return source.pixels
    return level(source, *min(planned)[1])


def shrink(image: pyvips.Image, width: int, height: int) -> pyvips.Image:
    """The picture at exactly `width` x `height`; transparent pixels lend no colour to their neighbours."""
    if (image.width, image.height) == (width, height):
        return image
    across, down = width / image.width, height / image.height
    if not image.hasalpha():
        return image.resize(across, vscale=down)
    small = image.premultiply().resize(across, vscale=down).unpremultiply()
    return small.cast(image.format)


def _is_whole(source: Source, frame: Frame) -> bool:
    box = frame.box
    return (box.left, box.top, box.width, box.height) == (0, 0, source.width, source.height)
