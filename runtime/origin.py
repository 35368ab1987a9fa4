"""The mark of a machine's making: IPTC's digital source type, as a picture's XMP or its Content Credentials give it.

Marketplaces ask for it, and our files lose both; so it is written into their XMP, and nothing else with it.
"""

import re
from pathlib import Path

import pyvips

from runtime import c2pa

XMP = "xmp-data"
SEEN = 1_000_000
"""Bytes of a packet that are looked at."""
_MADE_UP = re.compile(rb"cv\.iptc\.org/newscodes/digitalsourcetype/(" + c2pa.MADE_UP.pattern.encode() + rb")")
_PACKET = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/{}"/></rdf:RDF></x:xmpmeta>'
    '<?xpacket end="r"?>'
)


def origin(image: pyvips.Image, path: Path) -> str | None:
    """How a machine made it, in IPTC's word; None: it says nothing of the kind. path: the file that it is read from."""
    packet = bytes(image.get(XMP))[:SEEN] if image.get_typeof(XMP) else b""
    found = _MADE_UP.search(packet)
    return found[1].decode() if found else c2pa.made_up(path)


def mark(image: pyvips.Image, word: str) -> None:
    """Make the picture's XMP say that, and only that."""
    image.set_type(pyvips.GValue.blob_type, XMP, _PACKET.format(word).encode())
