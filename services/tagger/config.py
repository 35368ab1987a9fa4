"""Settings of tagger."""

from pydantic import Field

from runtime.config import Settings


class TaggerSettings(Settings):
    """What is tagger's own."""

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
