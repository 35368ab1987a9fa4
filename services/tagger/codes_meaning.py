"""What a code that was read says: its GTIN with the check digit looked at, GS1 element strings, Digital Links."""

from dataclasses import dataclass, field

from biip import ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message
from biip.gtin import Gtin

RETAIL = {"EAN-13": "ean-13", "EAN-8": "ean-8", "UPC-E": "upc-e", "UPC-A": "upc-a"}
NAMES = {
    **RETAIL,
    "ITF": "itf-14",
    "ITF-14": "itf-14",
    "Code 128": "code-128",
    "Data Matrix": "data-matrix",
    "QR Code": "qr-code",
    "DataBar Omni": "databar",
    "DataBar Stacked": "databar-stacked",
    "DataBar Stacked Omni": "databar-stacked",
    "DataBar Limited": "databar-limited",
    "DataBar Expanded": "databar-expanded",
    "DataBar Expanded Stacked": "databar-expanded-stacked",
}
"""The reader's names → ours. What is not here is not told."""
GS1 = {"]C1": "gs1-128", "]d2": "gs1-data-matrix", "]Q3": "gs1-qr-code", "]e0": None}
"""Symbology identifiers of what holds element strings → our name where it has one of its own."""
GTINS = ("01", "02")
"""Application identifiers of the product's own number, and of what is packed in it."""


@dataclass(frozen=True)
class Meaning:
    """See `schemas.tags.Barcode`. Two that say the same are the same."""

    format: str
    text: str
    gtin: str | None = None
    gs1: dict[str, str] = field(default_factory=dict, hash=False)


def meaning(format_name: str, text: str, symbology: str) -> Meaning | None:
    """None for what does not hold: a wrong check digit, a broken element string, a format that is none of ours."""
    if (name := NAMES.get(format_name)) is None or not text.strip(" \t\r\n\0"):
        return None
    if name in RETAIL.values():
        return _retail(name, text)
    if name == "itf-14":
        return Meaning(name, text, text) if len(text) == 14 and _holds(text) else None
    if symbology in GS1:
        return _element_strings(GS1[symbology] or name, text)
    return _link(name, text)


def _retail(name: str, text: str) -> Meaning | None:
    if not _holds(text):
        return None
    if name != "ean-8" and text.startswith("0"):  # the reader pads UPC to 13 digits
        return Meaning("upc-a" if name == "ean-13" else name, text[-12:], text[-12:])
    return Meaning(name, text, text)


def _holds(digits: str) -> bool:
    try:
        return bool(Gtin.parse(digits))
    except ParseError:
        return False


def _element_strings(name: str, text: str) -> Meaning | None:
    try:
        found = _values(GS1Message.parse(text).element_strings)
    except ParseError:
        return None
    if not all(_holds(found[ai]) for ai in GTINS if ai in found):
        return None
    return Meaning(name, text, next((found[ai] for ai in GTINS if ai in found), None), found)


def _link(name: str, text: str) -> Meaning:
    text = text.replace("\0", "")  # no database keeps it
    if not text.lower().startswith(("http://", "https://")):
        return Meaning(name, text)
    try:
        found = _values(GS1DigitalLinkURI.parse(text).element_strings)
    except ParseError:
        return Meaning(name, text)  # any other address
    return Meaning(name, text, found.get("01"), found) if _holds(found.get("01", "")) else Meaning(name, text)


def _values(strings: list[GS1ElementString]) -> dict[str, str]:
    return {string.ai.ai: string.value for string in strings}
