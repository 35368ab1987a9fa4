"""What a channel demands of a product's media: a dated rule set, as people write it in YAML."""

from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from services.catalog.channels.naming import GRAMMARS, Naming
from services.catalog.channels.written import Written

Ground = Literal["pure white", "near white"]
Mark = Literal["origin"]
Telling = Literal["place", "camera", "people"]
Vendors = Literal["google", "meta", "shopify", "amazon-zip", "gs1-zip"]
"""Ways to hand pictures over that are one vendor's own (`feeds/formats.py`, `feeds/flat.py`)."""
ANYBODYS = ("json", "zip")
"""Those of every channel."""
NAMED_BY: dict[Vendors, str] = {"amazon-zip": "amazon", "gs1-zip": "gs1"}
"""The grammar that files of these are named by: rules that do not ask for it pass products without a name."""


class Span(Written):
    """At least, at most, and what is better than the least. A value outside of the first two is not taken."""

    least: float | None = Field(default=None, description="Smaller is not taken", examples=[1000])
    advised: float | None = Field(default=None, description="From here on it is good; smaller is said", examples=[1600])
    most: float | None = Field(default=None, description="Larger is not taken", examples=[10000])

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        there = [value for value in (self.least, self.advised, self.most) if value is not None]
        if not there:
            raise ValueError("say least, advised or most, or leave it away")
        if there != sorted(there):
            raise ValueError("least is not above advised, and advised not above most")
        return self


class FileRules(Written):
    """Of the file that goes out."""

    formats: list[str] = Field(default_factory=list, examples=[["jpeg", "png"]], description="Empty: any")
    colours: list[Literal["srgb", "cmyk"]] = Field(
        default_factory=list, examples=[["cmyk"]], description="Colour spaces that are taken; empty: any"
    )
    longer_side: Span | None = Field(default=None, description="Pixels")
    shorter_side: Span | None = Field(default=None, description="Pixels")
    pixels: Span | None = Field(default=None, description="Width times height")
    bytes: Span | None = Field(default=None, description="Size of the file")
    ratio: Span | None = Field(default=None, description="Width by height: 0.69 is upright 1:1.44")


class PictureRules(Written):
    """Of what is to be seen. None: all the same."""

    ground: Ground | None = Field(default=None, description="What must be behind the product; pure white is near white")
    filled: Span | None = Field(
        default=None,
        description="Share that the product fills, on the side that it fills more of",
        examples=[{"least": 0.85}],
    )
    content: Span | None = Field(default=None, description="Pixels of the shorter side, its white margin not counted")
    packshot: bool | None = Field(default=None, description="True: the product alone. False: in use")
    people: bool | None = Field(default=None, description="False: nobody to be seen")
    text: bool | None = Field(default=None, description="False: no writing but the product's own")
    whole: bool | None = Field(default=None, description="True: no edge of the picture cuts the product")
    quality: Span | None = Field(default=None, description="The tagger's score, 0 to 100")


class MetadataRules(Written):
    """Of what a file says of itself."""

    keep: list[Mark] = Field(
        default_factory=list, description="origin: what a machine made up says so (IPTC's digital source type)"
    )
    strip: list[Telling] = Field(
        default_factory=list, description="Must not be told: where, with which camera, by whom it was taken"
    )


class Slot(Written):
    """A place of the channel, and the pictures that may fill it."""

    name: str = Field(examples=["main"], description="For people")
    roles: list[str] = Field(min_length=1, examples=[["main", "front"]], description="Best first")
    least: int = Field(default=0, ge=0, description="Fewer block the product")
    advised: int = Field(default=0, ge=0, description="Fewer are said")
    most: int | None = Field(default=None, ge=1, description="What is more stays behind, in the product's own order")
    preset: str | None = Field(
        default=None, examples=["marketplace"], description="What goes out; none: the original as it is"
    )
    kind: Literal["image", "video", "model", "document"] = Field(default="image", description="Of the originals")
    file: FileRules = Field(default_factory=FileRules, description="Measured on the file that goes out")
    picture: PictureRules = Field(default_factory=PictureRules, description="Measured on the picture")
    person: list[str] = Field(
        default_factory=list,
        examples=[["No logo, border or watermark"]],
        description="What no machine of ours can judge: somebody must look",
    )


class RuleSet(Written):
    """What holds from a day on."""

    since: date = Field(description="The first day; the newest that has begun holds", examples=["2027-01-31"])
    source: list[str] = Field(min_length=1, description="Where it is written", examples=[["help.example.com/images"]])
    read: str = Field(
        pattern=r"^\d{4}-\d{2}$", description="The month in which somebody gathered it there", examples=["2026-11"]
    )
    slots: list[Slot] = Field(min_length=1, description="Places, main first")
    metadata: MetadataRules = Field(default_factory=MetadataRules, description="What files must and must not say")
    naming: Naming | None = Field(
        default=None,
        examples=["amazon"],
        description=f"What files are called that are handed over as files: {', '.join(GRAMMARS)}, or a grammar",
    )

    @field_validator("naming", mode="before")
    @classmethod
    def _by_name(cls, said: Any) -> Any:
        if isinstance(said, str) and said not in GRAMMARS:
            raise ValueError(f"there is no grammar {said}; there are {', '.join(GRAMMARS)}")
        return GRAMMARS[said] if isinstance(said, str) else said


class Channel(Written):
    """One channel. Its rules are versions of one another."""

    channel: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", examples=["amazon"], description="Its name")
    title: str = Field(examples=["Amazon"], description="For people")
    maintained: bool = Field(default=False, description="Somebody of the project looks after its rules")
    audience: str = Field(
        default="",
        description="What limits of rights and links call it, too: in use `marketplace/amazon`, where either is meant",
        examples=["marketplace"],
    )
    hands_over: list[Vendors] = Field(
        default_factory=list,
        examples=[["amazon-zip"]],
        description="Vendors' own formats that fit these rules; json and zip are every channel's",
    )
    rules: list[RuleSet] = Field(min_length=1, description="Oldest first")

    @model_validator(mode="before")
    @classmethod
    def _held_to_limits(cls, said: Any) -> Any:
        """What is limited to other channels goes into none that its operator gave no audience."""
        if not isinstance(said, dict):
            return said
        names = (said.get(name) for name in ("audience", "channel"))
        return {**said, "audience": "/".join(dict.fromkeys(name for name in names if isinstance(name, str) and name))}

    @model_validator(mode="after")
    def _oldest_first(self) -> Self:
        days = [one.since for one in self.rules]
        if days != sorted(set(days)):
            raise ValueError("rules stand oldest first, each of another day")
        return self

    @model_validator(mode="after")
    def _named_as_handed_over(self) -> Self:
        for form, grammar in NAMED_BY.items():
            if form in self.hands_over and any(one.naming != GRAMMARS[grammar] for one in self.rules):
                raise ValueError(f"it hands over {form}, so all its rules say `naming: {grammar}`")
        return self

    @property
    def formats(self) -> list[str]:
        """All that it may be handed over as."""
        return [*self.hands_over, *ANYBODYS]

    def on(self, day: date) -> RuleSet | None:
        """What holds on that day, None before the first."""
        begun = [one for one in self.rules if one.since <= day]
        return begun[-1] if begun else None

    def ahead(self, day: date) -> RuleSet | None:
        """What will hold next after that day."""
        return next((one for one in self.rules if one.since > day), None)
