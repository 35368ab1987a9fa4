"""What is looked at: the original where its format is plain, else render's pictures of it, which a message names."""

from collections.abc import Sequence
from itertools import groupby

from runtime.eye import DECODED
from runtime.refusal import Refused
from schemas.asset import PLAIN, AssetIngested, LaterWork, Picture

NONE = Refused(
    "No picture of it could be made, so there is nothing to look at.",
    "See why its renditions were refused; what mends them mends this.",
)


def comes_later(event: AssetIngested) -> bool:
    """Whether pictures of it must be made first: render sends them on `asset.later`."""
    return event.media_type not in PLAIN and not isinstance(event, LaterWork)


def small(event: AssetIngested) -> list[str]:
    """Object keys for the first wave, one a part, the cover first. Raises Refused."""
    return [f"originals/{event.sha256}"] if event.media_type in PLAIN else small_of(_pictures(event))


def large(event: AssetIngested) -> str:
    """Object key for the second wave: the largest picture of the cover. Raises Refused."""
    return f"originals/{event.sha256}" if event.media_type in PLAIN else large_of(_pictures(event))


def small_of(pictures: Sequence[Picture]) -> list[str]:
    """Keys for the first wave out of render's pictures, which are by part. Raises Refused where there are none."""
    return [_smallest(part).key for part in _parts(pictures)]


def large_of(pictures: Sequence[Picture]) -> str:
    """The key for the second wave out of them. Raises Refused where there are none."""
    return max(_parts(pictures)[0], key=_pixels).key


def _pictures(event: AssetIngested) -> list[Picture]:
    return event.pictures if isinstance(event, LaterWork) else []


def _parts(pictures: Sequence[Picture]) -> list[list[Picture]]:
    if not pictures:
        raise NONE
    return [list(part) for _, part in groupby(pictures, key=lambda one: one.part)]


def _smallest(part: list[Picture]) -> Picture:
    """The smallest that is large enough; one that shows what is transparent before others."""
    enough = [one for one in part if max(one.width, one.height) >= DECODED]
    return min(enough, key=lambda one: (not one.see_through, _pixels(one))) if enough else max(part, key=_pixels)


def _pixels(one: Picture) -> int:
    return one.width * one.height
