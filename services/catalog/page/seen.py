"""How a picture is set up and how good it is, as the tagger sees it, in words. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.catalog.api.models import AssetWhole
from services.catalog.page.words import many, percent

Fact = tuple[str, str]
"""What it is, and its value."""


def seen(asset: AssetWhole) -> list[Fact]:
    """What people ask of a picture beside its background and score. What is not known is passed over."""
    composed = asset.composition
    by_shots = "people" in asset.facts.get("video", {})  # of all of them, which the film's own facts tell
    people = [] if by_shots else _people(composed)
    return [*_parts(asset.quality_parts), *_detail(asset.detail), *_setting(composed), *_place(composed), *people]


def _parts(parts: Mapping[str, int]) -> Iterator[Fact]:
    if parts:
        yield "Quality is made of", ", ".join(f"{name} {value}" for name, value in parts.items())


def _detail(found: Mapping[str, float]) -> Iterator[Fact]:
    if "fine" in found:
        yield "Fine detail", f"{found['fine']:g} of 100 (low: enlarged or soft)"
    if "blockiness" in found:
        yield "JPEG blocks", f"{found['blockiness']:g} (1: none)"


def _setting(composed: Mapping[str, Any]) -> Iterator[Fact]:
    if composed.get("kind"):
        yield "Setting", composed["kind"]
    if view := composed.get("view"):
        sure = composed.get("view_confidence")
        yield "View", view if sure is None else f"{view}, {percent(sure)} sure"


def _place(composed: Mapping[str, Any]) -> Iterator[Fact]:
    if box := composed.get("box"):
        left, top, width, height = map(percent, box)
        yield "The product's box", f"{width} × {height}, {left} from the left, {top} from the top"
    if composed.get("share") is not None:
        yield "The product's share", f"{percent(composed['share'])} of the picture"
    for name, what in (("touches", "Touches the edge"), ("cut_off", "Cut off")):
        if composed.get(name):
            yield what, ", ".join(composed[name])


def _people(composed: Mapping[str, Any]) -> list[Fact]:
    if composed.get("people") is None:
        return []
    if not composed["people"]:
        return [("People", "nobody is seen")]
    faces = "" if composed.get("faces") is None else f", {many(composed['faces'], 'face')}"
    return [("People", f"somebody may be seen{faces}")]
