"""What the logs say of finished work: one line a facet that is news, with its asset and trace."""

import json
import logging
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from runtime import logs
from runtime.memory_broker import MemoryBroker, MemoryProducer
from runtime.memory_store import MemoryBucket
from runtime.publisher import Publisher
from runtime.records import Records, facet_draft
from runtime.told import line, tell
from runtime.trace import continue_trace
from schemas.facet import Facet

ASSET = "018f2c5e-7b1a-7c3d-9e2f-0123456789ab"


def facet(name: str, **fields: Any) -> Facet:
    known: dict[str, Any] = {"status": "done", "revision": 1, "written": datetime.now(UTC), "version": 1} | fields
    return Facet(asset_id=ASSET, facet=name, **known)


def tags(data: dict[str, Any], revision: int) -> Facet:
    return facet("tags", revision=revision, data=data)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (facet("renditions", data={"renditions": [{}] * 3, "cpu_ms": 81.6}), "renditions done: 3 in 82 ms of CPU"),
        (facet("renditions.later", data={"renditions": []}), "renditions.later done: 0 in 0 ms of CPU"),
        (facet("tags.later", data={"barcodes": [{}], "text": []}), "tags.later done: 1 codes, 0 lines of text"),
        (facet("file", status="refused", cause="It is an archive."), "file refused: It is an archive."),
        (facet("links", data={"links": [{}], "conflicts": []}), "links done: 1 links, 0 suggestions, 0 conflicts"),
        (facet("head", version=0, data={"state": "ready", "live": 2}), "head done: ready, version 2 is live"),
        (facet("a facet of the future"), "a facet of the future done"),
    ],
)
def test_what_is_said(made: Facet, said: str) -> None:
    assert line(made) == said


@pytest.mark.parametrize(
    ("made", "lines"),
    [
        (facet("tags"), 1),
        (facet("renditions.first"), 0),
        (facet("head", version=0, data={"state": "working"}), 0),
        (facet("head", version=0, data={"state": "ready"}), 1),
    ],
)
def test_what_is_on_the_way_is_no_news(made: Facet, lines: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "runtime.told"):
        tell(made)
    assert len(caplog.records) == lines


async def test_the_same_again_is_no_line(caplog: pytest.LogCaptureFixture) -> None:
    records = Records(MemoryBucket("library"), Publisher(MemoryProducer(MemoryBroker()), "test"))
    with caplog.at_level(logging.INFO, "runtime.told"):
        for count in (0, 0, 1):
            data: dict[str, Any] = {"labels": [{}] * count}
            await records.write(facet_draft(partial(tags, data)))
    assert [record.getMessage() for record in caplog.records] == [
        "tags done: 0 labels, 0 colours",
        "tags done: 1 labels, 0 colours",
    ]


def test_a_line_is_json_with_subject_and_trace(capsys: pytest.CaptureFixture[str]) -> None:
    root, level = logging.getLogger(), logging.getLogger("runtime").level
    handlers, before = root.handlers[:], root.level
    try:
        logs.configure("INFO")
        trace = continue_trace(None)
        tell(facet("tags"))
    finally:
        root.handlers[:] = handlers
        root.setLevel(before)
        logging.getLogger("runtime").setLevel(level)
    said = json.loads(capsys.readouterr().err)
    assert (said["subject"], said["version"], said["level"]) == (ASSET, 1, "info")
    assert said["trace"] == trace.split("-")[1]
