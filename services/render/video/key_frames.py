"""Key frames of a film on their way to the tagger, a picture a shot."""

from collections.abc import Iterator

from runtime.publisher import Outgoing
from schemas.asset import AssetIngested, LaterWork, Picture
from schemas.tags import TAGS_SHOTS
from schemas.topics import ASSET_LATER
from schemas.video import VideoFacet


def owed(made: VideoFacet) -> list[str]:
    """What the rung's facet owes: tags, where there is a picture to look at."""
    return [TAGS_SHOTS] if key_frames(made) else []


def sent_on(asset: AssetIngested, made: VideoFacet) -> Iterator[Outgoing]:
    """At most one message. Said again it is the same event, unless other pictures were made."""
    if pictures := key_frames(made):
        work = LaterWork.model_validate({**asset.model_dump(), "owes": [TAGS_SHOTS], "pictures": pictures})
        about = (asset.version, *(picture.key for picture in pictures))
        yield Outgoing(ASSET_LATER, asset.asset_id, work, about=about)


def key_frames(made: VideoFacet) -> list[Picture]:
    """In order of time; none of other rungs."""
    if made.by_shots is None or not made.renditions:
        return []
    wide, high = made.renditions[0].width, made.renditions[0].height
    weights = {file.key: file.bytes for file in made.files}
    shown = [shot for shot in made.by_shots.shots if shot.picture]
    return [
        Picture(
            key=shot.picture,
            bytes=weights[shot.picture],
            width=wide,
            height=high,
            part=part,
            start=shot.start,
            end=shot.end,
        )
        for part, shot in enumerate(shown, 1)
        if shot.picture
    ]
