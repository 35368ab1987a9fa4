"""The recipe of a rung: all that its bytes depend on, beside the video's own bytes."""

from pydantic import BaseModel, ConfigDict

from runtime.recipes import recipe_hash
from services.render.facts import Focal
from services.render.video.rungs import AnyRung

# Raised by hand when what ffmpeg is told, or ffmpeg itself, changes what comes out: everything is then made again.
ENGINE = 2
INDEX = {"hls": "master.m3u8", "storyboard": "storyboard.vtt", "shots": "shots.vtt"}
MEDIA = {
    "mp4": "video/mp4",
    "m4s": "video/iso.segment",
    "m3u8": "application/vnd.apple.mpegurl",
    "vtt": "text/vtt",
    "jpg": "image/jpeg",
}


class VideoRecipe(BaseModel):
    """A resolved rung for one asset. The channel is absent: it does not change a byte."""

    model_config = ConfigDict(frozen=True)

    rung: AnyRung
    focal: Focal | None = None

    @property
    def hash(self) -> str:
        """16 hex digits of the SHA-256 of this recipe as canonical JSON."""
        fields = self.rung.model_dump(mode="json", exclude={"channel"})
        focal = self.focal.model_dump(mode="json") if self.focal else None
        return recipe_hash({"engine": ENGINE, "kind": "video", **fields, "focal": focal})


def resolve(rung: AnyRung, focal: Focal | None = None) -> VideoRecipe:
    """The recipe of a rung for one asset. A focal point counts only where something is cropped away."""
    crops = rung.make == "mp4" and rung.mode == "fill"
    return VideoRecipe(rung=rung, focal=focal if crops else None)


def single_key(sha256: str, recipe: str, extension: str) -> str:
    """Where a rendition of one file lies in the library bucket."""
    return f"renditions/{sha256}/{recipe}.{extension}"


def set_key(sha256: str, recipe: str, digest: str, name: str) -> str:
    """Where a file of a rendition of several files lies. digest: of all of them, so that no two sets ever mix."""
    return f"renditions/{sha256}/{recipe}/{digest}/{name}"
