"""Every metric there is, in one place: a metric that is not here does not exist. Low cardinality by design."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

REGISTRY = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=REGISTRY)
"""Memory, CPU and open files of each process, under the names that Prometheus' own clients give them."""
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

MESSAGES = Counter(
    "packshot_messages",
    "Messages finished, by how they ended: done, dead, or skipped, which are of no concern to who reads them",
    ["topic", "outcome"],
    registry=REGISTRY,
)
HANDLING = Histogram(
    "packshot_handling_seconds",
    "Time from taking a message to its last effect",
    ["topic"],
    buckets=SECONDS,
    registry=REGISTRY,
)
QUEUE_AGE = Histogram(
    "packshot_queue_age_seconds", "Age of a message when it is taken", ["topic"], buckets=SECONDS, registry=REGISTRY
)
IN_FLIGHT = Gauge("packshot_in_flight", "Messages being worked on", registry=REGISTRY)
LAG = Gauge(
    "packshot_consumer_lag",
    "Messages between what the group has finished and the end of the log, as the last fetch told it",
    ["group", "topic", "partition"],
    registry=REGISTRY,
)
STALLED = Gauge(
    "packshot_stalled_seconds",
    "How long the message at work that has stood longest shows nothing for it: it says nothing, and neither a child "
    "nor a transfer of it runs; given up at 240",
    ["group", "topic"],
    registry=REGISTRY,
)
PROBLEMS = Gauge("packshot_problems", "What /healthz says is wrong: 0 when all is well", registry=REGISTRY)
FREE = Gauge(
    "packshot_disk_free_bytes",
    "Room on a disk: scratch is the process's own; kafka, seaweed and postgres are the servers' on one machine",
    ["disk"],
    registry=REGISTRY,
)
WAITING = Gauge(
    "packshot_waiting_calls",
    "Calls that wait for Kafka, S3, PostgreSQL, room on the disk, or another",
    ["server"],
    registry=REGISTRY,
)
KAFKA_SILENT = Gauge(
    "packshot_kafka_silent_seconds", "Since Kafka last answered the group's fetches", ["group"], registry=REGISTRY
)
CERTIFICATE_ENDS = Gauge(
    "packshot_certificate_ends_seconds",
    "When the certificate that the process read from the file of a setting ends, Unix time",
    ["setting"],
    registry=REGISTRY,
)
DEAD_LETTERS = Counter("packshot_dead_letters", "Messages buried", ["topic", "error"], registry=REGISTRY)
DEAD_WAITING = Gauge(
    "packshot_dead_letters_waiting",
    "Dead letters that were neither sent again nor put away, by their topic",
    ["topic"],
    registry=REGISTRY,
)
DEAD_YOUNG = Gauge(
    "packshot_dead_letters_young",
    "Of these the ones that were buried within the last 15 minutes, by the times that the broker has",
    ["topic"],
    registry=REGISTRY,
)
DEAD_BY_ERROR = Gauge(
    "packshot_dead_letters_by_error",
    "Of the newest 200 dead letters those that wait, by their topic and the error that they died of",
    ["topic", "error"],
    registry=REGISTRY,
)
FACETS = Counter("packshot_facets", "Facets written, by status", ["facet", "status"], registry=REGISTRY)
REFUSALS = Counter(
    "packshot_refusals",
    "Files refused; `file`: what it is or holds, `size`, or its child's `time`, `memory`, `processes`, `crash`",
    ["stage", "cause"],
    registry=REGISTRY,
)
CAGE_MISSING = Gauge(
    "packshot_cage_missing",
    "Whether the machine lacks that part of the cage: 1 where it does, and no file is opened",
    ["part"],
    registry=REGISTRY,
)
CHILDREN_KILLED = Counter(
    "packshot_children_killed", "Caged children that died, by cause", ["cause"], registry=REGISTRY
)
BYTES = Counter("packshot_bytes", "Bytes read and written by stage", ["stage", "direction"], registry=REGISTRY)
READY_SECONDS = Histogram(
    "packshot_put_to_ready_seconds",
    "From the PUT to a stage being reached",
    ["stage"],
    buckets=SECONDS,
    registry=REGISTRY,
)
SIZES = Counter(
    "packshot_sizes",
    "Sizes asked for that were not known yet, by how that ended: made, found in the bucket, refused, busy",
    ["outcome"],
    registry=REGISTRY,
)
VIDEO_PROGRESS = Gauge(
    "packshot_video_progress", "Share done of the rung that is being made, 0 to 1", ["rung"], registry=REGISTRY
)
VIDEO_ETA = Gauge(
    "packshot_video_eta_seconds", "Seconds that the rung being made still takes", ["rung"], registry=REGISTRY
)
VIDEO_RUNG = Histogram(
    "packshot_video_rung_seconds",
    "Time of making one rung",
    ["rung"],
    buckets=(1, 2.5, 5, 10, 30, 60, 300, 1800, 7200),
    registry=REGISTRY,
)
PRODUCTS_ON_CHANNEL = Gauge(
    "packshot_products_on_channel",
    "Products for sale by what a channel's rules say of them: ready, fixable, person or blocked; `market`: those whose "
    "media are limited to it and others, empty: all",
    ["channel", "market", "state"],
    registry=REGISTRY,
)
READINESS = Counter(
    "packshot_readiness_changes",
    "Verdicts on products that have changed, by channel and what they are now: a state, or gone",
    ["channel", "after"],
    registry=REGISTRY,
)
DROPPED = Counter(
    "packshot_drop_files",
    "Files put into and removed from a drop, and turns of it that failed, by drop",
    ["drop", "what"],
    registry=REGISTRY,
)
DROP_FAILING = Gauge(
    "packshot_drop_failing_seconds",
    "Since a drop was not taken any more by the place that it is for; 0: all is well, or another process puts it",
    ["drop"],
    registry=REGISTRY,
)
ASSETS = Gauge("packshot_assets", "Assets by the state of their newest version", ["state"], registry=REGISTRY)
STORED = Gauge("packshot_originals_bytes", "Bytes of the newest originals, each content once", registry=REGISTRY)
AUDIT_FINDINGS = Gauge(
    "packshot_audit_findings",
    "What an audit rule finds in the library, but for what was put off",
    ["rule", "severity"],
    registry=REGISTRY,
)
SAVED = Counter(
    "packshot_saved_bytes",
    "Bytes that renditions are smaller than plain JPEGs of the same size would be",
    registry=REGISTRY,
)
DRIFT = Counter("packshot_drift", "What the sweep found that no hint had told", ["kind"], registry=REGISTRY)
DRIFT_STANDING = Gauge(
    "packshot_drift_standing",
    "What the last sweep held back (files), could not read (records), or found lost (originals), until that is mended",
    ["kind"],
    registry=REGISTRY,
)
ORIGINALS_CHECKED = Gauge(
    "packshot_originals_checked_timestamp_seconds",
    "When the sweep last began to look whether every original is in the store, by name and size, Unix time; 0: not yet",
    registry=REGISTRY,
)
COLLECTED = Counter(
    "packshot_collected_bytes", "Bytes that the collector removed, by kind of object", ["kind"], registry=REGISTRY
)
POLLS = Counter(
    "packshot_pim_polls",
    "Questions to a PIM what has changed, by how they ended",
    ["system", "outcome"],
    registry=REGISTRY,
)
TAUGHT_RIGHT = Gauge(
    "packshot_taught_top1",
    "Share of held-back pictures whose taught tag is right at once, by what the tags are about",
    ["about"],
    registry=REGISTRY,
)
WEBHOOKS = Counter(
    "packshot_webhooks", "Webhooks sent, by endpoint and how that ended", ["endpoint", "outcome"], registry=REGISTRY
)
WEBHOOKS_WAITING = Gauge(
    "packshot_webhooks_waiting",
    "Entities whose newest state an endpoint does not have; counted up to 10,000",
    ["endpoint"],
    registry=REGISTRY,
)
WEBHOOKS_LAG = Gauge(
    "packshot_webhooks_lag_seconds", "How long the first of them waits", ["endpoint"], registry=REGISTRY
)
