"""What the tagger says of one picture, part by part: words, colours, composition, quality.

What is not known is not written, so every field may be absent. Records of any release keep what a reader of another
does not know: these parts grow with the models.
"""

from typing import Any

from pydantic import ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from schemas.base import Contract


class Finding(Contract):
    """A part of a tags facet: written as it was given, with what another release has added."""

    model_config = ConfigDict(extra="allow")

    @model_serializer(mode="wrap")
    def _as_given(self, written: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in written(self).items() if name in self.model_fields_set}


class Label(Finding):
    """A word for what is in the picture."""

    label: str = Field(default="", description="The word, English or the shop's own", examples=["running shoe"])
    confidence: float = Field(
        default=0, ge=0, le=1, description="How often such a label is right, as it was measured", examples=[0.93]
    )
    source: str = Field(
        default="",
        description="The model that says it; `taught` for the shop's own words",
        examples=["imagenet-lite2", "taught"],
    )


class Colour(Finding):
    """A colour of the product."""

    name: str = Field(default="", description="A name that people use", examples=["red", "navy blue"])
    hex: str = Field(default="", description="Its mean in sRGB", examples=["#b3202a"])
    share: float = Field(default=0, ge=0, le=1, description="Of the product's pixels", examples=[0.61])


class Composition(Finding):
    """How the picture is set up."""

    kind: str | None = Field(
        default=None, description="packshot or lifestyle; absent for pages and line art", examples=["packshot"]
    )
    background: str | None = Field(
        default=None,
        description="What lies behind the product: pure white, near white, plain, transparent or scene",
        examples=["pure white"],
    )
    box: list[float] = Field(
        default_factory=list,
        description="The product's left, top, width, height as shares of the upright picture",
        examples=[[0.2, 0.1, 0.6, 0.8]],
    )
    share: float | None = Field(default=None, description="The product's share of all pixels", examples=[0.31])
    touches: list[str] = Field(
        default_factory=list, description="Edges that the product reaches: left, top, right, bottom", examples=[["top"]]
    )
    cut_off: list[str] = Field(default_factory=list, description="Edges that it runs out of", examples=[["bottom"]])
    view: str | None = Field(
        default=None, description="Which side is seen: front, back, side, top, bottom or detail", examples=["front"]
    )
    view_confidence: float | None = Field(
        default=None,
        description="How sure the view is where links' roles have taught it; one that was measured has none",
        examples=[0.96],
    )
    people: bool | None = Field(
        default=None, description="Somebody may be seen: a flag for rights, which errs towards yes", examples=[False]
    )
    faces: int | None = Field(default=None, description="How many faces a model sees", examples=[1])


class Quality(Finding):
    """Technical quality, and the numbers that it comes from."""

    score: int | None = Field(
        default=None, description="0–100, of all parts; absent where none could be judged", examples=[84]
    )
    parts: dict[str, int] = Field(
        default_factory=dict,
        description="sharpness, resolution, exposure, compression, cast, each 0–100; absent where it cannot be judged",
        examples=[{"sharpness": 97, "resolution": 71, "exposure": 100}],
    )
    left_out: dict[str, str] = Field(
        default_factory=dict,
        description="Parts that would say nothing of such a picture, with the reason",
        examples=[{"sharpness": "It is a page."}],
    )
    megapixels: float | None = Field(default=None, description="Of the original", examples=[2.1])
    width: int | None = Field(default=None, description="Pixels of the upright original", examples=[1600])
    height: int | None = Field(default=None, description="Pixels of the upright original", examples=[1300])
    sharpness: float | None = Field(
        default=None,
        description="Variance of the Laplacian at 512 pixels: about 10 is blurred, over 700 crisp",
        examples=[412.5],
    )
    clipped_shadows: float | None = Field(default=None, description="Share of the product that is black", examples=[0])
    clipped_highlights: float | None = Field(
        default=None, description="Share of the product that is white", examples=[0.02]
    )
    jpeg_quality: int | None = Field(
        default=None, description="Of the original, where it is a JPEG; 1–100", examples=[92]
    )
    cast: str | None = Field(
        default=None, description="The hue that a ground which should be neutral is tinted with", examples=["yellow"]
    )


class Detail(Finding):
    """What the original's own pixels show."""

    fine: int | None = Field(
        default=None, description="0–100; low where the picture was enlarged or is out of focus", examples=[93]
    )
    blockiness: float | None = Field(
        default=None, description="Steps on JPEG's grid against those between; 1 is none", examples=[1.2]
    )
