"""What a file says of its making: Content Credentials (C2PA), and IPTC's mark of what a machine made up. Pure.

It is what the file, or the side-car beside it, says of itself: no signature is checked.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from runtime.c2pa import MADE_UP

WORDS = {
    "trainedAlgorithmicMedia": "made by a trained model",
    "compositeWithTrainedAlgorithmicMedia": "put together with parts that a trained model made",
    "algorithmicMedia": "made by a program",
    "algorithmicallyEnhanced": "changed by a program",
    "compositeSynthetic": "put together with parts that a machine made",
    "virtualRecording": "recorded in a virtual place",
    "digitalCapture": "taken by a camera",
    "computationalCapture": "taken by a camera that computes",
    "digitalCreation": "drawn by a person",
    "humanEdits": "edited by a person",
    "composite": "put together of several",
    "compositeCapture": "put together of several that a camera took",
}
"""IPTC's digital source types."""


class Origin(NamedTuple):
    """source_type: IPTC's word, or empty; machine: it says that a machine made it up, at least in part; credentials: it
    carries Content Credentials; generator: which program wrote them."""

    source_type: str
    machine: bool
    credentials: bool
    generator: str

    @property
    def words(self) -> str:
        """For people."""
        said = WORDS.get(self.source_type, "")
        how = f"{said} ({self.source_type})" if said else self.source_type
        by = f"by {self.generator}" if self.generator else ""
        of = "; ".join(filter(None, [how, f"Content Credentials {by}".strip() if self.credentials else ""]))
        return f"{of[:1].upper()}{of[1:]}; as the file says, not verified"


def origin(file: Mapping[str, Any]) -> Origin | None:
    """file: data of the facet. None where nothing says anything. What speaks of a machine counts before all else."""
    said = [file.get("embedded") or {}, file.get("sidecar") or {}]
    signed = [one["c2pa"] for one in said if isinstance(one.get("c2pa"), Mapping)]
    words = [str(one["digital_source_type"]) for one in (*said, *signed) if one.get("digital_source_type")]
    if not words and not signed:
        return None
    made_up = [one for one in words if MADE_UP.fullmatch(one)]
    generator = next((str(one["generator"]) for one in signed if one.get("generator")), "")
    return Origin(next(iter([*made_up, *words]), ""), bool(made_up), bool(signed), generator)
