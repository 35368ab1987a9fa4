"""IPTC-IIM records (Photoshop's `8BIM` block may stand around them): only what names a product or an owner."""

MAX_TEXT = 500
_DATASETS = {5: "title", 25: "keywords", 80: "artist", 103: "reference", 116: "copyright", 120: "description"}
"""Numbers of record 2, IPTC-IIM 4.2; 103 (original transmission reference) is where studios put SKUs."""


def fields(block: bytes) -> dict[str, object]:
    """Known datasets of record 2. Damaged blocks give what was read so far."""
    found: dict[str, object] = {}
    keywords: list[str] = []
    at = block.find(b"\x1c\x02")
    while 0 <= at <= len(block) - 5 and block[at] == 0x1C:
        record, dataset, size = block[at + 1], block[at + 2], int.from_bytes(block[at + 3 : at + 5], "big")
        if size & 0x8000:
            break  # an extended dataset: larger than any name or keyword
        text = block[at + 5 : at + 5 + size].decode("utf-8", "replace").replace("\0", "").strip()[:MAX_TEXT]
        name = _DATASETS.get(dataset) if record == 2 else None
        if name == "keywords" and text:
            keywords.append(text)
        elif name and text:
            found[name] = text
        at += 5 + size
    if keywords:
        found["keywords"] = keywords[:100]
    return found
