"""Well and ready are two things."""

import json

from runtime import metrics
from runtime.broker import Partition
from runtime.health import Health, respond


def ask(health: Health, path: str) -> tuple[int, dict[str, object]]:
    status, _, body = respond(health, path)
    return status, json.loads(body)


def test_it_is_not_ready_before_it_has_started() -> None:
    health = Health("test")
    assert ask(health, "/readyz")[0] == 503
    status, report = ask(health, "/healthz")
    assert (status, report["started"], report["ready"]) == (200, False, False)


def test_while_its_view_fills_it_is_well_and_not_ready() -> None:
    health, missing = Health("test"), ["3 records are missing yet"]
    health.ready = True
    health.waits["view"] = lambda: missing[0] if missing else None
    assert ask(health, "/readyz")[0] == 503
    status, report = ask(health, "/healthz")
    assert (status, report["started"], report["ready"]) == (200, True, False)
    assert report["waiting"] == ["view: 3 records are missing yet"]
    missing.clear()
    assert ask(health, "/readyz")[0] == 200
    assert ask(health, "/healthz")[1]["ready"] is True


def test_what_is_wrong_is_neither_well_nor_ready() -> None:
    health = Health("test")
    health.ready = True
    health.checks["group"] = lambda: "no poll for 61 s"
    assert (ask(health, "/healthz")[0], ask(health, "/readyz")[0]) == (503, 503)
    assert ask(health, "/readyz")[1]["problems"] == ["group: no poll for 61 s"]


def test_the_lag_is_of_the_partitions_that_are_ours_now() -> None:
    health, ours = Health("test"), {Partition("asset.ingested", 0): 7, Partition("asset.ingested", 1): 0}
    health.behind["render"] = lambda: ours
    text = respond(health, "/metrics")[2].decode()
    assert 'packshot_consumer_lag{group="render",partition="0",topic="asset.ingested"} 7.0' in text
    assert 'packshot_consumer_lag{group="render",partition="1",topic="asset.ingested"} 0.0' in text
    del ours[Partition("asset.ingested", 0)]
    assert 'partition="0"' not in respond(health, "/metrics")[2].decode()


def test_who_waits_for_a_server_says_so_and_is_well() -> None:
    health = Health("test")
    health.ready = True
    metrics.WAITING.labels("S3").set(2)
    metrics.WAITING.labels("other").set(1)
    metrics.KAFKA_SILENT.labels("quiet").set(61)
    try:
        status, report = ask(health, "/healthz")
        assert (status, report["away"]) == (200, ["Kafka", "S3"])
    finally:
        metrics.WAITING.clear()
        metrics.KAFKA_SILENT.clear()
    assert ask(health, "/healthz")[1]["away"] == []
