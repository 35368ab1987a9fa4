"""What is said of a product on a channel, from best to worst, and of each picture that would go there."""

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, Field

from schemas.readiness import State

WORST: tuple[State, ...] = ("ready", "fixable", "person", "blocked")


def worst(states: Iterable[State]) -> State:
    """Of several; ready where there are none."""
    return max(states, key=WORST.index, default="ready")


class Finding(BaseModel):
    """One thing that is not as the channel wants it."""

    rule: str = Field(description="Which rule, as it is called in the rule set", examples=["ground"])
    state: State = Field(
        description="blocked: it cannot go out so; person: somebody must look; fixable: work of ours that is still to "
        "come mends it; ready: only advice",
        examples=["blocked"],
    )
    cause: str = Field(description="What is wrong, for people", examples=["The product fills 0.62 of the frame."])
    cure: str = Field(default="", description="What to do about it", examples=["Drop a larger original."])
    question: str = Field(default="", description="Of `person`: what `fits:…` answers, as it is said there")


class Picture(BaseModel):
    """A picture of the product in a place of the channel."""

    asset_id: str
    version: int = Field(description="The one that the shop sees", examples=[1])
    name: str = Field(description="The file's name as it was dropped", examples=["mh01-black_main.jpg"])
    role: str = Field(examples=["main"])
    preset: str | None = Field(description="The rendition that goes out; none: the original itself")
    state: State
    findings: list[Finding] = Field(default_factory=list)


class Place(BaseModel):
    """A slot of the rule set, and what fills it."""

    slot: str = Field(examples=["main"])
    state: State
    least: int
    advised: int = 0
    pictures: list[Picture] = Field(default_factory=list)
    spare: int = Field(default=0, description="Pictures that would fit and that no place has room for")
    missing: list[str] = Field(default_factory=list, description="Roles that would fill it")
    findings: list[Finding] = Field(
        default_factory=list, description="Of the slot itself: too few; of the first: of the product, too"
    )


ELSEWHERE = "a picture elsewhere"


class Readiness(BaseModel):
    """A product on a channel."""

    sku: str
    channel: str
    market: str = ""
    on: date = Field(description="The day whose rules were asked")
    since: date = Field(description="The rules' own first day")
    state: State = Field(description="The worst of its places: an optional picture that does not fit stays behind")
    places: list[Place] = Field(default_factory=list)
    blocked: list[str] = Field(default_factory=list, description="Pictures of it that fit into none of its places")
    notes: list[str] = Field(default_factory=list, description="Where the audience is given something else")

    def veiled(self, there: set[str]) -> "Readiness":
        """For who sees only these assets: the verdict is of all pictures, and the others have no name."""
        places = [
            place.model_copy(update={"pictures": [_veiled(one, there) for one in place.pictures]})
            for place in self.places
        ]
        return self.model_copy(update={"places": places, "blocked": [one for one in self.blocked if one in there]})


def _veiled(picture: Picture, there: set[str]) -> Picture:
    hidden = {"asset_id": "", "name": ELSEWHERE}
    return picture if picture.asset_id in there else picture.model_copy(update=hidden)
