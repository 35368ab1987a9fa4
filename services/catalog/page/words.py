"""How the page says things: sizes with units, times as people say them, states in words. Pure."""

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.rights import NEVER
from services.catalog.api.models import FilmItem, SameItem
from services.catalog.films import Film
from services.catalog.own_fields.words import own_words

STATE_WORDS = {
    "working": "Working",
    "waiting": "Waiting",
    "rejected": "Rejected",
    "refused": "Refused",
    "failed": "Failed",
    "ready": "Ready",
    "complete": "Complete",
}
STATE_ICONS = {
    "working": "clock",
    "waiting": "hand",
    "rejected": "x",
    "refused": "ban",
    "failed": "alert",
    "ready": "check",
    "complete": "check-check",
}
WAITING_WORDS = {
    "approval": "waits to be approved",
    "working": "still being made",
    "waiting": "waits for a person",
    "refused": "refused",
    "failed": "failed",
    "ready": "not live yet",
    "complete": "not live yet",
}
"""Why a product's picture does not count yet."""
WAITING_ICONS = {"approval": "hand", "waiting": "hand", "refused": "ban", "failed": "alert"}
FIT_WORDS = {"ready": "Ready", "fixable": "On its way", "person": "For a person", "blocked": "Blocked"}
FIT_ICONS = {"ready": "check", "fixable": "clock", "person": "hand", "blocked": "ban"}
SEVERITY_ICONS = {"error": "ban", "warning": "alert", "notice": "gauge"}
SEVERITY_CLASS = {"error": "verdict-blocked", "warning": "verdict-person", "notice": ""}
FACET_TITLES = {
    "state": "State",
    "life": "Life",
    "flag": "Deserves a look",
    "kind": "Kind",
    "role": "Shows",
    "label": "Tag",
    "colour": "Colour",
    "background": "Background",
    "channel": "Renditions for",
    "brand": "Brand",
    "market": "Market",
    "folder": "Folder",
}
LIKE_WORDS = {
    "asset": "Looks like a picture of the library",
    "sku": "Looks like {}",
    "picture": "Looks like your picture",
}
RANGE_TITLES = {
    "width": "Pixels wide",
    "height": "Pixels high",
    "quality": "Quality, 0 to 100",
    "arrived": "Arrived",
}
RANGE_WORDS = {
    "width_from": "At least {} wide",
    "width_to": "At most {} wide",
    "height_from": "At least {} high",
    "height_to": "At most {} high",
    "quality_from": "Quality {} or more",
    "quality_to": "Quality {} or less",
    "arrived_from": "Since {}",
    "arrived_to": "Until {}",
    "barcode": "Code {}",
    "near_colour": "Colour like {}",
}
"""Filters that are typed, as a chip says them."""
FLAG_WORDS = {
    "unlinked": "No product",
    "suggested": "Link suggested",
    "conflict": "Contradiction",
    "low-quality": "Low quality",
    "duplicate": "Same picture twice",
    "replaced": "Replacement not live",
    "removed": "Taken out of the inbox",
    "field-missing": "Field missing",
    "unused": "Used nowhere, as far as reported",
    "to-approve": "To approve",
    "embargoed": "Under embargo",
    "expired": "Expired",
    "machine-made": "Made by a machine, as the file says",
}
DESCRIBED_WORDS = {
    "title": "Title",
    "alt": "Alternative text",
    "description": "Description",
    "keywords": "Keywords",
    "copyright": "Copyright",
    "artist": "By",
}
TASK_WORDS = {
    "original": "The original",
    "pack": "A pack",
    "file": "A rendition",
    "feed": "A feed",
    "use": "Shown at",
}
FACET_WORDS = {
    "file": "File",
    "renditions.first": "First pictures",
    "renditions": "Renditions",
    "renditions.later": "More formats",
    "tags": "Tags",
    "tags.later": "Codes and text",
    "tags.shots": "Tags of shots",
    "links": "Links",
}
PART_WORDS = {
    "barcodes": "codes", "text": "text", "mask": "cutting the product out", "detail": "fineness of detail",
    "labels": "words of our models", "people": "a look for people",
}  # fmt: skip
FILM = "renditions.video."
LANGUAGE_WORDS = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "nl": "Dutch",
    "it": "Italian",
}
STANDING_WORDS = {
    "linked": "linked",
    "suggested": "suggested",
    "confirmed": "confirmed by a person",
    "rejected": "rejected by a person",
}
WHOLE = 0.97
"""Share in common from which on two pictures show all of one another."""
_STEPS = ((60, 1, "s"), (3600, 60, "min"), (86400, 3600, "h"), (86400 * 30, 86400, "d"))


