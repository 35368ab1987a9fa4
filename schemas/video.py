"""A video's second wave: a message a rung, and what each rung's facet says."""

from pydantic import Field

from schemas.asset import AssetIngested
from schemas.base import Contract, Sha256
from schemas.rendition import Rendition

RUNG = "renditions.video."
"""Before a rung's name: its facet."""
SHOTS = RUNG + "shots"
"""The facet of the rung that tells a film by shots."""


class VideoJob(Contract):
    """Make one rung of one version's video: one file, or one ladder, of those that the rungs file names."""

    asset: AssetIngested = Field(description="The version, as it was announced")
    rung: str = Field(description="Which rung, by its name in the rungs file", examples=["web-mp4"])

    @property
    def facet(self) -> str:
        """The facet that tells what came of it."""
        return RUNG + self.rung


class VideoProgress(Contract):
    """How far a rung in hand is. No fact: it is of interest while it is new, and nobody waits for it."""

    asset_id: str = Field(description="The asset", examples=["018f6b1e-7a52-5c0e-9f6d-3b7a1d2c4e5f"])
    version: int = Field(description="Its version", ge=1, examples=[1])
    rung: str = Field(description="Which rung, by its name in the rungs file", examples=["web-mp4"])
    share: float = Field(description="How much of it is made, 0 to 1", ge=0, le=1, examples=[0.43])
    eta_s: float | None = Field(
        default=None, description="Seconds of clock that the rest takes, as far as it is known", examples=[12.5]
    )


class RenditionFile(Contract):
    """One file of a rendition that is made of several."""

    key: str = Field(description="Object key in the library", examples=["renditions/9f86…/3f2a…/77ab…/720p.m4s"])
    media_type: str = Field(description="What it is to be served as", examples=["video/iso.segment"])
    bytes: int = Field(description="Size in bytes", examples=[1592226])
    sha256: Sha256 = Field(description="Hash of its bytes")


class Part(Contract):
    """A part of a film."""

    start: float = Field(ge=0, description="Seconds from the film's beginning", examples=[3.2])
    end: float = Field(ge=0, description="Seconds from the film's beginning", examples=[7.75])


class Shot(Part):
    """What lies between two cuts."""

    picture: str | None = Field(
        default=None,
        description="Object key of its key frame; the longest shots have one",
        examples=["renditions/9f86…/3f2a…/77ab…/shot-1.jpg"],
    )


class ByShots(Contract):
    """A film by shots."""

    shots: list[Shot] = Field(default_factory=list, max_length=200, description="In order of time; none where black")
    black: list[Part] = Field(default_factory=list, max_length=200, description="Black for half a second or longer")
    frozen: list[Part] | None = Field(
        default=None,
        max_length=200,
        description="The picture stands still for a second or longer, without being black; absent where a film is too "
        "long to look for it",
    )
    silent: bool = Field(description="No sound track, or nothing to be heard in it", examples=[False])


class VideoFacet(Contract):
    """`renditions.video.<rung>`, written by render: a rung that was made."""

    sha256: Sha256 = Field(description="The content it was made from")
    renditions: list[Rendition] = Field(
        default_factory=list, description="What was made: one; its key is the file to open first"
    )
    files: list[RenditionFile] = Field(
        default_factory=list, description="All files of it, the first one too; playlists name each other by last names"
    )
    seconds: float = Field(default=0, description="Length of what was made", examples=[12.48])
    loudness: float | None = Field(
        default=None, description="Integrated loudness as measured in it, LUFS; absent where silent", examples=[-14.1]
    )
    by_shots: ByShots | None = Field(default=None, description="What the rung `shots` tells of the film")
    notes: list[str] = Field(default_factory=list, description="What was done otherwise than the rung says, and why")
    ms: float = Field(default=0, description="Clock time of making it, milliseconds", examples=[8300])
    cpu_ms: float = Field(default=0, description="CPU time of making it, milliseconds", examples=[15400])
