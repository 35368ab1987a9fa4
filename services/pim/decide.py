"""What to do at one place: nothing, fill, clear, or leave it to a person. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from schemas.delivery import Place
from services.pim.places import Write
from services.pim.wanted import Wanted

Todo = Literal["nothing", "fill", "clear", "conflict"]


@dataclass(frozen=True)
class Found:
    """What a place holds now. `made`: the content that it was made of, where it is one of ours."""

    value: str | None
    made: str | None = None


def decide(
    write: Write,
    found: Found,
    before: Place | None,
    wanted: Wanted,
    *,
    intended: Collection[str] = (),
    overwrite: bool = False,
) -> Todo:
    """`before`: as we left it; `intended`: contents that we may have put there since; `overwrite`: a person says that
    ours counts.

    Any other picture of ours is an editor's change: who swaps two of them means it.
    """
    if wanted.waits or wanted.lacks:
        return "nothing"
    content, left = wanted.picture.content if wanted.picture else "", before.value if before else None
    known = {*intended, before.content} if before else intended
    ours = found.value is not None and (found.value == left or (found.made is not None and found.made in known))
    if not content:  # what others put there is theirs
        return "clear" if ours and write.owner == "packshot" else "nothing"
    if found.value is not None and content in (found.made, before.content if before and found.value == left else None):
        return "nothing"
    if write.owner == "pim":
        return "fill" if found.value is None and before is None else "nothing"
    return "fill" if ours or found.value == left or overwrite else "conflict"


def why(found: Found, before: Place | None) -> str:
    """Of a conflict, for people."""
    if found.value is None:
        return "Somebody emptied it in the PIM."
    if before is None or not before.content:
        return "It was filled in the PIM before we came."
    return "Somebody changed it in the PIM."
