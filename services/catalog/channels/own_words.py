"""What a file says of itself against a channel's rules: marks that stay, words that go. Pure."""

from collections.abc import Iterator
from typing import Any

from services.catalog.channels.candidate import Candidate, rendition
from services.catalog.channels.model import MetadataRules, Slot, Telling
from services.catalog.channels.verdict import Finding
from services.catalog.origin import origin

TELLS: dict[Telling, tuple[str, tuple[str, ...]]] = {
    "place": ("where it was taken", ("gps",)),
    "camera": ("with which camera", ("make", "model")),
    "people": ("who took it", ("artist",)),
}


def of_metadata(candidate: Candidate, slot: Slot, rules: MetadataRules) -> Iterator[Finding]:
    """Of the file that this slot hands over. Renditions are made without anything that may be asked to go."""
    embedded: dict[str, Any] = candidate.data("file").get("embedded") or {}
    if slot.preset is None:
        for name in rules.strip:
            said, fields = TELLS[name]
            if any(embedded.get(field) for field in fields):
                yield Finding(
                    rule="metadata",
                    state="blocked",
                    cause=f"The original goes out, and says {said}.",
                    cure="Hand over a preset, or drop it without that.",
                )
    made = machine_made(candidate)
    if "origin" in rules.keep and made and not _says(candidate, slot, embedded):
        yield Finding(
            rule="metadata",
            state="person",
            cause=f"A machine made it up ({made}), and nothing tells that the file which goes out says so.",
            cure="Write it into the picture's own XMP, and drop it again.",
        )


def machine_made(candidate: Candidate) -> str | None:
    """How a machine made it, in IPTC's word, by whatever its file or the side-car says; None: nothing says so."""
    said = origin(candidate.data("file"))
    return said.source_type if said and said.machine else None


def _says(candidate: Candidate, slot: Slot, embedded: dict[str, Any]) -> bool:
    if slot.preset is None:
        said = origin({"embedded": embedded})
        return said is not None and said.machine
    return bool((rendition(candidate, slot.preset) or {}).get("origin"))
