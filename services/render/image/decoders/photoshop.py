"""PSD and PSB: the merged picture that Photoshop keeps for others, handed to libtiff where it lies in the file.

Its rows are packed as TIFF's are (PackBits), so a TIFF header around them is enough: libvips then streams them, with
16 bit, CMYK and transparency, in a few megabytes of memory, where a reader of layers needs a hundred times as much.
"""

from collections.abc import Sequence
from pathlib import Path

import pyvips

from runtime.refusal import Refused
from services.render.image.completeness import cut_off
from services.render.image.decoders import native
from services.render.image.decoders.memory import sound, tagged
from services.render.image.decoders.opened import Opened, Shrink
from services.render.image.decoders.photoshop_file import Mode, Photoshop, read_photoshop
from services.render.image.decoders.photoshop_tiff import write_tiff
from services.render.image.decoders.rights import with_rights
from services.render.image.limits import MEGA, Header, check_header
from services.render.recipe import Recipe

LARGEST = 500 * MEGA  # bytes of merged picture, as it lies in the file: more than the cage may write
WHITE = {8: 255.0, 16: 65535.0, 32: 1.0}


def open_picture(path: Path, kind: str, _recipes: Sequence[Recipe]) -> Opened:
    """Open the merged picture. Raises Refused, also where Photoshop was told not to keep one."""
    found = read_photoshop(path)
    header = Header(kind, found.width, found.height, found.bands, 1, 1, metadata=found.metadata)
    check_header(header, path.stat().st_size)
    if not found.merged:
        if (small := _thumbnail(path, found)) is not None:
            return small
        raise Refused(
            "The Photoshop file was saved without a merged picture, so only Photoshop can show it.",
            "Switch on 'Maximize PSD and PSB File Compatibility' under Preferences > File Handling, and save it again.",
        )
    if found.stored > LARGEST:
        raise Refused(
            f"The merged picture in the Photoshop file has {found.stored // MEGA} MB; we take up to {LARGEST // MEGA}.",
            "Save it with 8 bits a channel, or smaller.",
        )
    missing = found.at + found.stored - path.stat().st_size
    if missing > found.stored / found.height:  # a row's bytes are not seen
        raise cut_off(missing / found.stored)
    profile = sound(found.profile)

    def read(shrink: Shrink) -> pyvips.Image:
        wrapped = path.with_name(path.name + ".tiff")
        try:
            write_tiff(path, found, wrapped)
            return native.opened(wrapped, "tiff", kind).read(
                lambda image: shrink(with_rights(_meant(image, found, profile), found.exif))
            )
        finally:
            wrapped.unlink(missing_ok=True)

    return Opened(header, read, profile, photoshop=found.resources, dpi=found.dpi)


def _thumbnail(path: Path, found: Photoshop) -> Opened | None:
    """The file's own thumbnail, where it is as large as the picture: of icons and swatches."""
    if not found.thumbnail:
        return None
    thumbnail = path.with_name(path.name + ".thumbnail.jpg")
    thumbnail.write_bytes(found.thumbnail)
    try:
        opened = native.opened(thumbnail, "jpeg", "psd")
    except Refused:
        return None
    return opened if (opened.header.width, opened.header.height) == (found.width, found.height) else None


def _meant(image: pyvips.Image, found: Photoshop, profile: bytes | None) -> pyvips.Image:
    """What the numbers mean in Photoshop, where that is not what they mean in TIFF."""
    if found.mode is Mode.INDEXED:
        return tagged(image, profile)
    colours = image.extract_band(0, n=found.colours)
    if found.mode is Mode.CMYK:
        colours = colours.invert()  # Photoshop stores how much paper is left
        colours = colours.copy(interpretation="cmyk")
    elif found.mode is Mode.LAB:
        steps = WHITE[found.depth] / 255
        colours = colours.linear([100 / (255 * steps), 1 / steps, 1 / steps], [0, -128, -128])
        return _lab(colours)
    if found.transparent:
        alpha = image.extract_band(found.colours)
        if found.mode in (Mode.RGB, Mode.GREY):
            colours = _without_white(colours, alpha, WHITE[found.depth])
        return tagged(colours.bandjoin(alpha), profile)
    return tagged(colours, profile)


def _lab(colours: pyvips.Image) -> pyvips.Image:
    """Lab numbers as sRGB; Lab has no profile to go through."""
    return tagged(colours.copy(interpretation="lab").colourspace("srgb"), None)


def _without_white(colours: pyvips.Image, alpha: pyvips.Image, white: float) -> pyvips.Image:
    """The colours of transparent pixels before Photoshop laid the merged picture on white."""
    share = alpha / white
    bare = (colours - (1 - share) * white) / share  # libvips divides by nought to nought
    return (bare < 0).ifthenelse(0, bare).cast(colours.format).copy(interpretation=colours.interpretation)
