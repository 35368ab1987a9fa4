"""Deliveries: poison between good messages, dead letters byte for byte, their limit, and outages that cost nothing."""

import asyncio

import pytest

from runtime import deliver
from runtime.at_work import AtWork
from runtime.broker import Record
from runtime.deadletter import REPLAY_GROUP, DeadLetterLimit, TooManyDeadLetters
from runtime.deliver import Saying, decoder
from runtime.fence import Outdated
from runtime.outage import Unavailable
from runtime.publisher import Outgoing
from runtime.trace import continue_trace
from schemas.envelope import Event
from schemas.inbox import IngestJob
from tests.suites.benchwork import at_work
from tests.suites.deliveries import Handle, Setting, setting
from tests.suites.labs import Lab, until, until_committed


class Bug(Exception):
    """Our own error."""


def echo(at: Setting, poison: str = "poison") -> Handle:
    """A handler that says each job again on the target, and dies of poison after it has said something."""

    async def handle(job: IngestJob) -> Saying:
        at.tried.append(job.key)
        if job.key.startswith(poison):
            raise Bug(f"cannot do {job.key}")
        yield Outgoing(at.target, job.key, job)

    return handle


async def _done(at: Setting, count: int) -> None:
    async def all_said() -> int:
        return len(await at.out())

    for _ in range(1200):
        if await all_said() >= count:
            await asyncio.sleep(0.3)
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"said {await at.out()}")


async def test_a_trace_goes_from_message_to_message(lab: Lab) -> None:
    at = await setting(lab)
    began = continue_trace("00-" + "ab" * 16 + "-" + "cd" * 8 + "-01")
    await at.publisher.publish(at.job("a"))
    async with at_work(at.worker(echo(at))):
        await _done(at, 1)
    records = [(await lab.records(name))[0] for name in (at.source.name, at.target.name)]
    told = [Event.model_validate_json(record.value or b"").traceparent for record in records]
    assert [dict(record.headers)["traceparent"].decode() for record in records] == told
    assert {(one or "").split("-")[1] for one in told} == {"ab" * 16}
    assert began == told[0] != told[1]


async def test_what_is_buried_and_sent_again_keeps_its_trace(lab: Lab) -> None:
    at = await setting(lab)
    began = continue_trace(None)
    await at.publisher.publish(at.job("poison"))
    async with at_work(at.worker(echo(at))):
        (letter,) = await until_dead(at)
    continue_trace(None)
    await at.publisher.forward(at.target.name, letter.key, letter.value, letter.headers)
    (again,) = await lab.records(at.target.name)
    assert dict(letter.headers)["traceparent"] == dict(again.headers)["traceparent"] == began.encode()


async def until_dead(at: Setting) -> list[Record]:
    for _ in range(1200):
        if letters := await at.dead():
            return letters
        await asyncio.sleep(0.05)
    raise AssertionError("nothing was buried")


async def test_poison_is_tried_n_times_buried_once_and_the_rest_flows(lab: Lab) -> None:
    at = await setting(lab)
    for job in ("a", "poison", "b", "c"):
        await at.publisher.publish(at.job(job))
    async with at_work(at.worker(echo(at))):
        await _done(at, 3)
    assert at.tried == ["a", "poison", "poison", "poison", "b", "c"]
    assert await at.out() == ["a", "b", "c"]
    (letter,) = await at.dead()
    original = (await lab.records(at.source.name))[1]
    assert (letter.key, letter.value) == (original.key, original.value)
    headers = dict(letter.headers)
    assert headers.pop("traceparent")  # of who published it; the suite's own test asks whose
    assert headers.pop("packshot-dlq-trace").endswith(b"cannot do poison\n")
    assert headers == {
        "packshot-dlq-topic": at.source.name.encode(),
        "packshot-dlq-partition": b"0",
        "packshot-dlq-offset": b"1",
        "packshot-dlq-group": at.group.encode(),
        "packshot-dlq-error": b"Bug",
        "packshot-dlq-cause": b"cannot do poison",
        "packshot-dlq-attempts": b"3",
    }
    assert await lab.committed(at.group, at.source.name) == {0: 4}


ODD = [b"", b"\xff\xfe\x00", b"{", b"[1]", b'{"data": 7}', b"null", b"[" * 20_000]


async def test_what_cannot_be_decoded_is_buried_byte_for_byte_without_a_second_try(lab: Lab) -> None:
    at = await setting(lab)
    headers = [("trace", b"\x00\xff"), ("trace", b"twice"), ("empty", b"")]
    for value in [*ODD, None]:  # a tombstone says nothing to a step and is no error
        await lab.producer.send(at.source.name, key=b"\xff\x00", value=value, headers=headers)
    await at.publisher.publish(at.job("good"))
    async with at_work(at.worker(echo(at))):
        await _done(at, 1)
    assert at.tried == ["good"]
    letters = await at.dead()
    assert [letter.value for letter in letters] == ODD
    for letter in letters:
        assert letter.key == b"\xff\x00"
        assert [h for h in letter.headers if not h[0].startswith("packshot-dlq-")][:-1] == headers
        assert letter.headers[-1][0] == "traceparent"  # that began with it: nothing else names it
        assert dict(letter.headers)["packshot-dlq-attempts"] == b"1"


