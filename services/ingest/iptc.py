"""IPTC-IIM records (Photoshop's `8BIM` block may stand around them): only what names a product or an owner."""

MAX_TEXT = 500
_DATASETS = {5: "title", 25: "keywords", 80: "artist", 103: "reference", 116: "copyright", 120: "description"}
"""Numbers of record 2, IPTC-IIM 4.2; 103 (original transmission reference) is where studios put SKUs."""

_UTF8 = b"\x1c\x01\x5a\x00\x03\x1b%G"
"""Dataset 1:90 with the escape sequence of UTF-8. Without it the letters are those of the writer's machine."""


def _text(raw: bytes, declared: bool) -> str:
    """UTF-8 where it says so or is so; else what Windows writes, which is Latin-1 and some more."""
    try:
        return raw.decode("utf-8", "replace" if declared else "strict")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def fields(block: bytes) -> dict[str, object]:
    """Known datasets of record 2. Damaged blocks give what was read so far."""
    found: dict[str, object] = {}
    declared = _UTF8 in block
    keywords: list[str] = []
    at = block.find(b"\x1c\x02")
    while 0 <= at <= len(block) - 5 and block[at] == 0x1C:
        record, dataset, size = block[at + 1], block[at + 2], int.from_bytes(block[at + 3 : at + 5], "big")
        if size & 0x8000:
            break  # an extended dataset: larger than any name or keyword
        text = _text(block[at + 5 : at + 5 + size], declared).replace("\0", "").strip()[:MAX_TEXT]
        name = _DATASETS.get(dataset) if record == 2 else None
        if name == "keywords" and text:
            keywords.append(text)
        elif name and text:
            found[name] = text
        at += 5 + size
    if keywords:
        found["keywords"] = keywords[:100]
    return found
