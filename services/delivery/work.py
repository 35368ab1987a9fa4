"""Delivery's work in the cage: one picture and a size in, one file out. Nothing is enlarged.

Encoders are set as render sets them (docs/decisions/0002 and 0008), so that both look alike.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyvips

from runtime.origin import XMP, mark, origin
from runtime.pixels import largest_within, lock_down, open_checked, upright_size
from runtime.refusal import Refused

Value = dict[str, Any]
MADE = "made"
"""Name of the file that is made."""
FREE = 100_000
"""Pixels of a side that nothing bounds."""
WHITE = [255.0, 255.0, 255.0]
COPYRIGHT = "exif-ifd0-Copyright"
JPEG_TABLE, WEBP_EFFORT, AVIF_EFFORT, PNG_LEVEL = 3, 2, 0, 6
# Where the window lies in what is free beside it, across and down.
PLACES = {"centre": (0.5, 0.5), "north": (0.5, 0.0), "south": (0.5, 1.0), "east": (1.0, 0.5), "west": (0.0, 0.5)}


class Box(NamedTuple):
    """Pixels."""

    width: int
    height: int


def warm() -> None:
    """Close libvips' loaders and run each encoder once, so that the first who asks does not wait for it."""
    lock_down()
    image = pyvips.Image.black(64, 64, bands=3).copy(interpretation="srgb")
    for encode in ENCODERS.values():
        encode(image, 80, "none")


def work(job: Value, folder: Path) -> Iterator[Value]:
    """Make one size.

    job: {"input", and where that is an original and may be none for us "instead": names of files in `folder`; "width",
    "height" (0: free), "fit", "gravity", "focal" ([x, y] or None), "background" (rrggbb), "format", "quality"}.
    Yields {"width", "height"} of the file `MADE`. Raises Refused.
    """
    image = of_original(folder, job) if job.get("instead") else resized(folder / str(job["input"]), job)
    kept = (("exif", COPYRIGHT), ("xmp", XMP))
    keep = "|".join(word for word, field in kept if image.get_typeof(field)) or "none"
    (folder / MADE).write_bytes(ENCODERS[job["format"]](image, job["quality"], keep))
    yield {"width": image.width, "height": image.height}


def of_original(folder: Path, job: Value) -> pyvips.Image:
    """Of the original; where that is none for us, of the picture that render has made of it."""
    path = folder / str(job["input"])
    try:
        refuse_others(open_checked(path))
        return resized(path, job)
    except Refused:
        return resized(folder / str(job["instead"]), job)


def refuse_others(header: pyvips.Image) -> None:
    """Inks, films and pages are render's affair. Raises Refused."""
    several = header.get_typeof("n-pages") and header.get("n-pages") > 1
    if several or header.interpretation == "cmyk":
        raise Refused("The original is of inks, moves or has pages.", "Take the picture that was made of it.")


def resized(path: Path, job: Value) -> pyvips.Image:
    """Upright 8-bit sRGB in memory, as large as it shall be; of metadata whose it is and how a machine made it."""
    own = Box(*upright_size(open_checked(path)))
    box = Box(job["width"] or FREE, job["height"] or FREE)
    if job["fit"] == "fill":
        image = cropped(largest_within(path, *covering(own, box)), window(own, box), job)
    else:
        image = largest_within(path, *box)
    image = named_only(image, path)
    background = job["background"]
    if image.hasalpha() and (job["format"] == "jpeg" or background):
        image = image.flatten(background=rgb(background) if background else WHITE)
    return on_sheet(image, box, rgb(background)) if job["fit"] == "pad" else image


def window(own: Box, box: Box) -> Box:
    """The box, or where the picture is smaller than it, the largest of its ratio that the picture fills."""
    share = min(1.0, own.width / box.width, own.height / box.height)
    return Box(max(1, round(box.width * share)), max(1, round(box.height * share)))


def covering(own: Box, box: Box) -> Box:
    """The size of the whole picture, of which the window is cut."""
    scale = min(1.0, max(box.width / own.width, box.height / own.height))
    return Box(max(1, round(own.width * scale)), max(1, round(own.height * scale)))


def cropped(image: pyvips.Image, wanted: Box, job: Value) -> pyvips.Image:
    """The window around the focal point (a person's, or the product's middle), else where the gravity says.

    Around its middle a product that fits the window is not cut: neither where the window stops at an edge.
    """
    wanted = Box(min(wanted.width, image.width), min(wanted.height, image.height))
    if job["focal"]:
        places = zip(job["focal"], (image.width, image.height), wanted, strict=True)
        left, top = (round(min(max(share * of - side / 2, 0), of - side)) for share, of, side in places)
    elif job["gravity"] == "auto":
        return image.smartcrop(*wanted, interesting="attention").copy_memory()
    else:
        across, down = PLACES[job["gravity"]]
        left, top = round((image.width - wanted.width) * across), round((image.height - wanted.height) * down)
    return image.crop(left, top, *wanted)


def on_sheet(image: pyvips.Image, box: Box, background: list[float]) -> pyvips.Image:
    """In the middle of exactly the box."""
    left, top = (box.width - image.width) // 2, (box.height - image.height) // 2
    return image.embed(left, top, *box, extend="background", background=background)


def rgb(colour: str) -> list[float]:
    """Of rrggbb."""
    return [float(one) for one in bytes.fromhex(colour)]


def named_only(image: pyvips.Image, path: Path) -> pyvips.Image:
    """Without its metadata: nothing says where, when and with what it was made, but that a machine did."""
    made = origin(image, path)
    image = image.copy()
    for name in image.get_fields():
        if name.startswith(("exif-", "xmp-", "iptc-", "icc-", "photoshop-")) and name != COPYRIGHT:
            image.remove(name)
    if made:
        mark(image, made)
    return image


def _jpeg(image: pyvips.Image, quality: int, keep: str) -> bytes:
    options = {"optimize_coding": True, "interlace": True, "quant_table": JPEG_TABLE}
    return bytes(image.jpegsave_buffer(Q=quality, keep=keep, **options))


def _webp(image: pyvips.Image, quality: int, keep: str) -> bytes:
    return bytes(image.webpsave_buffer(Q=quality, keep=keep, effort=WEBP_EFFORT))


def _avif(image: pyvips.Image, quality: int, keep: str) -> bytes:
    return bytes(image.heifsave_buffer(Q=quality, keep=keep, effort=AVIF_EFFORT, compression="av1", bitdepth=8))


def _png(image: pyvips.Image, _quality: int, keep: str) -> bytes:
    return bytes(image.pngsave_buffer(compression=PNG_LEVEL, keep=keep))


ENCODERS: dict[str, Callable[[pyvips.Image, int, str], bytes]] = {
    "jpeg": _jpeg,
    "webp": _webp,
    "avif": _avif,
    "png": _png,
}
