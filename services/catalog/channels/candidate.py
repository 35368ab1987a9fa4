"""What is known of one picture of a product, and of the file of it that a channel would get. From facets; pure."""

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from runtime import waves
from schemas.rights import NOTHING, Said
from services.catalog.channels.model import Slot

READY, WORKING, TO_APPROVE = "ready", "working", "to approve"
"""States of what the shop may see, of what will soon be, and of what somebody has to approve first."""
MADE_BY = ("renditions", "renditions.later", "renditions.first")


class Outgoing(NamedTuple):
    """A file: its format, its pixels, its bytes. filled, content: see PictureRules; white: its border is pure white;
    colours: srgb, cmyk, or not known."""

    format: str
    width: int
    height: int
    bytes: int
    filled: float | None = None
    content: int | None = None
    white: bool | None = None
    colours: str | None = None


@dataclass(frozen=True)
class Candidate:
    """One picture in a product's media. `facets`: name → (status, data) of the version that is shown."""

    asset_id: str
    role: str
    version: int = 1
    name: str = ""
    state: str = "ready"
    facets: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    owes: frozenset[str] = frozenset()
    said: dict[str, str] = field(default_factory=dict)
    """Channel → confirmed or rejected: what a person said of this version there."""
    answered: dict[str, frozenset[str]] = field(default_factory=dict)
    """Channel → the questions that this answers; a channel that is not there: all."""
    barred: str = ""
    """Why nobody may be given it now, or nobody there; empty: its rights allow it."""
    rights: Said = NOTHING
    """Its licence and the consent of who is seen."""

    def data(self, facet: str) -> dict[str, Any]:
        """Of a facet that is done; empty where it is not there."""
        status, data = self.facets.get(facet, ("", {}))
        return data if status == "done" else {}

    @property
    def composition(self) -> dict[str, Any]:
        """What both waves of the tagger say of it; the second had the product cut out, so it knows better."""
        return waves.composed(self.data("tags"), self.data("tags.later"))

    @property
    def quality(self) -> float | None:
        """The tagger's score, 0 to 100."""
        score: float | None = self.data("tags").get("quality", {}).get("score")
        return score

    @property
    def drawn(self) -> bool:
        """Whether the tagger says that it is no photograph, and has nothing to judge it by."""
        return self.quality is None and bool(self.data("tags").get("quality", {}).get("left_out"))

    @property
    def text(self) -> list[str] | None:
        """Lines that can be read; None: not looked yet."""
        later = self.facets.get("tags.later")
        return None if later is None or later[0] != "done" else [line["text"] for line in later[1].get("text", [])]

    @property
    def kind(self) -> str:
        """image, video, model or document."""
        return str(self.data("file").get("kind") or "")

    @property
    def pending(self) -> bool:
        """Whether render has still something to make."""
        return bool(self.owes) or not any(name in self.facets for name in MADE_BY)

    def as_role(self, role: str) -> "Candidate":
        """The same in another role."""
        return replace(self, role=role)

    @property
    def untold(self) -> bool:
        """Whether the tagger has still something to say."""
        return not {"tags", "tags.later"} <= self.facets.keys()


def original(candidate: Candidate) -> Outgoing | None:
    """The file as it was dropped."""
    file, made = candidate.data("file"), _made(candidate)
    if not file or made is None:
        return None
    kind, _, subtype = str(file.get("media_type", "")).partition("/")
    white = candidate.composition.get("background")
    return Outgoing(
        format=subtype if kind == "image" else subtype.removeprefix("x-"),
        width=made.get("width", 0),
        height=made.get("height", 0),
        bytes=file.get("bytes", 0),
        filled=_filled(candidate.composition),
        content=_content(candidate.composition, made),
        white=None if white is None else white == "pure white",
    )


def outgoing(candidate: Candidate, slot: Slot) -> Outgoing | None:
    """The file that this slot hands over. None: it is not there."""
    if slot.preset is None:
        return original(candidate)
    made = rendition(candidate, slot.preset)
    return _of(made) if made else None


def rendition(candidate: Candidate, preset: str) -> dict[str, Any] | None:
    """What render says of the file that it made by this preset; None: it made none."""
    told = (one for name in MADE_BY for one in candidate.data(name).get("renditions", []))
    return next((one for one in told if one["preset"] == preset), None)


def left_out(candidate: Candidate, preset: str) -> str | None:
    """Why render has no such file of it, where it says so."""
    for name in MADE_BY:
        for one in candidate.data(name).get("skipped", []):
            if one["preset"] == preset:
                return str(one["reason"])
    return None


def _of(rendition: dict[str, Any]) -> Outgoing:
    measured = rendition.get("filled")
    width, height = rendition["width"], rendition["height"]
    return Outgoing(
        format=rendition["format"],
        width=width,
        height=height,
        bytes=rendition["bytes"],
        filled=max(measured) if measured else None,
        content=round(min(measured[0] * width, measured[1] * height)) if measured else None,
        white=rendition.get("pure_white"),
        colours=rendition.get("colours"),
    )


def _made(candidate: Candidate) -> dict[str, Any] | None:
    return next((data for name in MADE_BY if (data := candidate.data(name))), None)


def _filled(composition: dict[str, Any]) -> float | None:
    box = composition.get("box")
    return float(max(box[2], box[3])) if box else None


def _content(composition: dict[str, Any], made: dict[str, Any]) -> int | None:
    box = composition.get("box")
    return round(min(box[2] * made.get("width", 0), box[3] * made.get("height", 0))) if box else None
