"""What delivery has sent, added up: one object for a span of minutes, a line an asset's file."""

from pydantic import Field

from schemas.base import AssetId, Contract

FOLDER = "sent/"
"""`sent/<year>-<month>/<time>-<chance>.jsonl.gz` in the library, never rewritten."""
MONTHS = 25
"""So many are added up again where the view is made anew; older ones go (services/collector/aged.py)."""


class Sent(Contract):
    """Of one file of one version, since what was written before."""

    asset: AssetId = Field(description="Whose it is")
    version: int = Field(ge=1, description="Which was live", examples=[1])
    preset: str = Field(description="The named recipe", examples=["web-avif"])
    channel: str = Field(description="The preset's; empty: a size made on the fly", examples=["webshop"])
    requests: int = Field(ge=1, description="Answers with bytes", examples=[120])
    bytes: int = Field(ge=0, description="That were sent, of bodies alone", examples=[4834000])