@pytest.mark.parametrize("odd", [KeyError("s3"), TypeError("no list"), AttributeError("none"), RecursionError("deep")])
async def test_whatever_a_decoder_raises_buries_and_never_stops_the_queue(lab: Lab, odd: Exception) -> None:
    """Decoders of foreign notifications dig in JSON of any shape."""
    at = await setting(lab)

    def decode(record: Record) -> IngestJob:
        if record.value == b"odd":
            raise odd
        return decoder(IngestJob)(record)

    await lab.producer.send(at.source.name, key=b"key", value=b"odd")
    await at.publisher.publish(at.job("good"))
    async with at_work(at.worker(echo(at), decode=decode)):
        await _done(at, 1)
    (letter,) = await at.dead()
    assert dict(letter.headers)["packshot-dlq-error"] == type(odd).__name__.encode()


async def test_before_a_message_is_buried_the_world_is_told_even_if_that_fails(lab: Lab) -> None:
    at = await setting(lab)

    async def told(job: IngestJob) -> Saying:
        if job.key == "poison-2":
            raise ValueError("nor that")
        yield Outgoing(at.target, f"failed {job.key}", job)

    for job in ("poison-1", "poison-2", "good"):
        await at.publisher.publish(at.job(job))
    async with at_work(at.worker(echo(at), attempts=1, told=told)):
        await _done(at, 2)
    assert await at.out() == ["failed poison-1", "good"]
    one, two = await at.dead()
    assert b"nor that" not in dict(one.headers)["packshot-dlq-trace"]
    assert b"nor that" in dict(two.headers)["packshot-dlq-trace"]


async def test_a_dead_letter_that_cannot_be_written_stops_the_worker_uncommitted(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "BURY_PATIENCE_S", 0.5)
    at = await setting(lab, dlq_writable=False)
    for job in ("a", "poison", "b"):
        await at.publisher.publish(at.job(job))
    worker = at.worker(echo(at), attempts=1)
    with pytest.raises(Exception, match=r"not writable|[Ll]arge|size"):
        await asyncio.wait_for(worker.run(), 60)
    assert await lab.committed(at.group, at.source.name) == {0: 1}
    assert await at.dead() == []


async def test_what_hangs_holds_up_no_other_is_seen_and_is_buried_after_its_tries(lab: Lab) -> None:
    at = await setting(lab)
    work, told = AtWork([at.source.name], longest_s=1.0), list[str]()

    async def handle(job: IngestJob) -> Saying:
        at.tried.append(job.key)
        if job.key == "hangs":
            await asyncio.Event().wait()
        yield Outgoing(at.target, job.key, job)

    async def tell(job: IngestJob) -> Saying:
        told.append(job.key)
        yield Outgoing(at.target, "failed", job)

    for name in ("a", "hangs", "b", "c"):
        await at.publisher.publish(at.job(name, key=name))
    async with at_work(at.worker(handle, told=tell, work=work)):
        await until(lambda: work.stalled()[at.source.name] > 0.5)
        assert work.problem() is None  # it is given up in its time
        await until_committed(lab, at.group, at.source.name, {0: 4})
    assert await at.out() == ["a", "b", "c", "failed"]
    assert (at.tried.count("hangs"), told) == (3, ["hangs"])
    (letter,) = await at.dead()
    headers = dict(letter.headers)
    assert (headers["packshot-dlq-error"], headers["packshot-dlq-attempts"]) == (b"Hung", b"3")
    assert work.stalled() == {at.source.name: 0.0}


async def test_too_many_dead_letters_in_a_row_stop_the_worker(lab: Lab) -> None:
    at = await setting(lab)
    for n in range(8):
        await at.publisher.publish(at.job(f"poison{n}"))
    worker = at.worker(echo(at), attempts=1, limit=DeadLetterLimit(consecutive=3))
    with pytest.raises(TooManyDeadLetters):
        await asyncio.wait_for(worker.run(), 60)
    assert len(await at.dead()) == 3
    assert await lab.committed(at.group, at.source.name) == {0: 2}


