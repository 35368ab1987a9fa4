"""A facet: what one worker knows of one version of an asset. The record of `asset.metadata`."""

from typing import Any, Literal

from pydantic import Field

from schemas.asset import Kind
from schemas.base import AssetId, Contract, Sha256, Time
from schemas.folders import FolderProfile
from schemas.product import Limits

Status = Literal["done", "refused", "failed"]
FIRST = "renditions.first"
"""The thumbnail and the web size: published before the rest of the first wave."""
LIST_TYPE = "text/csv"
"""Media type of a folder's list: it is no picture; it has a `file` facet where something is or was wrong with it."""
APPROVAL = "approval:"
"""Field of a curation, with a version's number: `approved`, or an object with the `reason` of a rejection."""
ANSWERS = "version:"
"""Curation fields `version:<number>`: what a person says that version is: replace, separate or discard."""
EDITION = "edition:"
"""Curation fields `edition:<asset>`: whether that asset's picture is a newer edition of this one's, and so one of its
versions: confirmed or rejected. Cleared, each is an asset of its own again."""
LATER = "renditions.later"
"""The second wave: what costs much and hurries nobody."""
TAGS = "tags"
TAGS_LATER = "tags.later"
"""The second wave of tags: codes, text and what else takes long to find."""
TAGS_SHOTS = "tags.shots"
"""What a film's key frames show, shot by shot."""
RENDERED_FROM = ("focal", "crop", "crop:", "file:")
"""Curation fields that renditions are made from: `focal` {x, y}, `crop` {left, top, width, height} as shares of the
upright picture, `crop:<preset>` the same for one preset, `file:<preset>` the hash of an original to use there."""
UNVERSIONED = ("head", "curation", "rights")


class Facet(Contract):
    """One record; never read-modify-written, replaced whole by a higher (version, revision)."""

    asset_id: AssetId = Field(description="The asset")
    version: int = Field(ge=0, description="Which version; 0 for head, curation and rights", examples=[1])
    facet: str = Field(
        description="Which facet; readers ignore those they do not know", examples=["file", "renditions", "tags"]
    )
    revision: int = Field(ge=1, description="Counts the writings of this record; never goes back", examples=[1])
    status: Status = Field(description="done, refused (the file's fault) or failed (ours)", examples=["done"])
    cause: str | None = Field(default=None, description="Why it was refused or failed, for people")
    cure: str | None = Field(default=None, description="What to do about it, for people")
    owes: list[str] = Field(
        default_factory=list,
        description="What a later wave still makes: names of the facets that pay it, whatever their status",
        examples=[["renditions.later"]],
    )
    written: Time = Field(description="When", examples=["2026-11-23T09:00:01Z"])
    data: dict[str, Any] = Field(default_factory=dict, description="The facet's own model, as JSON")

    @property
    def key(self) -> str:
        """The record's key on the topic."""
        return facet_key(self.asset_id, self.version, self.facet)


def facet_key(asset_id: str, version: int, facet: str) -> str:
    """`<asset>/<version>/<facet>`, or `<asset>/<facet>` for the unversioned ones."""
    return f"{asset_id}/{facet}" if facet in UNVERSIONED else f"{asset_id}/{version}/{facet}"


def facet_object(asset_id: str, version: int, facet: str) -> str:
    """Where the record is archived in the library bucket."""
    return f"facets/{facet_key(asset_id, version, facet)}.json"


class Companion(Contract):
    """A file of the same name that is one picture with the master: the camera's JPEG beside its RAW."""

    key: str = Field(description="The name it was dropped under", examples=["autumn/TRAINER-RED_front.jpg"])
    sha256: Sha256 | None = Field(
        default=None, description="Content hash, kept as an original; absent where it was refused"
    )
    bytes: int = Field(default=0, description="Size in bytes", examples=[2481244])
    media_type: str = Field(
        default="application/octet-stream", examples=["image/jpeg"], description="Sniffed from the bytes"
    )
    embedded: dict[str, Any] = Field(default_factory=dict, description="EXIF, IPTC, XMP, as those of the master")
    cause: str | None = Field(default=None, description="Why it was not taken, for people")


