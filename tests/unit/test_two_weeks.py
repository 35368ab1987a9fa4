"""Two weeks switched off are outlasted by whatever Kafka keeps: what nobody has read, and how far everybody has."""

import re

from cli.servers.kafka import PROPERTIES
from cli.topic_admin import wanted_topics
from schemas.topics import DAY_MS, INBOX_EVENTS, TOPICS, VIDEO_PROGRESS

WEEKS_MS = 14 * DAY_MS
FOUND_ANYWAY = {INBOX_EVENTS.name, VIDEO_PROGRESS.name}
"""The sweep finds what a hint told of; progress is told again soon."""


def test_what_nobody_has_read_is_kept() -> None:
    short = {one.name for one in wanted_topics() if 0 < int(one.config.get("retention.ms", 0)) <= 2 * WEEKS_MS}
    assert short == FOUND_ANYWAY


def test_a_removal_is_told_to_views_that_come_back() -> None:
    kept = {topic.name: int(topic.config()["delete.retention.ms"]) for topic in TOPICS if topic.compacted}
    assert min(kept.values()) > 2 * WEEKS_MS


def test_offsets_outlast_the_records_that_they_are_of() -> None:
    minutes = re.search(r"offsets\.retention\.minutes=(\d+)", PROPERTIES)
    longest = max(int(one.config.get("retention.ms", 0)) for one in wanted_topics())
    assert minutes and int(minutes[1]) * 60_000 > longest > WEEKS_MS
