"""What render found out about an original that is no plain picture, in words. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.catalog.page.words import many

SHOWN = 12
"""Shots, and parts of a kind, that are told."""
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
        silent = not sound or found.get("silent")
        yield "Film", ", ".join(filter(None, [found["codec"], sound, "silent" if silent else ""]))
    yield from _shots(found)
    if found.get("located"):
        yield "Place", "The original tells where it was taken; what is made of it does not"


def _shots(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is known by shots, at most so many of each."""
    if shots := found.get("shots"):
        more = f" … {many(len(shots), 'shot')}" if len(shots) > SHOWN else ""
        yield "Shots", "; ".join(_shot(one) for one in shots[:SHOWN]) + more
    for name in ("black", "frozen"):
        if parts := found.get(name):
            yield name.capitalize(), "; ".join(_when(one) for one in parts[:SHOWN]) + " …" * (len(parts) > SHOWN)
    if found.get("people"):
        faces = many(found["faces"], "face") if found.get("faces") else "no face"
        yield "People", f"somebody may be seen, {faces} at most at a time"


def _shot(one: Mapping[str, Any]) -> str:
    labels = ", ".join(label["label"] for label in one.get("labels", []))
    return f"{_when(one)} {labels}".strip()


def _when(part: Mapping[str, Any]) -> str:
    return f"{clock(part['start'])} to {clock(part['end'])}"


PARTS = {"meshes": "part", "materials": "material", "textures": "texture", "animations": "animation"}


def lengths(sides: tuple[float, ...] | list[float]) -> str:
    """`0.42 × 0.9 × 0.45 m`; small things in centimetres."""
    unit, times = ("m", 1) if max(sides) >= CENTIMETRES else ("cm", 100)
    return " × ".join(f"{side * times:.3g}" for side in sides) + f" {unit}"


def clock(seconds: float) -> str:
    """`12.5 s`, `2 min 5 s`."""
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)} min {rest:.0f} s" if minutes else f"{rest:.1f} s"
