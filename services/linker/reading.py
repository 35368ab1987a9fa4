"""What the tagger has read in a picture (codes and text) → sources that may name a product."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from schemas.tags import TagsLaterFacet
from services.linker.evidence import AssetEvidence, Source, keys_of
from services.linker.names import tokens

LEGIBLE = 0.8
"""Lines that the reader is less sure of are full of wrong letters."""
MOST_TOKENS = 60
"""Of text: a label has fewer, and each brings keys."""
ADDRESS = "://"
"""A code that holds an address, and no GTIN in it, speaks of a page and not of an article."""


def seen_in(later: TagsLaterFacet) -> dict[str, Any]:
    """What counts of a reading, as it is stored: {"codes": [what each says], "text": the legible lines}."""
    codes = {code.gtin or code.text for code in later.barcodes if code.gtin or ADDRESS not in code.text}
    return {"codes": sorted(codes), "text": [line.text for line in later.text if line.confidence >= LEGIBLE]}


def sources_of(facts: Mapping[str, Any]) -> tuple[Source, ...]:
    """Each code, then all text as one: three lines with the same word are one witness."""
    codes = [Source("barcode", code, tokens(code), told=True) for code in facts.get("codes", ())]
    text = " ".join(facts.get("text", ()))
    read = Source("text", text, tokens(text)[:MOST_TOKENS])
    return tuple(source for source in (*codes, read) if source.tokens)


def with_reading(evidence: AssetEvidence, facts: Mapping[str, Any]) -> AssetEvidence:
    """The same with what was read in the picture, which speaks last."""
    return replace(evidence, sources=evidence.sources + sources_of(facts))


def reading_keys(facts: Mapping[str, Any]) -> set[str]:
    """Keys of the reading alone."""
    return keys_of(AssetEvidence("", sources_of(facts)))


def named(facts: Mapping[str, Any]) -> bool:
    """Whether it holds anything that could name a product."""
    return bool(reading_keys(facts))
