"""What an audit found, as it is given to somebody to look after."""

from pydantic import Field

from schemas.base import Contract, Time

KIND = "finding"
"""Of the fact, whose id is `<rule>/<asset's id or SKU>`."""


class Assignment(Contract):
    """The fields of the fact. Cleared, nobody looks after it."""

    to: str = Field(default="", description="Who looks after it, by the name of a key or an account", examples=["anna"])
    to_id: str = Field(
        default="",
        description="Whose it is where they took it themselves: of a key or account, for two may have one name",
        examples=["account/248289761001"],
    )
    by: str = Field(default="", description="Who gave it", examples=["admin"])
    note: str = Field(default="", description="In their words", examples=["The sample is in the studio."])
    at: Time | None = Field(default=None, description="When")
    rule: str = Field(default="", description="Of the audit", examples=["blurred"])
    title: str = Field(default="", description="What is wrong, for people", examples=["A product's picture is blurred"])
    of: str = Field(default="asset", description="What was found: asset or product")
    subject: str = Field(default="", description="The asset's id, or the SKU", examples=["TRAINER-RED"])
    detail: str = Field(default="", description="What is wrong with this one", examples=["sharpness 5 of 100"])
