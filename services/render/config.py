"""Settings of render."""

from pathlib import Path

from pydantic import Field

from runtime.config import Settings


class RenderSettings(Settings):
    """What is render's own."""

    presets: Path | None = Field(
        default=None,
        description="Presets file (YAML); if unset, what `packshot presets apply` set, else the built-in one",
    )
    render_seconds: float = Field(default=60.0, gt=0, description="Longest time for one picture, seconds")
    render_memory: int = Field(default=900_000_000, gt=0, description="Most memory for one picture, bytes")
    later_seconds: float = Field(default=180.0, gt=0, description="Longest time for the second wave of a file, seconds")
    later_slots: int = Field(default=1, ge=1, description="Files whose second wave is made at once, at low priority")
    rungs: Path | None = Field(default=None, description="Rungs file of videos (YAML); the built-in one if unset")
    video_slots: int = Field(default=1, ge=1, description="Rungs of videos made at once")
    video_seconds: float = Field(default=4 * 3600.0, gt=0, description="Longest time for one rung of a video, seconds")
    video_memory: int = Field(default=4 * 1024**3, gt=0, description="Most memory for one rung of a video, bytes")