class FileFacet(Contract):
    """`file`, written by ingest: the verified original and what its metadata says."""

    sha256: Sha256 | None = Field(default=None, description="Content hash; absent where nothing could be read")
    bytes: int = Field(default=0, description="Size in bytes", examples=[2481244])
    media_type: str = Field(
        default="application/octet-stream", examples=["image/jpeg"], description="Sniffed from the bytes"
    )
    kind: Kind | None = Field(default=None, description="image, video, model or document")
    bucket: str = Field(description="Where it was dropped", examples=["inbox"])
    key: str = Field(description="The name it was dropped under", examples=["autumn/TRAINER-RED_front.jpg"])
    version_id: str = Field(default="", description="The store's version id of the object that was taken")
    arrived: Time = Field(description="Store time of the PUT")
    embedded: dict[str, Any] = Field(
        default_factory=dict,
        description="EXIF, IPTC, XMP, C2PA: orientation, dates, copyright, gps flag, product fields, how it was made",
    )
    sidecar: dict[str, Any] = Field(default_factory=dict, description="The same from a side-car file")
    metadata: dict[str, str] = Field(
        default_factory=dict,
        description="What the uploader wrote about the object: its `x-amz-meta-…`, without that",
        examples=[{"sku": "TRAINER-RED"}],
    )
    profile: FolderProfile = Field(
        default_factory=FolderProfile, description="What held for its folder when it was taken"
    )
    merged_into: AssetId | None = Field(
        default=None, description="The asset that has taken this one over: its file was only moved"
    )
    edition_of: AssetId | None = Field(
        default=None,
        description="The asset that goes on with this one's picture as a version: it is a newer edition, a person says",
    )
    taken_from: AssetId | None = Field(
        default=None, description="Of such a version: the asset that it came from, and may go back to"
    )
    removed: list[str] = Field(
        default_factory=list,
        description="Names that people took out of the inbox; the library keeps what was taken",
        examples=[["autumn/TRAINER-RED_front.jpg"]],
    )
    companions: list[Companion] = Field(
        default_factory=list, description="Files of the same name that are one picture with this master"
    )
    retired: list[str] = Field(
        default_factory=list,
        description="Names that retention has taken out of the inbox, or is about to: nobody removed them",
        examples=[["autumn/TRAINER-RED_front.jpg"]],
    )


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
    framed: list[str] = Field(
        default_factory=list, description="Fields of `curation` that these were made by", examples=[["focal"]]
    )
    cpu_ms: float = Field(default=0, description="CPU time of decoding and encoding, milliseconds")


class TagsFacet(Contract):
    """`tags`, written by tagger. Every result with its confidence and model."""

    labels: list[dict[str, Any]] = Field(default_factory=list, description="{label, confidence, source}")
    colours: list[dict[str, Any]] = Field(default_factory=list, description="{name, hex, share}")
    text: list[dict[str, Any]] = Field(default_factory=list, description="Not used: see `tags.later`")
    barcodes: list[dict[str, Any]] = Field(default_factory=list, description="Not used: see `tags.later`")
    composition: dict[str, Any] = Field(
        default_factory=dict,
        description="{kind, background, box, share, touches, cut_off, view, view_confidence, people, faces}; what is "
        "not known is not there; a `view` without confidence was measured, one with it was learnt from links' roles",
        examples=[{"kind": "packshot", "background": "pure white", "box": [0.2, 0.1, 0.6, 0.8], "share": 0.31}],
    )
    quality: dict[str, Any] = Field(default_factory=dict, description="score 0–100 and its parts")
    background: str | None = Field(default=None, description="white, plain, scene or transparent")
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
    models: dict[str, str] = Field(default_factory=dict, description="Model name → version")
    cpu_ms: float = Field(default=0, description="CPU time of inference and measures, milliseconds")


class Problem(Contract):
    """A step of the second wave that could not be made; the others are there."""

    step: str = Field(description="Name of the step", examples=["text"])
    cause: str = Field(description="Why, for people", examples=["The model ppocr-det.onnx is missing."])


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
    composition: dict[str, Any] = Field(
        default_factory=dict, description="As in `tags`, where only cutting the product out could tell"
    )
    colours: list[dict[str, Any]] = Field(
        default_factory=list, description="Of the product alone, where it had to be cut out; they stand above `tags`'"
    )
    detail: dict[str, Any] = Field(
        default_factory=dict,
        description="Of the original's own pixels: fine, 0–100 (low: enlarged or out of focus); blockiness, 1 is none",
        examples=[{"fine": 93, "blockiness": 1.2}],
    )
    problems: list[Problem] = Field(default_factory=list, description="Steps that could not be made, and why")
    models: dict[str, str] = Field(default_factory=dict, description="Step → its version", examples=[{"barcodes": "1"}])
    cpu_ms: float = Field(default=0, description="CPU time of all steps, milliseconds")


class TaggedShot(Contract):
    """A shot of a film, and what its key frame shows."""

    start: float = Field(ge=0, description="Seconds from the film's beginning", examples=[3.2])
    end: float = Field(ge=0, description="Seconds from the film's beginning", examples=[7.75])
    labels: list[dict[str, Any]] = Field(default_factory=list, description="As in `tags`: {label, confidence, source}")
    people: bool = Field(default=False, description="Somebody may be seen: a flag for rights, which errs towards yes")
    faces: int | None = Field(
        default=None, ge=0, description="How many faces; absent where no model looks for them", examples=[1]
    )


