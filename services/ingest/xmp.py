"""XMP packets and `.xmp` side-cars: only what names or describes a product, an owner or how it was made. Caged only."""

from typing import Any
from xml.etree import ElementTree

from runtime.c2pa import source_type

MAX_BYTES = 1_000_000
MAX_TEXT = 500
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
"""Marks of text whose zero bytes are no padding."""
_PLUS = "{http://ns.useplus.org/ldf/xmp/1.0/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
SOURCE_TYPE = "digital_source_type"
"""Whether a camera, a program or a model made it: the last word of IPTC's URI, e.g. `trainedAlgorithmicMedia`."""
_FIELDS = {
    "{http://purl.org/dc/elements/1.1/}title": "title",
    "{http://purl.org/dc/elements/1.1/}description": "description",
    "{http://purl.org/dc/elements/1.1/}subject": "keywords",
    "{http://purl.org/dc/elements/1.1/}rights": "copyright",
    "{http://purl.org/dc/elements/1.1/}identifier": "reference",
    "{http://ns.adobe.com/photoshop/1.0/}TransmissionReference": "reference",
    "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}AltTextAccessibility": "alt",
    "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}ProductId": "product_id",
    "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}ProductGTIN": "gtin",
    "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}ProductName": "product_name",
    "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType": SOURCE_TYPE,
    "{http://ns.adobe.com/photoshop/1.0/}Credit": "credit",
    "{http://ns.adobe.com/xap/1.0/rights/}UsageTerms": "usage_terms",
    f"{_PLUS}LicensorName": "licensor",
    f"{_PLUS}LicenseStartDate": "license_start",
    f"{_PLUS}LicenseEndDate": "license_end",
    f"{_PLUS}ModelReleaseStatus": "model_release",
}


def _texts(element: ElementTree.Element) -> list[str]:
    items = [item.text or "" for item in element.iter(f"{_RDF}li")] or [element.text or ""]
    return [text.strip()[:MAX_TEXT] for text in items if text.strip()]


def fields(packet: bytes) -> dict[str, Any]:
    """Known properties, as elements or as attributes of rdf:Description. What is not XML gives nothing."""
    found: dict[str, Any] = {}
    wide = packet.startswith(_UTF16)
    try:
        root = ElementTree.fromstring(packet if wide else packet.strip(b"\0 \r\n\t"))  # noqa: S314 - caged
    except (ElementTree.ParseError, ValueError, LookupError):  # the last: an encoding that nobody knows
        return found
    for element in root.iter():
        for tag, value in element.attrib.items():
            if name := _FIELDS.get(tag):
                found[name] = [value[:MAX_TEXT]] if name == "keywords" else value[:MAX_TEXT]
        if (name := _FIELDS.get(element.tag)) and (texts := _texts(element)):
            found[name] = texts[:100] if name == "keywords" else texts[0]
    if SOURCE_TYPE in found:
        found[SOURCE_TYPE] = source_type(found[SOURCE_TYPE])
    return found
