"""Each line of a log says of which entity, event and trace it is; a trace that nobody began begins at the message."""

import json
import logging
from typing import cast

import pytest

from runtime import logs
from runtime.broker import Record
from runtime.deadletter import DeadLetterLimit, DeadLetters
from runtime.deliver import Delivery, Saying, Step, decoder
from runtime.trace import new_traceparent
from schemas.envelope import event_of
from schemas.inbox import InboxHint, IngestJob
from schemas.topics import INBOX_EVENTS, INGEST_JOBS

log = logging.getLogger("services.test")
JOB = IngestJob(bucket="inbox", key="a.jpg")


async def handle(job: IngestJob) -> Saying:
    log.warning("at work on %s", job.key)
    return
    yield


def hint(record: Record) -> IngestJob:
    told = InboxHint.model_validate_json(record.value or b"")
    return IngestJob(bucket=told.bucket, key=told.key)


async def lines(*records: tuple[Step[IngestJob], Record]) -> list[dict[str, str]]:
    """What is written while these are worked on, one after the other in one task."""
    said: list[dict[str, str]] = []

    class Written(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(json.loads(logs._Json().format(record)))

    log.addHandler(written := Written())
    try:
        for step, record in records:
            await Delivery(step, None, cast(DeadLetters, None), DeadLetterLimit(), "ingest", 1)(record)  # type: ignore[arg-type]
    finally:
        log.removeHandler(written)
    return said


async def test_the_ids_of_the_envelope() -> None:
    trace = new_traceparent()
    event = event_of("test", INGEST_JOBS.name, "inbox/a", JOB, id="0-1", traceparent=trace)
    record = Record(INGEST_JOBS.name, 0, 0, b"inbox/a", event.model_dump_json().encode())
    (line,) = await lines((Step(decoder(IngestJob), handle), record))
    assert (line["subject"], line["event"], line["trace"]) == ("inbox/a", "0-1", trace.split("-")[1])


async def test_a_message_without_an_envelope_has_none_of_the_one_before_it() -> None:
    event = event_of("test", INGEST_JOBS.name, "inbox/a", JOB, id="0-1", traceparent=new_traceparent())
    before = Record(INGEST_JOBS.name, 0, 0, b"inbox/a", event.model_dump_json().encode())
    bare = Record(INBOX_EVENTS.name, 0, 0, b"inbox/b.jpg", b'{"bucket": "inbox", "key": "b.jpg"}')
    first, second, third = await lines(
        (Step(decoder(IngestJob), handle), before), (Step(hint, handle), bare), (Step(hint, handle), bare)
    )
    assert (second["subject"], "event" in second) == ("inbox/b.jpg", False)
    assert len({first["trace"], second["trace"], third["trace"]}) == 3


async def test_the_header_names_the_trace_before_the_envelope_and_without_one() -> None:
    trace = new_traceparent()
    headers = (("traceparent", trace.encode()),)
    event = event_of("test", INGEST_JOBS.name, "inbox/a", JOB, id="0-1", traceparent=new_traceparent())
    whole = Record(INGEST_JOBS.name, 0, 0, b"inbox/a", event.model_dump_json().encode(), headers)
    bare = Record(INBOX_EVENTS.name, 0, 0, b"inbox/b.jpg", b'{"bucket": "inbox", "key": "b.jpg"}', headers)
    told = await lines((Step(decoder(IngestJob), handle), whole), (Step(hint, handle), bare))
    assert {line["trace"] for line in told} == {trace.split("-")[1]}


@pytest.mark.parametrize("odd", [b"", b"\xff", b"00-short-00-01", b"00-" + b"Z" * 32 + b"-" + b"0" * 16 + b"-01"])
async def test_a_header_of_another_form_counts_for_nothing(odd: bytes) -> None:
    trace = new_traceparent()
    event = event_of("test", INGEST_JOBS.name, "inbox/a", JOB, id="0-1", traceparent=trace)
    record = Record(INGEST_JOBS.name, 0, 0, b"inbox/a", event.model_dump_json().encode(), (("traceparent", odd),))
    (line,) = await lines((Step(decoder(IngestJob), handle), record))
    assert line["trace"] == trace.split("-")[1]
