"""Settings of linker."""

from pydantic import Field

from runtime.config import Settings


class LinkerSettings(Settings):
    """Settings of `services.linker`."""

    public_url: str = Field(
        default="", description="How the world reaches public delivery; without it, `product.media` names paths only"
    )
