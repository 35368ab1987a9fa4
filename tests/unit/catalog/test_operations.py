"""What the status page says follows from what was looked at, and says where nothing is known."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from runtime.lags import Lag
from runtime.outage import Unavailable
from services.catalog.operations.about import about
from services.catalog.operations.members import Drift, Members, read
from services.catalog.operations.queue import Queue, fullest, stages
from services.catalog.operations.verdict import lost

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)


def test_how_long_a_queue_takes_is_told_once_it_was_looked_at_twice() -> None:
    first = (0.0, {"render": 100, "tagger": 10, "dlq.replayed": 9})
    [render, tagger] = stages([first])
    assert (render.behind, render.a_second, render.empty_in_s) == (100, None, None)
    [render, tagger] = stages([first, (10.0, {"render": 50, "tagger": 30})])
    assert (render.a_second, render.empty_in_s) == (5.0, 10.0)
    assert (tagger.a_second, tagger.empty_in_s) == (-2.0, None)
    assert fullest([render, tagger]) == render and fullest([]) is None


async def test_the_broker_is_asked_at_most_every_few_seconds_and_its_silence_is_not_known() -> None:
    now, asked, away = 0.0, 0, False

    async def measure() -> list[Lag]:
        nonlocal asked
        asked += 1
        if away:
            raise Unavailable("Kafka")
        return [Lag("ingest", "ingest.jobs", 3), Lag("ingest", "other", 4)]

    queue = Queue(measure, lambda: now)
    for _ in range(2):
        assert [one.behind for one in await queue.look() or []] == [7]
    assert asked == 1
    now, away = 10.0, True
    assert await queue.look() is None
    assert await Queue().look() is None


async def test_members_say_how_they_are_and_who_is_silent_is_not_called_unwell() -> None:
    async def ask(url: str) -> tuple[int, str]:
        if "9502" in url:
            raise ConnectionRefusedError("refused")
        if url.endswith("/metrics"):
            counted = '# TYPE packshot_drift_total counter\npackshot_drift_total{kind="missed"} 2.0\n'
            return (
                200,
                counted
                + '# TYPE packshot_drift_standing gauge\npackshot_drift_standing{kind="held_back"} 3.0\n'
                + "# TYPE packshot_originals_checked_timestamp_seconds gauge\n"
                + "packshot_originals_checked_timestamp_seconds 1764489600.0\n",
            )
        report = {"problems": ["worker: too many dead letters"] if "9503" in url else [], "waiting": [], "uptime_s": 5}
        report["away"] = ["S3"] if "9501" in url else []
        return 503 if "9503" in url else 200, json.dumps(report)

    members, drift = await Members(read("ingest=h:9501, render=h:9502,tagger=h:9503"), ask).look()
    assert [(one.name, one.well) for one in members] == [("ingest", True), ("render", None), ("tagger", False)]
    assert members[2].told == ["worker: too many dead letters"]
    assert members[0].told == ["It waits for S3."]
    assert drift == Drift({"missed": 2}, 5, {"held_back": 3}, datetime(2025, 11, 30, 8, tzinfo=UTC))
    assert await Members().look() == ([], None)


def test_a_wrong_setting_is_named() -> None:
    assert read("") == {}
    with pytest.raises(ValueError, match="PACKSHOT_MEMBERS: 'ingest' is no NAME=HOST:PORT"):
        read("ingest")


def test_nothing_is_called_kept_that_could_not_be_asked() -> None:
    fine = Drift({}, 1.0, {}, NOW - timedelta(minutes=50))
    assert lost(0, 0, fine, NOW).words == "No"
    assert lost(0, None, fine, NOW).words == lost(0, 0, None, NOW).words == "Not known"
    found = lost(2, 3, Drift({"missed": 7}, 1.0, {"held_back": 40, "unreadable": 1}, NOW), NOW)
    assert found.words == "Kept, but look" and len(found.look) == 4


@pytest.mark.parametrize(("checked", "since"), [(None, "since ingest was started"), (timedelta(hours=4), "for hours")])
def test_no_original_is_called_kept_that_nobody_has_looked_for(checked: timedelta | None, since: str) -> None:
    found = lost(0, 0, Drift({}, 1.0, {"lost": 0}, NOW - checked if checked else None), NOW)
    assert (found.words, found.look) == ("Not known", []) and since in found.unknown[0]


def test_an_original_that_is_gone_is_lost() -> None:
    found = lost(1, 0, Drift({}, 1.0, {"lost": 1200}, NOW), NOW)
    assert (found.words, found.lost, found.unknown) == ("Yes, look", True, []) and "1,200" in found.look[0]


@pytest.mark.parametrize(
    ("topic", "key", "value", "words", "url"),
    [
        ("asset.ingested", b"a1", b"", "picture a1", "/assets/a1"),
        ("asset.metadata", b"a1/2/tags", b"", "picture a1", "/assets/a1"),
        ("decisions", b"product/R/1", b"", "product R/1", "/products/R%2F1"),
        ("decisions", b"collection/x", b"", "collection/x", None),
        ("media.requests", b"RED 1", b"", "product RED 1", "/products/RED%201"),
        ("ingest.jobs", b"x", b'{"data": {"key": "a/b c.jpg"}}', "a/b c.jpg", "/?q=b%20c.jpg"),
        ("ingest.jobs", b"x", b"\xff[", "x", None),
        ("pim.events", None, None, "", None),
    ],
)
def test_a_letter_leads_to_the_page_of_what_it_is_about(
    topic: str, key: bytes | None, value: bytes | None, words: str, url: str | None
) -> None:
    assert about(topic, key, value) == (words, url)
