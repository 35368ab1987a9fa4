"""The map of the system: every topic, what is on it, who writes it, who reads it. Read this first.

Docs, deploy files and `packshot topics apply` are made from or checked against this table.
"""

from dataclasses import dataclass, field

from schemas.asset import AssetIngested, LaterWork
from schemas.base import Contract
from schemas.decision import Decision, Fact
from schemas.delivery import Delivery
from schemas.facet import Facet
from schemas.inbox import InboxHint, IngestJob
from schemas.product import PimEvent, PimHint, Product, ProductMedia
from schemas.readiness import ReadinessChanged
from schemas.shoot import Shoot
from schemas.video import VideoJob, VideoProgress
from schemas.work import LinkRequest, MediaRequest

DAY_MS = 24 * 3600 * 1000
MAX_RECORD_BYTES = 256 * 1024
PARTITIONS = 12
"""On one machine; 48 are advised for a cluster. A compacted topic is never grown in place."""


@dataclass(frozen=True)
class Topic:
    """One topic. `days` is retention; `compacted` keeps the last record of each key instead.

    What nobody has read yet must outlast weeks in which everything is switched off: most of it is told nowhere else.
    """

    name: str
    model: type[Contract]
    key: str
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    days: int = 30
    compacted: bool = False
    bare: bool = False
    """True where foreign writers send records without our envelope (bucket notifications)."""
    partitions: int = PARTITIONS
    replication: int = 1
    by_entity: bool = False
    """True where the first part of the key chooses the partition (facets: the asset), so that its order is kept."""
    groups: tuple[str, ...] = field(default=())
    """Consumer groups that dead-letter: each has `<topic>.<group>.dlq`."""

    def config(self) -> dict[str, str]:
        """Kafka's topic settings."""
        common = {"max.message.bytes": str(4 * MAX_RECORD_BYTES)}
        if self.compacted:
            return common | {
                "cleanup.policy": "compact",
                "delete.retention.ms": str(30 * DAY_MS),
                "min.compaction.lag.ms": str(60 * 1000),
            }
        return common | {"cleanup.policy": "delete", "retention.ms": str(self.days * DAY_MS)}

    def partition_key(self, key: bytes) -> bytes:
        """What chooses the partition of a record with that key, be it a tombstone or a copy."""
        return key.split(b"/")[0] if self.by_entity else key

    def dead_letter(self, group: str) -> str:
        """Name of the group's dead-letter topic."""
        return f"{self.name}.{group}.dlq"


# Hints are light and have no order: one partition is told of in fewer, larger fetches. The store tells much of its own
# writes too, and the sweep finds what was never read: so these are kept for a shorter time.
INBOX_EVENTS = Topic(
    "inbox.events",
    InboxHint,
    "bucket/key",
    ("stores", "ingest", "catalog"),
    ("ingest",),
    days=7,
    bare=True,
    partitions=1,
    groups=("intake",),
)
INGEST_JOBS = Topic("ingest.jobs", IngestJob, "source", ("ingest", "curator"), ("ingest",), groups=("ingest",))
ASSET_INGESTED = Topic(
    "asset.ingested",
    AssetIngested,
    "asset id",
    ("ingest", "curator", "catalog"),
    ("render", "tagger"),
    groups=("render", "tagger"),
)
# Bulk work only: what a person asks for alone is new work.
ASSET_RERUN = Topic(
    "asset.rerun",
    AssetIngested,
    "asset id",
    ("cli", "tagger"),
    ("render", "tagger"),
    groups=("render", "tagger"),
)
ASSET_LATER = Topic(
    "asset.later",
    LaterWork,
    "asset id",
    ("render", "tagger"),
    ("render", "tagger"),
    groups=("render-later", "tagger", "tagger-later"),
)
VIDEO_JOBS = Topic("video.jobs", VideoJob, "asset id", ("render",), ("render",), groups=("render-video",))
# For whoever looks on: each reader takes all of it from its end, without a group. What was missed is told again soon.
VIDEO_PROGRESS = Topic("video.progress", VideoProgress, "asset id", ("render",), ("catalog",), days=1, partitions=1)
ASSET_METADATA = Topic(
    "asset.metadata",
    Facet,
    "asset/version/facet",
    ("ingest", "render", "tagger", "linker", "curator"),
    ("catalog", "curator", "delivery", "linker", "pim", "webhooks"),
    compacted=True,
    by_entity=True,
    groups=("curator", "linker", "catalog", "delivery", "pim-media", "webhooks"),
)
DECISIONS = Topic("decisions", Decision, "entity", ("catalog", "linker", "cli"), ("curator",), groups=("curator",))
FACTS = Topic(
    "facts",
    Fact,
    "kind/id",
    ("curator",),
    ("catalog", "linker", "webhooks"),
    compacted=True,
    groups=("catalog", "linker", "webhooks"),
)
PIM_EVENTS = Topic("pim.events", PimEvent, "system/product", ("cli", "pim"), ("pim",), groups=("pim",))
# Hints have no order, and who reads them asks: one process.
PIM_HINTS = Topic("pim.hints", PimHint, "system/kind/id", ("pim",), ("pim",), partitions=1, groups=("pim",))
PIM_PRODUCTS = Topic(
    "pim.products",
    Product,
    "system/kind/id",
    ("pim",),
    ("linker", "catalog"),
    compacted=True,
    groups=("linker", "catalog"),
)
LINK_REQUESTS = Topic("link.requests", LinkRequest, "asset id", ("linker", "ingest"), ("linker",), groups=("linker",))
MEDIA_REQUESTS = Topic("media.requests", MediaRequest, "SKU", ("linker",), ("linker",), groups=("linker-media",))
PRODUCT_MEDIA = Topic(
    "product.media",
    ProductMedia,
    "SKU",
    ("linker",),
    ("catalog", "delivery", "pim", "webhooks"),
    compacted=True,
    groups=("catalog", "delivery", "pim-media", "webhooks"),
)
SHOOTS = Topic("shoots", Shoot, "folder", ("catalog",), ("webhooks",), compacted=True, groups=("webhooks",))
# What is news, and no state: verdicts follow from the view, and what was told last lies in the library.
READINESS = Topic(
    "readiness",
    ReadinessChanged,
    "channel/market/SKU",
    ("catalog",),
    ("webhooks",),
    days=30,
    groups=("webhooks",),
)
DELIVERIES = Topic(
    "deliveries",
    Delivery,
    "target/entity",
    ("pim", "webhooks"),
    ("catalog", "cli", "webhooks"),
    compacted=True,
    groups=("catalog", "webhooks"),
)

TOPICS: tuple[Topic, ...] = (
    INBOX_EVENTS,
    INGEST_JOBS,
    ASSET_INGESTED,
    ASSET_RERUN,
    ASSET_LATER,
    VIDEO_JOBS,
    VIDEO_PROGRESS,
    ASSET_METADATA,
    DECISIONS,
    FACTS,
    PIM_EVENTS,
    PIM_HINTS,
    PIM_PRODUCTS,
    LINK_REQUESTS,
    MEDIA_REQUESTS,
    PRODUCT_MEDIA,
    SHOOTS,
    READINESS,
    DELIVERIES,
)


_BY_NAME = {topic.name: topic for topic in TOPICS}


def dead_letters() -> list[tuple[str, Topic]]:
    """Every dead-letter topic with the topic it belongs to."""
    return [(topic.dead_letter(group), topic) for topic in TOPICS for group in topic.groups]


def by_name(name: str) -> Topic:
    """The topic of that name. Raises KeyError."""
    return _BY_NAME[name]
