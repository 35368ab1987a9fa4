"""What people decided about an asset, field by field, in words. Pure."""

from typing import Any

from schemas.curation import (
    ANSWERS,
    APPROVAL,
    AVAILABLE_FROM,
    AVAILABLE_UNTIL,
    EDITION,
    FITS,
    HEIR,
    HOLD,
    OWN,
    PURGE,
    RESTORE,
    USED,
)
from schemas.limits import LIMITS, of_words
from schemas.product import Limits
from schemas.rights import ARCHIVED, CONSENT, LICENCE
from services.catalog.own_fields.words import own_words

ANSWER_WORDS = {
    "replace": "replaces the one before",
    "separate": "is a separate picture",
    "discard": "is discarded",
}
FRAMING_WORDS = {"focal": "Focal point", "crop": "Crop", "file": "Own file"}
"""Of fields whose values are numbers or a hash, which tell nobody anything."""
TEXT_WORDS = {"alt": "Alternative text", "caption": "Caption"}
PLAIN_WORDS = {
    PURGE: "Purged: {}",
    HOLD: "On hold: {}",
    ARCHIVED: "Archived: {}",
    AVAILABLE_FROM: "Given to nobody before {}",
    AVAILABLE_UNTIL: "Given to nobody from {} on",
    HEIR: "Its addresses lead to the picture {}",
}


def in_words(name: str, value: Any) -> str:
    """`tag shoe confirmed`, `Version 2 is a separate picture`, `Crop of square set`."""
    if value is None:
        return taken_back(name)
    kind, _, rest = name.partition(":")
    if name in PLAIN_WORDS:
        return PLAIN_WORDS[name].format(value)
    if name.startswith(USED) and isinstance(value, dict):
        return f"Used at {value.get('place')}"
    if name == RESTORE:
        return f"Version {value['version']} restored"
    if name in (LICENCE, CONSENT) and isinstance(value, dict):
        return f"{name.capitalize()}: {_listed(value) or 'nothing is limited'}"
    if name.startswith(LIMITS):
        limits = Limits.model_validate(value)
        return f"Limited to {of_words(limits)}" if limits else "Shown everywhere"
    if kind in FRAMING_WORDS:
        return f"{FRAMING_WORDS[kind]}{f' of {rest}' if rest else ''} set"
    if kind in TEXT_WORDS:
        return f"{TEXT_WORDS[kind]} ({rest}): {value}"
    return _of_version(name, rest, value) or _plain(name, value)


def taken_back(name: str) -> str:
    """The same of a field that was cleared."""
    if name.startswith(USED):
        return "Not used any more where it was"
    return f"{name.removeprefix(OWN).replace(':', ' ', 1)} taken back"


def _of_version(name: str, number: str, value: Any) -> str:
    """Of what is said about one version, or about another asset as one; empty for all else."""
    if name.startswith(APPROVAL):
        return (
            f"Version {number} rejected: {value.get('reason')}"
            if isinstance(value, dict)
            else f"Version {number} {value}"
        )
    if name.startswith(ANSWERS):
        return f"Version {number} {ANSWER_WORDS.get(value, value)}"
    if name.startswith(EDITION):
        return f"Another picture is {'a newer' if value == 'confirmed' else 'no'} edition of it"
    if name.startswith(FITS):
        version, _, channel = number.partition(":")
        return f"Version {version} {'does not fit' if value == 'rejected' else 'fits'} {channel}"
    return ""


def _plain(name: str, value: Any) -> str:
    if name.startswith(OWN):
        return f"{name.removeprefix(OWN)}: {own_words(value)}"
    told = _listed(value) if isinstance(value, dict) else own_words(value)
    return f"{name.replace(':', ' ', 1)} {told}"


def _listed(parts: dict[str, Any]) -> str:
    """`valid until 2027-12-31; markets de, at`."""
    return "; ".join(f"{part.replace('_', ' ')} {own_words(value)}" for part, value in parts.items())
