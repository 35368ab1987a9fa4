"""Metadata: a public picture says whose it is, and nothing of where, when, with what and by whom it was made.

But where a machine made it up, that mark stays (IPTC's digital source type, in XMP): marketplaces ask for it.
"""

import re

import pyvips

from services.render.image.picture import Source

# EXIF's own words for the owner; GPS, serial numbers, people's names, thumbnails, XMP, IPTC and profiles go.
KEPT = ("exif-ifd0-Copyright",)


XMP = "xmp-data"
SEEN = 1_000_000
"""Bytes of a packet that are looked at."""
_MADE_UP = re.compile(rb"cv\.iptc\.org/newscodes/digitalsourcetype/(\w*(?:lgorithmic|ynthetic|irtual)\w*)")
_PACKET = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/{}"/></rdf:RDF></x:xmpmeta>'
    '<?xpacket end="r"?>'
)


def strip(source: Source) -> None:
    """Take everything but the copyright out of the decoded picture, and so out of all that is made from it."""
    source.image = _without(source.pixels)
    source.has_copyright = any(source.image.get_typeof(name) for name in KEPT)
    source.has_origin = bool(source.image.get_typeof(XMP))
    if source.native is not None:
        source.native = _without(source.native, but=("icc-profile-data",))


# Fields that came with the file; the others (width, bands …) are the picture's own.
FROM_THE_FILE = ("exif-", "png-comment-", "gif-", "jpeg-", "iptc-", "xmp-", "icc-", "photoshop-", "gainmap-", "heif-")
ALONE = ("orientation", "delay", "loop", "n-pages", "page-height", "background", "image-description")


def _without(image: pyvips.Image, but: tuple[str, ...] = ()) -> pyvips.Image:
    image, mark = image.copy(), _mark(image)
    for name in image.get_fields():
        if _is_metadata(name) and name not in (*KEPT, *but):
            image.remove(name)
    if mark:
        image.set_type(pyvips.GValue.blob_type, XMP, mark)
    return image


def _mark(image: pyvips.Image) -> bytes | None:
    """A packet that says only how it was made, where that is of a machine's making."""
    if not image.get_typeof(XMP):
        return None
    found = _MADE_UP.search(bytes(image.get(XMP))[:SEEN])
    return _PACKET.format(found[1].decode()).encode() if found else None


def _is_metadata(name: str) -> bool:
    return name in ALONE or name.startswith(FROM_THE_FILE)
