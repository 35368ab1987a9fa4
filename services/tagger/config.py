"""Settings of tagger."""

from pathlib import Path

from pydantic import Field

from runtime.config import Settings


class TaggerSettings(Settings):
    """What is tagger's own."""

    models: Path | None = Field(default=None, description="Folder of the models; PACKSHOT_HOME/models if unset")
    tag_seconds: float = Field(default=60.0, gt=0, description="Longest time for one picture, seconds")
    tag_later_slots: int = Field(
        default=1,
        ge=0,
        description="Pictures whose second wave (codes, text) is found at once; 0: other machines do it",
    )
    tag_later_seconds: float = Field(
        default=60.0, gt=0, description="Longest time for the second wave of one picture, seconds"
    )
    teach_s: float = Field(
        default=600.0,
        ge=0,
        description="Seconds between two looks whether linked products and people's words teach other tags "
        "than before; 0: nothing is taught by itself",
    )

    @property
    def models_folder(self) -> Path:
        """Where the models lie."""
        return (self.models or self.home / "models").resolve()
