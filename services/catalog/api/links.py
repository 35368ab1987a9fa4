"""URLs of this API, in one place."""

from urllib.parse import quote

from services.catalog.queries.rows import Row


def rendition(asset_id: str, preset: str, version: int) -> str:
    """Of a rendition of one version: the answer for it never changes."""
    return f"/v1/assets/{quote(asset_id)}/renditions/{quote(preset)}?version={version}"


def public(base: str, asset_id: str, made: Row) -> str:
    """Where public delivery gives this preset of what is live; a path where nobody said what comes before it."""
    ending = made["key"].rpartition(".")[2]
    return f"{base.rstrip('/')}/a/{quote(asset_id)}/{quote(made['preset'])}.{ending}"


def thumbnail(card: Row) -> str | None:
    """Of the thumbnail, or None while there is none."""
    return rendition(card["id"], "thumbnail", card["shown"]) if card["thumbnail"] else None


def given(card: Row) -> str | None:
    """Of the thumbnail of what is given out: the live version, or the one that is shown where none is live."""
    return rendition(card["id"], "thumbnail", card["live"] or card["shown"]) if card["thumbnail"] else None


def original(asset_id: str, version: int) -> str:
    """Of the original, as a download."""
    return f"/v1/assets/{quote(asset_id)}/original?version={version}"