def size(count: int | None) -> str:
    """Bytes as people read them, decimal units: 1536 → `1.5 kB`."""
    value = float(count or 0)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError("unreachable: the last unit takes everything")


def grams(amount: float) -> str:
    """`0.2 g`, `14 g`, `1.2 kg`."""
    if amount >= 1000:
        return f"{amount / 1000:,.1f} kg"
    return f"{amount:.0f} g" if amount >= 10 else f"{amount:.2g} g"


def saved(count: int | None) -> str:
    """Bytes that were saved: `1.5 kB`, and `3 kB more` where it is larger."""
    if count is None:
        return ""
    return size(count) if count >= 0 else f"{size(-count)} more"


def ago(time: datetime | None, now: datetime | None = None) -> str:
    """`5 min ago`; from a month on the date."""
    if time is None:
        return ""
    seconds = max(0.0, ((now or datetime.now(UTC)) - time).total_seconds())
    if seconds < 5:
        return "just now"
    for limit, unit, word in _STEPS:
        if seconds < limit:
            return f"{int(seconds // unit)} {word} ago"
    return time.strftime("%-d %b %Y")


def long(seconds: float) -> str:
    """How long something takes: `3 s`, `5 min`."""
    for limit, unit, word in _STEPS:
        if seconds < limit:
            return f"{int(seconds // unit)} {word}"
    return f"{int(seconds // 86400)} d"


def exact(time: datetime | None) -> str:
    """With zone, for hovering."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if time else ""


def times(since: datetime | None, until: datetime | None) -> str:
    """When a picture is given to anybody, where that is limited: `Expired on 2026-12-31 23:00:00 UTC: …`."""
    now = datetime.now(UTC)
    if until == NEVER:
        return "Withdrawn: shops and PIMs are not given it."
    if until and until <= now:
        return f"Expired on {exact(until)}: shops and PIMs are not given it."
    if since and now < since:
        return f"Under embargo until {exact(since)}: shops and PIMs are not given it."
    return f"Expires on {exact(until)}." if until else ""


def day(time: datetime | None, end: bool) -> str:
    """The day on which something begins; end: the last day, of what ends with its midnight or during it."""
    if time is None:
        return ""
    return f"{time.astimezone(UTC) - timedelta(microseconds=int(end)):%Y-%m-%d}"


def percent(share: float | None) -> str:
    """0.983 → `98 %`."""
    return f"{100 * (share or 0):.0f} %"


def in_common(same: SameItem) -> str:
    """What two files of one photograph have in common: `the same bytes`, `the mirror image, 49 % in common`."""
    if same.same_bytes:
        return "the same bytes"
    said = ["the mirror image"] if same.mirrored else []
    said += [f"{percent(same.shared)} in common"] if same.shared < WHOLE else []
    return ", ".join(said) or "another file"


def facet_name(facet: str) -> str:
    """`tags.later` → `Codes and text`; `renditions.video.hls` → `Film hls`."""
    return f"Film {facet.removeprefix(FILM)}" if facet.startswith(FILM) else FACET_WORDS.get(facet, facet)


def part_name(step: str) -> str:
    """A step of the tagger: `mask` → `cutting the product out`; a model has its own name."""
    return PART_WORDS.get(step, f"the model {step}")


def how_far(film: FilmItem | Film) -> str:
    """`43 %, about 12 s left`; live.js says it likewise."""
    if film.status == "making":
        left = f", about {film.eta_s:.0f} s left" if film.eta_s is not None else ""
        return f"{100 * film.share:.0f} %{left}"
    return film.status + (f": {film.cause}" if film.cause else "")


def many(count: int, one: str, more: str | None = None) -> str:
    """`1 picture`, `2 pictures`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def untagged(text: str) -> str:
    """What HTML says, without its marks: PIMs hold descriptions as HTML. The result is text, never markup."""
    blocks = re.sub(r"<(br|/?p|/?div|/?ul|/?ol|li|/li|/?h[1-6]|/?tr)\b[^<>]*>", " ", text, flags=re.I)
    return " ".join(html.unescape(re.sub(r"</?[a-z][^<>]*>|<!--.*?-->", "", blocks, flags=re.I | re.S)).split())


def axes(values: dict[str, Any]) -> str:
    """`Black · XS`."""
    return " · ".join(str(value) for _, value in sorted(values.items()))


FILTERS = {
    "size": size,
    "grams": grams,
    "own_words": own_words,
    "saved": saved,
    "ago": ago,
    "long": long,
    "exact": exact,
    "times": times,
    "day": day,
    "percent": percent,
    "axes": axes,
    "facet_name": facet_name,
    "part_name": part_name,
    "untagged": untagged,
    "in_common": in_common,
    "how_far": how_far,
}
