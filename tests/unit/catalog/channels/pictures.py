"""Pictures of a product as their facets tell of them."""

from typing import Any

from services.catalog.channels.candidate import Candidate

WHITE: dict[str, Any] = {"filled": [0.6, 0.9], "pure_white": True}


def rendition(preset: str, width: int = 2000, height: int = 2000, **more: Any) -> dict[str, Any]:
    return {
        "preset": preset,
        "format": "jpeg",
        "colours": "srgb",
        "width": width,
        "height": height,
        "bytes": 300_000,
        **more,
    }


MADE = (rendition("marketplace", **WHITE), rendition("zoom", 2048, 2048), rendition("web", 1200, 1200))


def candidate(
    role: str = "main",
    *,
    renditions: tuple[dict[str, Any], ...] = MADE,
    composition: dict[str, Any] | None = None,
    text: list[dict[str, Any]] | None = None,
    quality: int | None = 80,
    without: tuple[str, ...] = (),
    **more: Any,
) -> Candidate:
    """A packshot that fits everywhere, but for what is given. `without`: facets that are not there yet."""
    seen = {"kind": "packshot", "background": "near white", "box": [0.1, 0.1, 0.8, 0.8], "people": False}
    facets: dict[str, dict[str, Any]] = {
        "file": {"kind": "image", "media_type": "image/jpeg", "bytes": 2_000_000},
        "renditions": {"width": 3000, "height": 3000, "renditions": list(renditions)},
        "tags": {
            "composition": {**seen, **(composition or {})},
            "quality": {"left_out": {"sharpness": "It is drawn."}} if quality is None else {"score": quality},
        },
        "tags.later": {"text": text or []},
    }
    there = {name: ("done", data) for name, data in facets.items() if name not in without}
    return Candidate(asset_id=role, role=role, name=f"{role}.jpg", facets=there, **more)
