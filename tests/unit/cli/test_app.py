import argparse
import io
import sys

import pytest
from aiokafka.errors import KafkaConnectionError

from cli import app, down
from cli.topic_admin import wanted_topics
from cli.topic_migrate import partition_of
from runtime.outage import Unavailable
from schemas.topics import ASSET_METADATA, TOPICS


@pytest.mark.parametrize("name", app.COMMANDS)
def test_every_command_teaches(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app.main([name, "--help"])
    assert ended.value.code == 0
    assert f"packshot {name}" in capsys.readouterr().out.split("examples:")[1]


def test_wrong_usage_is_2() -> None:
    with pytest.raises(SystemExit) as ended:
        app.main(["no-such-command"])
    assert ended.value.code == 2


def test_a_reader_that_has_enough_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """`packshot link … | head`."""

    def closed(_: argparse.Namespace) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(down, "run", closed)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert app.main(["down"]) == 0


def test_every_topic_and_its_dead_letters_are_wanted() -> None:
    names = {topic.name for topic in wanted_topics()}
    assert {topic.name for topic in TOPICS} < names
    assert "asset.ingested.render.dlq" in names


def test_on_a_cluster_every_topic_has_copies_and_two_of_them_have_a_record() -> None:
    assert {topic.replication for topic in wanted_topics(3)} == {3}
    assert {topic.config["min.insync.replicas"] for topic in wanted_topics(3)} == {"2"}
    assert not [topic for topic in wanted_topics() if "min.insync.replicas" in topic.config]


def test_all_facets_of_an_asset_stay_in_one_partition() -> None:
    places = {partition_of(ASSET_METADATA.name, f"a1/{n}/tags".encode(), 48) for n in range(9)}
    assert len(places) == 1


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unavailable("S3: MaxRetryError: timed out"), "S3 does not answer: MaxRetryError: timed out\n"),
        (
            Unavailable(
                "S3: Generic S3 error: Error performing GET http://127.0.0.1:8333/library/settings/presets.yaml "
                "in 400.492µs - HTTP error: error sending request"
            ),
            "S3 at http://127.0.0.1:8333 does not answer.\n",
        ),
        (
            Unavailable(
                "S3: Generic S3 error: Error performing GET http://127.0.0.1:8333/library/a in 1.2s - "
                "Server returned non-2xx status code: 503"
            ),
            "S3 at http://127.0.0.1:8333 does not answer: Server returned non-2xx status code: 503\n",
        ),
        (KafkaConnectionError("no broker"), "Kafka does not answer: KafkaConnectionError: no broker\n"),
        (
            KafkaConnectionError("Unable to bootstrap from [('127.0.0.1', 9092, <AddressFamily.AF_INET: 2>)]"),
            "Kafka does not answer: nobody listens at 127.0.0.1:9092\n",
        ),
    ],
)
def test_a_server_that_is_away_is_named_with_the_cure(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(_args: object) -> int:
        raise error

    monkeypatch.setattr(down, "run", away)
    assert app.main(["down"]) == 1
    assert capsys.readouterr().err == f"packshot: {said}Cure: {app.AWAY}\n"


def test_a_full_disk_is_no_server_that_is_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_args: object) -> int:
        raise Unavailable("The disk of /tmp/a is full: free some space")

    monkeypatch.setattr(down, "run", full)
    assert app.main(["down"]) == 1
    assert capsys.readouterr().err == "packshot: The disk of /tmp/a is full.\nCure: Free some space.\n"


def test_our_own_errors_keep_their_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_args: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(down, "run", broken)
    with pytest.raises(ZeroDivisionError):
        app.main(["down"])