async def test_a_worker_that_was_stopped_buries_nothing_more_when_it_is_started_again(lab: Lab) -> None:
    """A supervisor starts it again and again: not limit by limit."""
    at = await setting(lab)
    for n in range(8):
        await at.publisher.publish(at.job(f"poison{n}"))
    for _ in range(3):
        worker = at.worker(echo(at), attempts=1, limit=DeadLetterLimit(consecutive=3))
        with pytest.raises(TooManyDeadLetters):
            await asyncio.wait_for(worker.run(), 60)
    assert len(await at.dead()) == 3
    await asyncio.sleep(1.1)
    worker = at.worker(echo(at), attempts=1, limit=DeadLetterLimit(consecutive=3), pause_s=1)
    with pytest.raises(TooManyDeadLetters):
        await asyncio.wait_for(worker.run(), 60)
    assert [letter.value for letter in await at.dead()][3:] == [
        record.value for record in (await lab.records(at.source.name))[2:5]
    ]


async def test_a_stop_outlives_the_process_where_messages_fail_side_by_side(lab: Lab) -> None:
    at = await setting(lab)
    for n in range(12):
        await at.publisher.publish(at.job(f"poison{n}", key=f"key{n}"))
    for _ in range(3):
        worker = at.worker(echo(at), attempts=1, limit=DeadLetterLimit(consecutive=3))
        with pytest.raises(TooManyDeadLetters):
            await asyncio.wait_for(worker.run(), 60)
    assert len(await at.dead()) == 3


async def test_after_the_mend_a_stopped_worker_goes_on_at_once(lab: Lab) -> None:
    at = await setting(lab)
    for n in range(5):
        await at.publisher.publish(at.job(f"poison{n}"))
    with pytest.raises(TooManyDeadLetters):
        await asyncio.wait_for(at.worker(echo(at), attempts=1, limit=DeadLetterLimit(consecutive=3)).run(), 60)
    async with at_work(at.worker(echo(at, poison="mended"), attempts=1)):
        await _done(at, 3)
    assert await at.out() == ["poison2", "poison3", "poison4"]
    assert len(await at.dead()) == 3


async def test_the_outage_of_a_dependency_costs_no_attempt(lab: Lab) -> None:
    at, calls = await setting(lab), 0

    async def handle(job: IngestJob) -> Saying:
        nonlocal calls
        calls += 1
        if calls < 6:
            raise Unavailable("the store is away")
        yield Outgoing(at.target, job.key, job)

    await at.publisher.publish(at.job("a"))
    async with at_work(at.worker(handle, attempts=1)):
        await _done(at, 1)
    assert calls == 6
    assert await at.dead() == []


async def test_what_was_computed_on_outdated_reading_is_computed_anew_and_costs_no_attempt(lab: Lab) -> None:
    at, calls = await setting(lab), 0

    async def handle(job: IngestJob) -> Saying:
        nonlocal calls
        calls += 1
        if calls < 6:
            raise Outdated("somebody else wrote")
        yield Outgoing(at.target, job.key, job)

    await at.publisher.publish(at.job("a"))
    async with at_work(at.worker(handle, attempts=1)):
        await _done(at, 1)
    assert calls == 6
    assert await at.dead() == []


async def test_a_replayed_record_is_for_the_group_that_it_names(lab: Lab) -> None:
    at = await setting(lab)
    await at.publisher.publish(at.job("mine"))
    (record,) = await lab.records(at.source.name)
    for group in ("another", at.group):
        await at.publisher.forward(at.source.name, record.key, record.value, [(REPLAY_GROUP, group.encode())])
    async with at_work(at.worker(echo(at))):
        await _done(at, 2)
    assert at.tried == ["mine", "mine"]
    assert await lab.committed(at.group, at.source.name) == {0: 3}


async def test_the_broker_goes_and_comes_back_under_load(lab: Lab) -> None:
    """Nothing is lost, no message is buried, and the worker goes on by itself."""
    at = await setting(lab)

    async def handle(job: IngestJob) -> Saying:
        await asyncio.sleep(0.02)
        yield Outgoing(at.target, job.key, job)

    for n in range(100):
        await at.publisher.publish(at.job(f"j{n:03}"))
    async with at_work(at.worker(handle, attempts=1)):
        await asyncio.sleep(1.0)
        async with lab.outage():
            await asyncio.sleep(2.0)
        said: list[str] = []
        for _ in range(200):
            said = await at.out()
            if len(set(said)) == 100:
                break
            await asyncio.sleep(0.2)
        await asyncio.sleep(0.5)
    assert list(dict.fromkeys(said)) == [f"j{n:03}" for n in range(100)]
    assert await at.dead() == []
    assert await lab.committed(at.group, at.source.name) == {0: 100}


async def test_the_worker_starts_while_the_broker_is_away(lab: Lab) -> None:
    at = await setting(lab)
    await at.publisher.publish(at.job("a"))
    async with lab.outage():
        worker = at.worker(echo(at))
        running = asyncio.create_task(worker.run())
        await asyncio.sleep(1.5)
        assert not running.done()
    await until(lambda: at.tried, 30)
    worker.stop()
    await asyncio.wait_for(running, 60)
    assert at.tried == ["a"]
