"""docs/topics.md: the topic table for people."""

from schemas.topics import DAY_MS, MAX_RECORD_BYTES, PARTITIONS, TOPICS, Topic, dead_letters

HEAD = f"""# Topics

Generated from `schemas/topics.py` by `make contracts`; do not edit. Every arrow between services is one of these.
Records are CloudEvents 1.0 envelopes of at most {MAX_RECORD_BYTES // 1024} kB; `schemas/examples/` has examples of
each, `schemas/jsonschema/` their schemas, and `schemas/asyncapi.yaml` the same for tools.
Each topic has {PARTITIONS} partitions on one machine (48 are advised for a cluster).

| topic | key | data | kept | written by | read by |
|---|---|---|---|---|---|
"""


def _kept(topic: Topic) -> str:
    return "compacted: the last record of each key" if topic.compacted else f"{topic.days} days"


def _row(topic: Topic) -> str:
    data = f"`{topic.model.__name__}`" + (" (bare)" if topic.bare else "")
    cells = (f"`{topic.name}`", topic.key, data, _kept(topic), ", ".join(topic.producers), ", ".join(topic.consumers))
    return f"| {' | '.join(cells)} |\n"


def page() -> str:
    """The whole page."""
    rows = "".join(_row(topic) for topic in TOPICS)
    about = "".join(f"- **{t.name}**: {(t.model.__doc__ or '').strip().splitlines()[0]}\n" for t in TOPICS)
    tombstones = next(int(t.config()["delete.retention.ms"]) for t in TOPICS if t.compacted) // DAY_MS
    dead = "".join(f"- `{name}`\n" for name, _ in dead_letters())
    return (
        f"{HEAD}{rows}\n*Bare*: foreign writers send it too, without our envelope. "
        f"Tombstones of compacted topics stay {tombstones} days.\n\n## What is on them\n\n{about}\n"
        "## Dead letters\n\n`<topic>.<group>.dlq`, one partition, 30 days: messages that cannot be decoded or that "
        "failed by our own error, byte for byte, with the cause in `packshot-dlq-*` headers. "
        f"`packshot dlq list|show|replay` works on them.\n\n{dead}"
    )
