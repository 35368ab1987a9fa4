"""`curation`: what people have decided of an asset, and the fields that they decide."""

from typing import Any

from pydantic import Field

from schemas.base import Contract

APPROVAL = "approval:"
"""Field of a curation, with a version's number: `approved`, or an object with the `reason` of a rejection."""
ANSWERS = "version:"
"""Curation fields `version:<number>`: what a person says that version is: replace, separate or discard."""
EDITION = "edition:"
"""Curation fields `edition:<asset>`: whether that asset's picture is a newer edition of this one's, and so one of its
versions: confirmed or rejected. Cleared, each is an asset of its own again."""
FITS = "fits:"
"""Curation fields `fits:<number>:<channel>`: whether that version fits there, by a person who looked: confirmed or
rejected."""
OWN = "field:"
"""Curation fields `field:<name>`: the value of a field that people defined (fact `field/<name>`: title, type, choices,
required_for)."""
USED = "used:"
"""Curation fields `used:<hash of the place>`: where the asset is used, as reported: {place, channel, seen, by}."""
RENDERED_FROM = ("focal", "crop", "crop:", "file:")
"""Curation fields that renditions are made from: `focal` {x, y}, `crop` {left, top, width, height} as shares of the
upright picture, `crop:<preset>` the same for one preset, `file:<preset>` the hash of an original to use there."""
AVAILABLE_FROM, AVAILABLE_UNTIL = "available_from", "available_until"
"""Fields of an asset's curation, times with their zone: before the one and from the other on nobody is given it."""
RESTORE = "restore"
"""Field of an asset's curation, {version, over}: that older version is to be the newest again, while `over` is it."""
PURGE, HOLD = "purge", "hold"
"""Fields of an asset's curation, each with its reason: it is to go with all its bytes; it must not."""
HEIR = "heir"
"""Field of an asset's curation beside `purge`: the asset with the same photograph that its addresses lead to then."""


class CurationFacet(Contract):
    """`curation`, folded by the curator from people's decisions; outlives every re-run."""

    fields: dict[str, Any] = Field(default_factory=dict, description="Field → value as a person set it")
    framed_on: dict[str, int] = Field(
        default_factory=dict,
        description="Field that renditions are made from → the version it was decided on; it counts for those alike",
        examples=[{"focal": 1}],
    )
    decisions: list[str] = Field(default_factory=list, description="Ids of the last decisions folded in")
    refused: list[dict[str, Any]] = Field(
        default_factory=list, description="Decisions whose precondition failed, with cause"
    )
