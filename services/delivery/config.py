"""Delivery's own settings."""

from pydantic import Field

from runtime.config import Settings
from services.delivery.signing import BadKeys, Terms, keys_of


class DeliverySettings(Settings):
    """Settings of `services.delivery`."""

    public_host: str = Field(default="127.0.0.1", description="Address of public delivery; 0.0.0.0 in a container")
    public_port: int = Field(default=8481, ge=0, description="Port of public delivery")
    public_url: str = Field(
        default="",
        description="How the world reaches it: https://media.example.com; without it, galleries name paths only",
    )
    public_memory: int = Field(
        default=128 * 1024 * 1024, ge=0, description="Bytes of files that are kept in memory, for the next who asks"
    )
    on_the_fly: bool = Field(
        default=False, description="Sizes of pictures are made when signed addresses ask for them; else presets only"
    )
    sign_keys: str = Field(
        default="",
        description="Keys of signed addresses, each of 16 letters or more, commas between: the first signs, all are "
        "valid; `./packshot up` makes one",
        repr=False,
    )
    size_queue: int = Field(
        default=64, ge=0, description="So many sizes may wait to be made; who asks for more is told to come again (429)"
    )
    size_seconds: float = Field(default=20.0, gt=0, description="Longest time for one size, seconds")
    purge_url: str = Field(
        default="", description="Is told by POST which surrogate keys have changed: your CDN's purge, or a proxy to it"
    )
    purge_token: str = Field(default="", description="Sent there as `Authorization: Bearer`", repr=False)

    @property
    def terms(self) -> Terms:
        """Raises BadKeys for keys that are none, or none at all where they are needed."""
        keys = keys_of(self.sign_keys)
        if self.on_the_fly and not keys:
            raise BadKeys("PACKSHOT_ON_THE_FLY needs PACKSHOT_SIGN_KEYS: nobody could sign an address.")
        return Terms(self.on_the_fly, keys)
