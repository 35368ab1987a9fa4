"""Internal requests of the linker: by asset and by SKU."""

from pydantic import Field

from schemas.base import AssetId, Contract


class LinkRequest(Contract):
    """Compare this asset with the products again."""

    asset_id: AssetId = Field(description="The asset")
    reason: str = Field(default="", description="What changed", examples=["product TRAINER-RED"])


class MediaRequest(Contract):
    """Put this SKU's media together again."""

    sku: str = Field(description="The product", examples=["TRAINER-RED"])
    reason: str = Field(default="", description="What changed", examples=["asset 6f1d3f0e…"])
