"""`renditions.first`, `renditions` and `renditions.later`: what render has made of an original."""

from typing import Any, Literal

from pydantic import Field

from schemas.base import Contract, Sha256

FIRST = "renditions.first"
"""The thumbnail and the web size: published before the rest of the first wave."""
LATER = "renditions.later"
"""The second wave: what costs much and hurries nobody."""


class Rendition(Contract):
    """One derived file, a function of (content hash, recipe hash)."""

    preset: str = Field(description="The named recipe", examples=["thumbnail"])
    channel: str = Field(description="The channel it serves", examples=["webshop"])
    recipe: str = Field(description="Hash of the resolved recipe", examples=["3f2a9c0d11e2a4b7"])
    key: str = Field(description="Object key in the library", examples=["renditions/9f86…/3f2a9c0d11e2a4b7.webp"])
    format: str = Field(description="jpeg, webp …", examples=["webp"])
    width: int = Field(description="Pixels", examples=[320])
    height: int = Field(description="Pixels", examples=[320])
    bytes: int = Field(description="Size in bytes", examples=[8123])
    sha256: str = Field(default="", description="Hash of the rendition's bytes")
    ms: float | None = Field(default=None, description="Time that it took, milliseconds", examples=[51.3])
    colours: str | None = Field(
        default=None, description="Of a picture: srgb or cmyk, as its profile says", examples=["srgb"]
    )
    quality: int | None = Field(default=None, description="Quality that was set, on the encoder's scale", examples=[58])
    measure: float | None = Field(
        default=None,
        description="How much it looks like its original, 0 to 100, where the preset asks for a target",
        examples=[72.4],
    )
    saved_original: int | None = Field(
        default=None, description="Bytes fewer than the original's; negative where it is larger", examples=[2473121]
    )
    saved_jpeg: int | None = Field(
        default=None, description="Bytes fewer than a plain JPEG of its size has, by an estimate", examples=[4120]
    )
    seconds: float | None = Field(default=None, description="Duration of what moves", examples=[12.48])
    fps: float | None = Field(default=None, description="Frames a second of what moves", examples=[25.0])
    frames: int | None = Field(default=None, description="Frames of what moves", examples=[24])
    page: int | None = Field(default=None, description="Page of the document, from 1", examples=[3])
    clipping_path: bool | None = Field(
        default=None, description="The original's clipping path is in it", examples=[True]
    )
    faithful: bool | None = Field(
        default=None,
        description="It shows all of the original and nothing else, only smaller: it can be looked at in its place",
        examples=[True],
    )
    filled: list[float] | None = Field(
        default=None,
        description="Of a packshot on white: shares across and down that are not white margin",
        examples=[[0.62, 0.9]],
    )
    pure_white: bool | None = Field(
        default=None, description="Of such a packshot: its border is white all around", examples=[True]
    )
    mode: Literal["fit", "fill", "pad"] | None = Field(
        default=None,
        description="How its preset lays a picture into its box: fit, all of it inside; fill, what stands over is cut "
        "away; pad, all of it on a sheet. Null: not a picture, or made before this was told",
        examples=["fill"],
    )
    window: list[float] | None = Field(
        default=None,
        description="The part of the original that it shows, as shares: left, top, width, height; null: all of it",
        examples=[[0.1667, 0.0, 0.6667, 1.0]],
    )
    origin: str | None = Field(
        default=None,
        description="How a machine made it, as the file itself says: the last word of IPTC's digital source type",
        examples=["trainedAlgorithmicMedia"],
    )
    triangles: int | None = Field(default=None, description="Triangles of a 3D model", examples=[48210])
    role: str | None = Field(
        default=None, description="What it is for where the preset does not say it", examples=["poster"]
    )
    notes: list[str] = Field(
        default_factory=list,
        description="What whoever uses the file should know, for people",
        examples=[
            ["The product fills 640 x 480 of 1800 x 1800 pixels, for nothing is enlarged. Drop a larger original."]
        ],
    )


class Skipped(Contract):
    """A preset that this original has no file for, and why: no fault of anybody."""

    preset: str = Field(description="The preset", examples=["animation"])
    recipe: str = Field(description="Hash of the resolved recipe", examples=["3f2a9c0d11e2a4b7"])
    reason: str = Field(description="Why, for people", examples=["The picture does not move."])


class RenditionsFacet(Contract):
    """`renditions.first`, `renditions` and `renditions.later`, written by render.

    What `renditions` owes are the names of the facets that pay it: `renditions.later`, `renditions.video.<rung>`. It is
    paid when such a facet is there, whatever its status; the debt itself stays written.
    """

    sha256: Sha256 = Field(description="The content they were made from")
    width: int = Field(default=0, description="Of the upright original, pixels", examples=[4032])
    height: int = Field(default=0, description="Of the upright original, pixels", examples=[3024])
    renditions: list[Rendition] = Field(default_factory=list, description="What was made, in the order it was made")
    skipped: list[Skipped] = Field(default_factory=list, description="Presets that this original has no file for")
    facts: dict[str, Any] = Field(
        default_factory=dict,
        description="What was found out about the original, by kind: video, model or document",
        examples=[{"document": {"pages": 12}}],
    )
    text: str | None = Field(default=None, description="Object key of a document's text", examples=["text/9f86….txt"])
    product: list[float] | None = Field(
        default=None,
        description="Where the product stands on a plain background, as shares of the upright original: left, top, "
        "width, height; null: nobody looked, or nothing can be told",
        examples=[[0.21, 0.08, 0.58, 0.86]],
    )
    framed: list[str] = Field(
        default_factory=list, description="Fields of `curation` that these were made by", examples=[["focal"]]
    )
    cpu_ms: float = Field(default=0, description="CPU time of decoding and encoding, milliseconds")
