"""What people ask of the API, and that it was taken."""

from datetime import datetime

from pydantic import BaseModel, Field

from services.catalog.api.deps import Text
from services.catalog.api.roles import Role


class UploadWanted(BaseModel):
    """A file that is about to be dropped."""

    key: str = Field(
        description="Folder and file name, as it shall lie in the inbox", examples=["autumn/shoe_front.jpg"]
    )


class UploadAnswer(BaseModel):
    """Where to PUT its bytes."""

    key: str
    method: str = "PUT"
    url: str
    expires: datetime


Value = bool | int | float | str | list[str] | dict[str, float | str | list[str] | dict[str, float]]
"""What a field may be set to."""


class DecisionWanted(BaseModel):
    """What a person decides about an asset: one field an item.

    `tag:<label>`: confirmed or rejected. `link:<sku>`: confirmed, rejected or linked. `version:<number>`: replace,
    separate or discard, while the asset's `question` asks about that version. `link` names a product that is known.
    `role`: main, front, back …, what it shows of all its products, before others of that role.

    `link:category:<path>` and `link:collection:<name>`: the same of a group, whose products inherit the picture as
    campaign. `limits`, or `limits:<sku>` of one link: {markets, locales, channels}, lists of names; where alone it may
    be shown, everywhere where all are empty.

    `edition:<asset>`: confirmed, that asset's picture is a newer edition of this one's and becomes its newest version;
    or rejected. Cleared, each is an asset of its own again. `approval:<number>`: approved, or {reason, mark}: rejected.

    `fits:<number>:<channel>`: confirmed, somebody looked and that version fits this channel, or {answers}, the same of
    these questions alone (`question` of its findings); or rejected. What is asked by later rules is asked again.

    `focal`: {x, y}, the point that stays in view. `crop` or `crop:<preset>`: {left, top, width, height}, the part that
    is used. All are shares of the upright picture, 0 to 1. `file:<preset>`: {asset}, whose picture is used there; what
    is kept, and shown in `curation`, is the hash of its original.

    `alt:<language>` and `caption:<language>`: the text, 1 to 500 letters, which counts before all others.

    `available_from` and `available_until`: times with their zone. Before the one (embargo) and from the other on
    (expiry) nobody is given it by delivery, products or PIMs; cleared, there is no such bound.

    `licence`: {name, holder, credit, valid_from, valid_until, markets, channels, note}; `consent` of who is seen on it:
    {status, valid_until, markets, note}, where status is yes, no, not needed or unknown. What is left out limits
    nothing; each takes the place of what the folder's profile says. `archived`: the reason why it is out of use, 1 to
    500 letters; it is given to nobody, and is kept.

    `field:<name>`: the value of a field that people defined (GET /v1/fields): a text, a number, a day, a list of
    choices, true or false.

    `purge` and `hold`: the value is the reason, 1 to 500 letters. A purge takes the asset from lists, products and
    delivery at once, and for good after seven days; until then `{"clear": ["purge"]}` takes it back. A hold keeps
    everything of the asset: a purge is refused until `{"clear": ["hold"]}`.
    """

    set: dict[str, Value] = Field(
        default_factory=dict,
        description="Field → value; of `purge` and `hold` the value is the reason",
        examples=[
            {"tag:wig": "rejected", "link:MH01": "confirmed"},
            {"focal": {"x": 0.5, "y": 0.3}, "crop:square": {"left": 0.1, "top": 0, "width": 0.8, "height": 1}},
            {"file:marketplace": {"asset": "6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"}},
            {"alt:en": "Black hoodie with a kangaroo pocket, worn by a runner, from behind"},
            {"link:category:Men/Shoes": "linked", "limits": {"markets": ["de", "at"], "channels": ["webshop"]}},
            {"available_from": "2026-12-01T09:00:00Z", "available_until": "2027-12-01T00:00:00+01:00"},
            {
                "licence": {"holder": "Agency", "valid_until": "2027-12-31", "markets": ["de", "at"]},
                "consent": {"status": "yes", "markets": ["de"]},
            },
            {"purge": "The model withdrew her consent."},
        ],
    )
    clear: list[str] = Field(default_factory=list, description="Fields to forget", examples=[["tag:wig"]])
    on_version: int | None = Field(default=None, strict=True, ge=1, description="The version that was looked at")
    expects: dict[str, Value | None] = Field(
        default_factory=dict,
        description="Field → value as it was seen, null for none; where one differs by then, the decision is refused",
        examples=[{"tag:wig": None}],
    )
    why: str | None = Field(default=None, max_length=1000)
    undoable: bool = Field(
        default=False, description="Remember what stood before: POST /v1/batches/{batch}/undo puts it back"
    )


class Accepted(BaseModel):
    """Kafka has it; its effect shows when it is folded."""

    id: str


class Decided(Accepted):
    """The same of a decision."""

    batch: str | None = Field(description="Of an `undoable` one: what takes it back")


class ScopeWanted(BaseModel):
    """The part of the library that somebody may see: of what is not named, all."""

    folders: list[Text] = Field(
        default_factory=list, max_length=50, description="Only what lies in these; none: in all"
    )
    brands: list[Text] = Field(
        default_factory=list, max_length=50, description="Only what is of these, as folder profiles say; none: of all"
    )
    collections: list[Text] = Field(
        default_factory=list, max_length=50, description="Only what is in these, by id; none: whatever it is in"
    )


class SignInWanted(ScopeWanted):
    """Who shall sign in by the link, and to which part of the library."""

    name: str = Field(default="admin", min_length=1, max_length=80, description="Stands beside each change")
    role: Role = Field(default="admin", description="What they may")
