"""What render found out about an original that is no plain picture, in words. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.catalog.page.words import many

CENTIMETRES = 1.0
"""Metres below which lengths are told in centimetres."""


def told(found: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    """(what it is, its value) for each fact that people ask for. Fields that are not there are passed over."""
    document, model, film = (found.get(kind, {}) for kind in ("document", "model", "video"))
    return [*_document(document), *_model(model), *_film(film)]


def _document(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if found.get("title"):
        yield "Title", str(found["title"])
    if found.get("made"):  # a TIFF of one page is a picture
        yield "Pages", f"{found['pages']:,}"


def _model(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if len(sides := found.get("size_m") or ()) == 3:
        yield "Width × height × depth", lengths(sides)
    if "triangles" in found:
        yield "Triangles", f"{found['triangles']:,}"
    parts = [many(found[name], word) for name, word in PARTS.items() if found.get(name)]
    if parts:
        yield "Made of", ", ".join(parts)
    if (faults := found.get("validator", {})).get("errors") or faults.get("warnings"):
        yield "Validator", f"{many(faults.get('errors', 0), 'error')}, {many(faults.get('warnings', 0), 'warning')}"


def _film(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if seconds := found.get("seconds"):
        yield "Length", clock(seconds)
    if found.get("codec"):
        sound = found.get("audio_codec")
        yield "Film", f"{found['codec']}, {sound}" if sound else f"{found['codec']}, silent"
    if found.get("located"):
        yield "Place", "The original tells where it was taken; what is made of it does not"


PARTS = {"meshes": "part", "materials": "material", "textures": "texture", "animations": "animation"}


def lengths(sides: tuple[float, ...] | list[float]) -> str:
    """`0.42 × 0.9 × 0.45 m`; small things in centimetres."""
    unit, times = ("m", 1) if max(sides) >= CENTIMETRES else ("cm", 100)
    return " × ".join(f"{side * times:.3g}" for side in sides) + f" {unit}"


def clock(seconds: float) -> str:
    """`12.5 s`, `2 min 5 s`."""
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)} min {rest:.0f} s" if minutes else f"{rest:.1f} s"