class TagsShotsFacet(Contract):
    """`tags.shots`, written by tagger: of a film, what the key frames of its longest shots show."""

    shots: list[TaggedShot] = Field(default_factory=list, max_length=50, description="In order of time")
    labels: list[dict[str, Any]] = Field(
        default_factory=list, description="As in `tags`: those of all shots, each word from where it is surest"
    )
    composition: dict[str, Any] = Field(
        default_factory=dict,
        description="{people, faces} over all shots: whether somebody is seen in any, and most faces in one",
        examples=[{"people": True, "faces": 1}],
    )
    models: dict[str, str] = Field(default_factory=dict, description="Model name → version")
    cpu_ms: float = Field(default=0, description="CPU time of inference and measures, milliseconds")


class Evidence(Contract):
    """One reason for a link, in words that a content manager understands."""

    kind: str = Field(
        description="filename, folder, metadata, barcode, text, sequence, person …", examples=["filename"]
    )
    detail: str = Field(description="What was seen", examples=["“TRAINER-RED” in the file name is SKU TRAINER-RED"])


class Link(Contract):
    """This asset shows that product."""

    sku: str = Field(
        examples=["TRAINER-RED"],
        description="SKU of the product or product model; or `category:<path>`, `collection:<name>`, whose products "
        "inherit the picture",
    )
    role: str = Field(examples=["front"], description="main, front, back, detail …")
    confidence: float = Field(ge=0, le=1, examples=[0.98], description="Calibrated probability")
    evidence: list[Evidence] = Field(default_factory=list, description="Why")
    level: str = Field(default="product", description="product; model where the evidence speaks of it; group")
    look: list[tuple[str, str]] = Field(default_factory=list, description="Axis and value that the picture shows")
    position: int = Field(default=0, description="Place among pictures of the same role", examples=[1])
    limits: Limits | None = Field(default=None, description="Where alone the picture may be shown; absent: everywhere")


class LinksFacet(Contract):
    """`links`, written by linker. May be empty: an unlinked picture is a finding, not an error."""

    links: list[Link] = Field(default_factory=list, description="What the picture shows, best evidence first")
    suggestions: list[Link] = Field(default_factory=list, description="Wait for a person")
    conflicts: list[dict[str, Any]] = Field(
        default_factory=list, description="Contradicting evidence; never silently decided"
    )
    slot: str = Field(
        default="",
        description="The place among its products' pictures that its name gives it: product and colour, role, number, "
        "and what else tells it from others; the same of two assets: one may be a newer edition of the other",
        examples=["MH01 Black main"],
    )
    edition: int = Field(default=0, description="Which edition its name says that it is: 2 of `main_v2`", examples=[2])


PURGE, HOLD = "purge", "hold"
"""Fields of an asset's curation, each with its reason: it is to go with all its bytes; it must not."""
ENDED = ("purged", "merged")
"""States of a head after which nothing is made of the asset, and the collector takes it away."""


class HeadFacet(Contract):
    """`head`, written by the curator alone: which version is live."""

    live: int | None = Field(default=None, description="The version that the shop sees", examples=[1])
    newest: int = Field(description="The newest version that is not out", examples=[2])
    state: str = Field(description="State of the newest version", examples=["ready"])
    live_since: Time | None = Field(default=None, description="When that version went live")
    asks: int | None = Field(default=None, description="The version that a person is asked about", examples=[2])
    approves: int | None = Field(default=None, description="The version that waits to be approved", examples=[2])
    waiting: str | None = Field(default=None, description="The question, for people")
    cure: str | None = Field(default=None, description="What to answer, for people")
    out: list[int] = Field(
        default_factory=list,
        description="Versions that a person discarded or made a separate picture; all, where the asset has ended",
        examples=[[2]],
    )
    merged_into: AssetId | None = Field(
        default=None,
        description="State merged: the asset that goes on, because the file was only moved or is an edition of it",
    )
    kept: bool = Field(
        default=False, description="State merged, as an edition: nothing goes, for it may be split again"
    )


class CurationFacet(Contract):
    """`curation`, folded by the curator from people's decisions; outlives every re-run."""

    fields: dict[str, Any] = Field(default_factory=dict, description="Field → value as a person set it")
    framed_on: dict[str, int] = Field(
        default_factory=dict,
        description="Field that renditions are made from → the version it was decided on; it counts for those alike",
        examples=[{"focal": 1}],
    )
    decisions: list[str] = Field(default_factory=list, description="Ids of the last decisions folded in")
    refused: list[dict[str, Any]] = Field(
        default_factory=list, description="Decisions whose precondition failed, with cause"
    )
