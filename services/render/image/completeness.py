"""Is the whole picture there? A decoder's warning alone is no refusal, a missing lower part is one.

Cameras and mailers leave JPEGs without their end mark, with bytes after it, or a few bytes short: those look right.
A file that was cut off decodes too, to grey below the cut: that must not reach a shop.
"""

from pathlib import Path

import pyvips

from runtime.refusal import Refused
from services.render.image.loaders import FailOn, load

EXPORT_AGAIN = "Export the picture again, or copy it once more from the camera, and drop it again."
END_MARK = b"\xff\xd9"
NO_MEMORY = ("out of memory", "memory allocation error")  # libvips' words (and OpenJPEG's), libheif's
ONE_ROW_OF_BLOCKS = 16  # pixels: what a JPEG may lack at its lower edge and still look whole
STRIP = 16


def forget_warnings() -> None:
    """Empty libvips' list of messages before a decode, to read afterwards what came of it."""
    pyvips.vips_lib.vips_error_clear()


def warnings() -> str:
    """What libvips said since `forget_warnings`."""
    return str(pyvips.ffi.string(pyvips.vips_lib.vips_error_buffer()).decode("utf-8", "replace"))


def refuse_if_cut(path: Path, kind: str, decoded: pyvips.Image, said: str) -> None:
    """After a decode that went through: a JPEG that ended early, but was closed by an end mark, is grey at its foot."""
    if kind != "jpeg" or "premature end" not in said:
        return
    header = load(path, kind)
    if _interlaced(header):
        raise cut_off(None)
    missing = min(_even_foot(decoded) * header.height / decoded.height, header.height - _rows(path, kind, "warning"))
    if missing > ONE_ROW_OF_BLOCKS:
        raise cut_off(missing / header.height)


def strictness_for(path: Path, kind: str, error: pyvips.Error) -> FailOn:
    """After a decode that failed with `error`: how to read the file once more. Raises Refused when it is not whole."""
    raise_if_short_of_memory(error)
    header = _reopen(path, kind, error)
    if kind == "jpeg" and "premature end of JPEG" in str(error):
        if _interlaced(header) and _whole_with_end_mark(path):
            return "none"
        if not _interlaced(header) and header.height - _rows(path, kind, "truncated") <= ONE_ROW_OF_BLOCKS:
            return "none"
    held = _rows(path, kind, "truncated")
    raise cut_off(1 - held / header.height if 0 < held < header.height else None) from error


def raise_if_short_of_memory(error: Exception) -> None:
    """Raise MemoryError for a decoder's error that says so: the file may be whole."""
    if any(words in str(error).lower() for words in NO_MEMORY):
        raise MemoryError(str(error)) from error


def _reopen(path: Path, kind: str, error: pyvips.Error) -> pyvips.Image:
    try:
        return load(path, kind)
    except pyvips.Error:
        raise unreadable(kind) from error


def unreadable(kind: str) -> Refused:
    """The refusal for bytes that begin like a picture and are none."""
    return Refused(f"The file begins like a {kind.upper()} picture, but it cannot be read.", EXPORT_AGAIN)


def cut_off(share: float | None = None) -> Refused:
    """The refusal for a picture of which `share` is missing (None: nobody can say how much)."""
    if share is None:
        return Refused("The picture is damaged or cut off: not all of it can be read.", EXPORT_AGAIN)
    return Refused(f"The picture is cut off: the last {max(1, round(share * 100))} % are missing.", EXPORT_AGAIN)


def _interlaced(image: pyvips.Image) -> bool:
    return bool(image.get_typeof("interlaced") and image.get("interlaced"))


def _rows(path: Path, kind: str, fail_on: FailOn) -> int:
    """How many rows can be read from the top until libvips complains, in strips."""
    try:
        image = load(path, kind, fail_on=fail_on)
    except pyvips.Error as error:  # WebP is decoded whole when it is opened
        raise_if_short_of_memory(error)
        return 0
    region = pyvips.Region.new(image)
    for top in range(0, image.height, STRIP):
        try:
            region.fetch(0, top, image.width, min(STRIP, image.height - top))
        except pyvips.Error:
            return top
    return int(image.height)


def _even_foot(image: pyvips.Image) -> int:
    """Number of rows at the bottom that are all of one colour, that of the last pixel."""
    last = image.getpoint(image.width - 1, image.height - 1)
    _columns, rows = (image != last).bandor().project()
    differing = [row[0] for row in rows.flipver().tolist()]
    return next((count for count, value in enumerate(differing) if value), len(differing))


def _whole_with_end_mark(path: Path) -> bool:
    """Whether a progressive JPEG lacks its end mark only: with one, the strictest reading passes."""
    mended = path.with_name(path.name + ".mended")
    mended.write_bytes(path.read_bytes() + END_MARK)
    try:
        load(mended, "jpeg", fail_on="warning").copy_memory()
    except pyvips.Error:
        return False
    finally:
        mended.unlink()
    return True
