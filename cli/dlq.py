"""dead letters: messages that could not be decoded, or that failed by our own error

A dead letter is the message as it was, with where it came from and why it failed. Mend the cause, then replay it:
only the group that buried it does it again. What need not be done any more is put away by `done`: it waits no more,
and is not sent; who said so, and why, is noted. The page *Dead letters* (Settings) does the same. Over a hundred sent
again at once are bulk work: the catalogue sends them, some at a time while the group has nothing else to do (or at
--rate), and `packshot jobs` shows how far it is, pauses and cancels it.

examples:
  packshot dlq list
  packshot dlq show asset.ingested.render.dlq 3 17        partition and offset, as `list` prints them
  packshot dlq replay asset.ingested.render.dlq 3 17      this one, also a second time
  packshot dlq replay asset.ingested.render.dlq -n 10     the first ten not replayed yet
  packshot dlq replay asset.ingested.render.dlq --rate 2  all of them, two a second: they go before new files
  packshot dlq done asset.ingested.render.dlq 3 17 --why "not ours"   nobody need do this one
  packshot jobs                                           how far it is, where they are many
"""

import argparse
import asyncio
import math
import sys
from contextlib import closing

from cli import home as homes
from cli.api import ask
from cli.connect import settings_of
from cli.say import counted, say
from cli.trouble import Trouble
from runtime.bulk import BulkJob, Jobs
from runtime.buried import TOPICS, Buried, NotReplayable
from runtime.buried_kafka import KafkaShelf
from runtime.config import Settings
from runtime.kafka import KafkaProducer
from runtime.resending import as_job
from runtime.s3_store import Store
from services.catalog.operations.about import about

NAME = "dlq"


def add(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    commands = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    commands.add_parser("list", help="every dead letter, a line each: where it lies, whether it still waits")
    show = commands.add_parser("show", help="one dead letter, whole")
    show.add_argument("topic", help="the dead-letter topic, `<topic>.<group>.dlq`: first word of a line of `dlq list`")
    show.add_argument("partition", type=int, help="its second word: a number from 0")
    show.add_argument("offset", type=int, help="its third word: the letter's place in the partition, from 0")
    away = commands.add_parser("done", help="put them away: nobody need do them any more; they are not sent")
    _which(away)
    away.add_argument("--why", required=True, metavar="WORDS", help="noted with your name, for who asks later")
    replay = commands.add_parser("replay", help="send them again to the group that buried them")
    _which(replay)
    replay.add_argument("--rate", type=float, default=0.0, metavar="N", help="so many a second; 0: at once")
    replay.add_argument("-n", type=int, default=0, metavar="COUNT", help="at most so many; 0: all not replayed yet")


def _which(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("topic", help="the dead-letter topic, as `dlq list` prints it")
    parser.add_argument("partition", type=int, nargs="?", help="with OFFSET: this one letter only")
    parser.add_argument("offset", type=int, nargs="?", help="its place in the partition")


def run(args: argparse.Namespace) -> int:
    """0 when done."""
    return asyncio.run(do(args))


async def do(args: argparse.Namespace) -> int:
    """0 when done. Raises Trouble for what is not there."""
    settings = settings_of(homes.current())
    if args.action != "list" and args.topic not in TOPICS:
        raise Trouble(f"There is no dead-letter topic {args.topic}.", "See `packshot dlq list` and `packshot topics`.")
    if args.action in ("replay", "done") and args.partition is not None and args.offset is None:
        raise Trouble("A partition alone names no letter.", "Give the offset too, as `packshot dlq list` prints both.")
    if args.action == "replay" and not 0 <= args.rate < math.inf:
        raise Trouble(f"--rate {args.rate} is no pace.", "Give letters a second, 0.5 for one every two seconds.")
    if args.action == "done":
        return await _done(args.topic, None if args.offset is None else (args.partition, args.offset), args.why)
    producer = KafkaProducer(settings)
    await producer.start()
    try:
        buried = Buried(KafkaShelf(settings, producer))
        if args.action == "list":
            return await _list(buried)
        if args.action == "show":
            return await _show(buried, args.topic, args.partition, args.offset)
        if args.offset is None and (job := await _as_job(settings, buried, args)):
            say(f"job {job.id} sends {counted(job.total, 'dead letter')} again: `packshot jobs` shows how far it is")
            return 0
        one = None if args.offset is None else [(args.partition, args.offset)]
        return await _replay(buried, args.topic, one, args.n, args.rate)
    finally:
        await producer.stop()


async def _list(buried: Buried) -> int:
    letters = await buried.listed()
    for one in letters:
        r, key = one.record, (one.record.key or b"").decode(errors="replace")
        sys.stdout.write(
            f"{r.topic} {r.partition} {r.offset}  {'done' if one.again else 'waits'}  {key}  {one.header('cause')}\n"
        )
    say(counted(len(letters), "dead letter"))
    return 0


async def _show(buried: Buried, topic: str, partition: int, offset: int) -> int:
    letter = await buried.one(topic, partition, offset)
    if letter is None:
        raise Trouble(f"{topic} holds nothing at {partition} {offset}.", "`packshot dlq list` prints what there is.")
    told = about(TOPICS[topic].name, letter.record.key, letter.record.value)
    sys.stdout.write(f"of: {told.words}\n" + (f"page: {told.url}\n" if told.url else ""))
    sys.stdout.write("sent again, or put away\n" if letter.again else "waits\n")
    for name, value in letter.record.headers:
        sys.stdout.write(f"{name}: {value.decode(errors='replace')}\n")
    sys.stdout.write(f"\n{(letter.record.value or b'').decode(errors='replace')}\n")
    return 0


async def _done(topic: str, place: tuple[int, int] | None, why: str) -> int:
    """By the API, which notes it. Raises Trouble."""
    body: dict[str, object] = {"topic": topic, "why": why}
    if place:
        body["letters"] = [dict(zip(("partition", "offset"), place, strict=True))]
    answer = await asyncio.to_thread(ask, homes.current(), "POST", "v1/dead-letters/done", body)
    say(f"{counted(answer['count'], 'dead letter')} put away")
    return 0


async def _as_job(settings: Settings, buried: Buried, args: argparse.Namespace) -> BulkJob | None:
    with closing(Store(settings)) as store:
        try:
            return await as_job(Jobs(store.bucket(settings.library_bucket)), buried, args.topic, args.n, args.rate)
        except NotReplayable as error:
            raise Trouble(error.cause, error.cure) from error


async def _replay(buried: Buried, topic: str, wanted: list[tuple[int, int]] | None, most: int, rate: float) -> int:
    try:
        sent, waiting = await buried.replay(topic, wanted, most, rate=rate)
    except NotReplayable as error:
        raise Trouble(error.cause, error.cure) from error
    say(f"{sent} of {counted(waiting, 'dead letter')} sent again")
    return 0
