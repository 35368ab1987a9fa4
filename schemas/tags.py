"""`tags`, `tags.later` and `tags.shots`: what the tagger sees in a picture, wave by wave, and in a film."""

from typing import Any

from pydantic import Field

from schemas.base import Contract
from schemas.seen import Colour, Composition, Detail, Label, Quality

TAGS = "tags"
TAGS_LATER = "tags.later"
"""The second wave of tags: codes, text and what else takes long to find."""
TAGS_SHOTS = "tags.shots"
"""What a film's key frames show, shot by shot."""


class Problem(Contract):
    """What of the work on a picture could not be done; the rest is there."""

    step: str = Field(description="A model's name, or a step's of the second wave", examples=["text"])
    cause: str = Field(description="Why, for people", examples=["The model ppocr-det.onnx is missing."])


class TagsFacet(Contract):
    """`tags`, written by tagger. Every result with its confidence and model."""

    labels: list[Label] = Field(default_factory=list, description="What is in the picture, the shop's own words first")
    colours: list[Colour] = Field(default_factory=list, description="Of the product, the largest share first")
    text: list[dict[str, Any]] = Field(default_factory=list, exclude=True, description="Not written: see `tags.later`")
    barcodes: list[dict[str, Any]] = Field(
        default_factory=list, exclude=True, description="Not written: see `tags.later`"
    )
    composition: Composition = Field(
        default_factory=Composition,
        description="How it is set up; what is not known is not there",
        examples=[{"kind": "packshot", "background": "pure white", "box": [0.2, 0.1, 0.6, 0.8], "share": 0.31}],
    )
    quality: Quality = Field(
        default_factory=Quality,
        description="A score and what it is made of",
        examples=[{"score": 84, "parts": {"sharpness": 97, "resolution": 71, "exposure": 100}, "megapixels": 2.1}],
    )
    background: str | None = Field(
        default=None, description="Of older records: white, plain, scene or transparent. Now in `composition`"
    )
    hash: str | None = Field(default=None, description="64-bit perceptual hash, hex")
    embedding_key: str | None = Field(default=None, description="Object key of the picture's vector")
    likeness_key: str | None = Field(
        default=None, description="Object key of the picture's signature, by which duplicates are told from look-alikes"
    )
    picture_key: str | None = Field(
        default=None,
        description="Object key of the rendition that was looked at in place of a large original",
        examples=["renditions/9f86…/3f2a9c0d11e2a4b7.jpg"],
    )
    problems: list[Problem] = Field(
        default_factory=list,
        description="Models that failed on this picture or are left out, and why; the rest is there",
    )
    models: dict[str, str] = Field(default_factory=dict, description="Model name → version")
    cpu_ms: float = Field(default=0, description="CPU time of inference and measures, milliseconds")


class Barcode(Contract):
    """One code that was read and holds: its check digits are right."""

    format: str = Field(description="ean-13, upc-a, qr-code, data-matrix …", examples=["ean-13"])
    text: str = Field(description="What it says; control characters as coded, but no NUL", examples=["4006381333931"])
    gtin: str | None = Field(
        default=None,
        description="The GTIN that it names, of 8, 12, 13 or 14 digits as coded",
        examples=["4006381333931"],
    )
    gs1: dict[str, str] = Field(
        default_factory=dict,
        description="GS1 element strings and Digital Links: application identifier → value",
        examples=[{"01": "04006381333931", "10": "LOT7"}],
    )
    box: list[float] = Field(
        default_factory=list,
        description="Where: left, top, width, height as shares of the upright picture",
        examples=[[0.31, 0.62, 0.2, 0.11]],
    )


class Line(Contract):
    """One line of text that can be read in the picture."""

    text: str = Field(description="What it says", examples=["I-TYPE CAMERA"])
    confidence: float = Field(ge=0, le=1, description="Of the model", examples=[0.97])
    box: list[float] = Field(
        default_factory=list,
        description="Where: left, top, width, height as shares of the upright picture",
        examples=[[0.31, 0.62, 0.2, 0.11]],
    )


class TagsLaterFacet(Contract):
    """`tags.later`, written by tagger: what is dear to find. A step that failed is a problem, and the rest is there."""

    barcodes: list[Barcode] = Field(default_factory=list, description="Codes, each once")
    text: list[Line] = Field(default_factory=list, description="Legible text, from the top")
    language: str | None = Field(default=None, description="Of the text, ISO 639-1", examples=["de"])
    words: str = Field(
        default="", description="Every word of a document's text, each once, for search", examples=["assembly screws"]
    )
    composition: Composition = Field(
        default_factory=Composition, description="As in `tags`, where only cutting the product out could tell"
    )
    colours: list[Colour] = Field(
        default_factory=list, description="Of the product alone, where it had to be cut out; they stand above `tags`'"
    )
    detail: Detail = Field(
        default_factory=Detail,
        description="Of the original's own pixels, where the picture is large enough to tell",
        examples=[{"fine": 93, "blockiness": 1.2}],
    )
    problems: list[Problem] = Field(default_factory=list, description="Steps that could not be made, and why")
    models: dict[str, str] = Field(default_factory=dict, description="Step → its version", examples=[{"barcodes": "1"}])
    cpu_ms: float = Field(default=0, description="CPU time of all steps, milliseconds")


class TaggedShot(Contract):
    """A shot of a film, and what its key frame shows."""

    start: float = Field(ge=0, description="Seconds from the film's beginning", examples=[3.2])
    end: float = Field(ge=0, description="Seconds from the film's beginning", examples=[7.75])
    labels: list[Label] = Field(default_factory=list, description="As in `tags`")
    people: bool = Field(
        default=False,
        description="Somebody may be seen: a flag for rights, which errs towards yes. Where nothing that knows people "
        "has looked, it is false too, but `composition` then has no `people`",
    )
    faces: int | None = Field(
        default=None, ge=0, description="How many faces; absent where no model looks for them", examples=[1]
    )


class TagsShotsFacet(Contract):
    """`tags.shots`, written by tagger: of a film, what the key frames of its longest shots show."""

    shots: list[TaggedShot] = Field(default_factory=list, max_length=50, description="In order of time")
    labels: list[Label] = Field(
        default_factory=list, description="As in `tags`: those of all shots, each word from where it is surest"
    )
    composition: Composition = Field(
        default_factory=Composition,
        description="{people, faces} over all shots: whether somebody is seen in any, and most faces in one",
        examples=[{"people": True, "faces": 1}],
    )
    problems: list[Problem] = Field(
        default_factory=list, description="Models that failed on this picture, and why; the others have looked"
    )
    models: dict[str, str] = Field(default_factory=dict, description="Model name → version")
    cpu_ms: float = Field(default=0, description="CPU time of inference and measures, milliseconds")
