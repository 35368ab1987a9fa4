"""What the API answers. Names are the words of the trade; times are ISO 8601 with zone; sizes are bytes and pixels."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from schemas.links import LinkConflict
from schemas.product import Limits
from schemas.rights import Consent, Licence


class AssetItem(BaseModel):
    """One asset in a list."""

    id: str
    name: str
    key: str = Field(description="The name it was dropped under")
    folder: str
    kind: str
    media_type: str
    state: str = Field(description="Of the newest version: working, waiting, refused, failed, ready or complete")
    stage: str = Field(description="What is being worked on, or owed")
    cause: str | None = None
    cure: str | None = None
    newest: int = Field(description="The newest version")
    live: int | None = Field(default=None, description="The version that the shop sees")
    shown: int = Field(description="The version whose content this is")
    arrived: datetime | None = None
    bytes: int
    width: int
    height: int
    sha256: str | None = None
    copies: int = Field(description="Assets with the same bytes, this one included")
    altered_copies: int = Field(description="Assets with the same photograph in other bytes")
    labels: list[str]
    colours: list[str]
    background: str
    quality: int | None = None
    skus: list[str]
    roles: list[str]
    suggestions: int
    conflicts: int
    rejected: bool = Field(default=False, description="A person rejected it: it waits for another picture of its name")
    gone: bool = Field(description="People took its file out of the inbox; the library keeps it")
    available_from: datetime | None = Field(default=None, description="Under embargo: nobody is given it before")
    available_until: datetime | None = Field(default=None, description="Expired from then on: nobody is given it")
    limits: Limits | None = Field(default=None, description="Where alone its rights let it be given; null: everywhere")
    barred: str | None = Field(default=None, description="Why nobody is given it, whenever and wherever")
    life: str = Field(
        default="draft",
        description="draft, in review, approved (it will be given from a day on), published, expired or archived",
    )
    own: dict[str, Any] = Field(default_factory=dict, description="Values of fields that people defined")
    serves: str | None = Field(
        default=None, description="The asset that it was given for, as an own file of `preset`: it is in no list then"
    )
    preset: str | None = Field(default=None, description="The preset of that asset in whose place it was given")
    renditions: int
    thumbnail: str | None = Field(default=None, description="URL of the thumbnail, if there is one yet")


class AssetList(BaseModel):
    """One page of assets. `next` is the cursor of the next page, null at the end."""

    items: list[AssetItem]
    next: str | None
    total: int | None = Field(default=None, description="How many there are, counted to 10,000; on the first page only")
    total_more: bool = Field(default=False, description="There are more than `total`")
    notes: list[str] = Field(
        default_factory=list, description="What was looked for in place of what was asked, for people"
    )


class Counted(BaseModel):
    """One value and how many assets have it."""

    value: str
    count: int
    more: bool = Field(default=False, description="There may be more: of over 10,000 assets only so many were counted")


class RenditionItem(BaseModel):
    """One derived file."""

    preset: str
    channel: str
    format: str
    width: int
    height: int
    bytes: int
    recipe: str
    url: str
    public: str | None = Field(
        default=None, description="Its stable address in public delivery, which gives the version that is live"
    )
    quality: int | None = Field(default=None, description="Of the encoder's own scale")
    measure: float | None = Field(
        default=None, description="How much it looks like its original, 0 to 100, where the preset has a target"
    )
    saved_original: int | None = Field(
        default=None, description="Bytes fewer than the original's; negative where it is larger"
    )
    saved_jpeg: int | None = Field(default=None, description="Bytes fewer than a plain JPEG of its size, about")
    seconds: float | None = Field(default=None, description="Duration of what moves")
    page: int | None = Field(default=None, description="Page of the document, from 1")
    triangles: int | None = Field(default=None, description="Of a 3D model")
    mode: Literal["fit", "fill", "pad"] | None = Field(
        default=None,
        description="How its preset lays a picture into its box: all of it inside, cut to fill it, or all of it on a "
        "sheet; null: no picture, or made before this was told",
    )
    window: list[float] | None = Field(
        default=None,
        description="The part of the picture that it shows: left, top, width, height as shares; null: all of it",
    )
    notes: list[str] = Field(default_factory=list, description="What whoever uses the file should know")


class LinkItem(BaseModel):
    """A link to a product with the reasons for it."""

    sku: str
    name: str | None = None
    role: str
    confidence: float
    standing: str = Field(description="linked, suggested, confirmed or rejected")
    evidence: list[dict[str, Any]]
    limits: Limits | None = Field(default=None, description="Where alone it may be shown; absent: everywhere")
    colour: str | None = Field(default=None, description="The product's colour, as the PIM says it")
    colour_distance: float | None = Field(
        default=None,
        description="Oklab distance of that colour from the picture's nearest: 0 is the same, over 0.15 is another",
    )


class LabelItem(BaseModel):
    """A label with its confidence and the model that said it."""

    label: str
    confidence: float
    source: str = ""
    decision: str | None = Field(default=None, description="What a person said of it")


class OwnItem(BaseModel):
    """A field that people defined, and what stands in it here."""

    name: str
    title: str
    type: str
    choices: list[str]
    required: bool = Field(description="A picture of its products needs it")
    value: Any = Field(default=None, description="null: nothing")


class RightsItem(BaseModel):
    """Licence and consent of an asset: what counts, who said it, and what the file itself says."""

    licence: Licence | None = None
    licence_by: str = Field(default="", description="asset: decided of it; folder: its profile says so; empty: nobody")
    consent: Consent | None = None
    consent_by: str = Field(default="", description="The same")
    note: str = Field(default="", description="What the folder's profile notes, in words")
    proposed_licence: Licence | None = Field(default=None, description="As the file says; it counts when it is decided")
    proposed_consent: Consent | None = None


class FacetItem(BaseModel):
    """What one worker said of one version."""

    facet: str
    revision: int
    status: str
    cause: str | None = None
    cure: str | None = None
    owes: list[str]
    written: datetime
    data: dict[str, Any]


class VersionItem(BaseModel):
    """One version with all its facets."""

    version: int
    state: str
    live: bool
    key: str = Field(default="", description="The name that it came by")
    taken_from: str | None = Field(
        default=None, description="The asset that it was before a person called it an edition of this one"
    )
    out: bool = Field(default=False, description="A person discarded it, or it is an asset of its own")
    answer: str | None = Field(default=None, description="What a person said that it is: replace, separate or discard")
    restored: int | None = Field(default=None, description="The older version that it is again")
    restorable: bool = Field(default=False, description="POST /v1/assets/{id}/restore may name it")
    facets: list[FacetItem]


class UsedItem(BaseModel):
    """A place that shows it, as somebody reported by `POST /v1/usage`, or a feed that gave it."""

    place: str = Field(examples=["https://shop.example.com/p/trainer"])
    channel: str = Field(default="", examples=["webshop"])
    market: str = Field(default="", examples=["fr"])
    seen: datetime | None = Field(default=None, description="When it was last seen there")
    by: str = Field(default="", description="Whose report that is")


class NamedItem(BaseModel):
    """Something with a name."""

    id: str
    name: str


class HistoryItem(BaseModel):
    """Something that happened to it."""

    at: datetime
    what: str
    by: str = ""
    why: str = ""


class HistoryList(BaseModel):
    """A page of what happened, the newest first. `next` is the cursor of the older ones, null at the end."""

    items: list[HistoryItem]
    next: str | None


class Question(BaseModel):
    """What a person is asked. The answer is a decision on `version:<version>`: replace, separate or discard; where it
    is about approval, on `approval:<version>`: approved, or an object with the reason why not.
    """

    version: int = Field(description="The version that it is about")
    live: int | None = Field(description="The version that stays live meanwhile")
    approval: bool = Field(default=False, description="Whether it is to be approved")
    cause: str
    cure: str


class DescribedItem(BaseModel):
    """What somebody wrote about the picture."""

    name: str = Field(description="title, alt, description, keywords, copyright or artist")
    value: str
    source: str = Field(description="beside: a side-car or a list; embedded: in the file itself")


class TextItem(BaseModel):
    """An alternative text or a caption in one language."""

    text: str | None = Field(
        description="null where nothing says what the picture shows",
        examples=["Chaz Kangeroo Hoodie, black, back view"],
    )
    source: Literal["person", "list", "file", "built"] | None = Field(
        description="person: a decision; list: a list or side-car beside the file; file: IPTC's Alt Text in it; built: "
        "from what is known; a higher one counts before a lower one",
        examples=["built"],
    )
    why: str = Field(
        description="What it is made of, or why there is none",
        examples=["Built from the linked product's name, its colour, the view “back”."],
    )


class FilmItem(BaseModel):
    """One film that is made of a video: a rung of the rungs file."""

    rung: str
    status: str = Field(description="kept, making, waiting, refused or failed")
    share: float = Field(description="How much of it is made, 0 to 1")
    eta_s: float | None = Field(description="Seconds that the rest takes, as far as it is known")
    cause: str | None = Field(description="Why it was refused, or failed")


class RoleSeenItem(BaseModel):
    """A role that nobody has said and the picture speaks for; the decision `role` gives it."""

    role: str
    confidence: float | None = Field(description="That the picture shows this; null where it was measured")
    why: str


class OriginItem(BaseModel):
    """What a file says of its making. It is not verified."""

    source_type: str = Field(description="IPTC's digital source type, or empty", examples=["trainedAlgorithmicMedia"])
    machine: bool = Field(description="It says that a machine made it up, at least in part")
    credentials: bool = Field(description="It carries Content Credentials (C2PA)")
    generator: str = Field(description="Which program wrote them")
    words: str = Field(description="For people")


class AssetWhole(AssetItem):
    """One asset with everything that is known of it."""

    original: str | None = Field(default=None, description="URL of the original, as a download")
    versions: list[VersionItem]
    links: list[LinkItem]
    conflict_list: list[LinkConflict] = Field(
        default_factory=list, description="What contradicts itself and waits for a person, each with its evidence"
    )
    role_seen: RoleSeenItem | None = None
    tags: list[LabelItem]
    palette: list[dict[str, Any]]
    unjudged: dict[str, str] = Field(
        default_factory=dict, description="Parts of the quality that would say nothing of it, with the reason"
    )
    quality_parts: dict[str, int] = Field(
        default_factory=dict, description="What the quality is made of, 0 to 100 each"
    )
    composition: dict[str, Any] = Field(
        default_factory=dict,
        description="How it is set up: kind, background, box, share, touches, cut_off, view, people, faces; what is "
        "not known is not there",
    )
    detail: dict[str, float] = Field(
        default_factory=dict, description="Of the original's own pixels: fine, 0 to 100; blockiness, 1 is none"
    )
    barcodes: list[dict[str, Any]] = Field(default_factory=list, description="{format, text, gtin, gs1, box}")
    text: list[dict[str, Any]] = Field(default_factory=list, description="Legible text: {text, confidence, box}")
    language: str | None = Field(default=None, description="Of that text, ISO 639-1")
    rendition_list: list[RenditionItem]
    facts: dict[str, dict[str, Any]] = Field(
        description="What was found out about the original, by kind: video, model or document; of a video `shots` "
        "with what each shows, `black` and `frozen` parts, `silent`, `people` and `faces` over all shots",
        examples=[{"document": {"pages": 12, "made": 12, "title": "Assembly"}}],
    )
    origin: OriginItem | None = Field(default=None, description="What the file says of its making; null: nothing")
    films: list[FilmItem] = Field(description="What is made of a video, of the newest version; `/v1/live` says how far")
    rights: RightsItem = Field(default_factory=RightsItem)
    curation: dict[str, Any]
    refused_decisions: list[dict[str, Any]] = Field(description="Decisions that were not taken, with cause")
    question: Question | None = None
    described: list[DescribedItem] = Field(
        description="Title, alternative text, keywords, rights …, of the shown version"
    )
    alt: dict[str, TextItem] = Field(
        description="Language (ISO 639-1) → alternative text. `alt:<language>` is the decision that sets one",
        examples=[
            {
                "de": {
                    "text": "Chaz Kangeroo Hoodie, schwarz, Rückansicht",
                    "source": "built",
                    "why": "Built from the linked product's name, its colour, the view “back”.",
                }
            }
        ],
    )
    caption: dict[str, TextItem] = Field(
        description="Language → a caption of one or two sentences. `caption:<language>` is the decision that sets one",
        examples=[
            {
                "en": {
                    "text": "Chaz Kangeroo Hoodie, black. Back view, on a white background.",
                    "source": "built",
                    "why": "Built from the linked product's name, its colour, the view “back”.",
                }
            }
        ],
    )
    out_of_inbox: list[str] = Field(
        description="Names whose files retention has taken out of the inbox; the originals are in the library"
    )
    removed: list[str] = Field(
        default_factory=list, description="Names whose files people took out of the inbox; the library keeps them"
    )
    own_fields: list[OwnItem] = Field(default_factory=list)
    collections: list[NamedItem] = Field(default_factory=list, description="That people put it into")
    used: list[UsedItem] = Field(default_factory=list, description="Where it is shown, the last seen first")
    same_bytes: list[dict[str, str]] = Field(description="Other assets with the same bytes: id and key")
    history: list[HistoryItem] = Field(description="The newest; GET /v1/assets/{id}/history has all")
    history_next: str | None = Field(default=None, description="Cursor of the older ones there; null: there are none")


class SameItem(BaseModel):
    """An asset that shows the same photograph."""

    asset: AssetItem
    same_bytes: bool = Field(description="The same file, byte for byte; else it was encoded, resized, cropped, …")
    mirrored: bool = Field(description="One of the two is the other's mirror image")
    shared: float = Field(description="Of the one that shows more, what both have in common, 0 to 1")


class SimilarItem(BaseModel):
    """An asset that looks similar: the same kind of thing, perhaps another colour or view of it."""

    asset: AssetItem
    likeness: float = Field(description="Cosine of the two embeddings: 1 is equal, under 0.65 nothing is given")


class AlikeAnswer(BaseModel):
    """What is alike among the shown versions of all assets, the most alike first."""

    compared: bool = Field(
        description="False while its turn has not come, or where it has no tags to compare by: only `same_bytes` then"
    )
    problem: str | None = Field(default=None, description="Why it could not be compared")
    same: list[SameItem] = Field(description="The same photograph, at most 100")
    similar: list[SimilarItem]
