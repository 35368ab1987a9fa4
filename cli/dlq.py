"""dead letters: messages that could not be decoded, or that failed by our own error

A dead letter is the message as it was, with where it came from and why it failed. Mend the cause, then replay it:
only the group that buried it does it again.

examples:
  packshot dlq list
  packshot dlq show asset.ingested.render.dlq 3 17        partition and offset, as `list` prints them
  packshot dlq replay asset.ingested.render.dlq -n 10     the first ten not replayed yet
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from cli import home as homes
from cli.connect import settings_of
from cli.say import counted, say
from cli.trouble import Trouble
from runtime.config import Settings
from runtime.deadletter import REPLAY_GROUP
from runtime.kafka import KafkaProducer
from runtime.kafka_access import client
from schemas.topics import dead_letters

NAME = "dlq"
REPLAYED = "dlq.replayed"
"""Group whose committed offsets say how far each dead-letter topic has been replayed."""


def add(parser: argparse.ArgumentParser) -> None:
    """Sub-commands."""
    commands = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    commands.add_parser("list", help="every dead letter, a line each")
    show = commands.add_parser("show", help="one dead letter, whole")
    show.add_argument("topic", help="the dead-letter topic, `<topic>.<group>.dlq`: first word of a line of `dlq list`")
    show.add_argument("partition", type=int, help="its second word: a number from 0")
    show.add_argument("offset", type=int, help="its third word: the letter's place in the partition, from 0")
    replay = commands.add_parser("replay", help="send them again to the group that buried them")
    replay.add_argument("topic", help="the dead-letter topic, as `dlq list` prints it")
    replay.add_argument("-n", type=int, default=0, metavar="COUNT", help="at most so many; 0: all not replayed yet")


def run(args: argparse.Namespace) -> int:
    """0 when done."""
    return asyncio.run(do(args))


async def do(args: argparse.Namespace) -> int:
    """0 when done. Raises Trouble for what is not there."""
    settings = settings_of(homes.current())
    if args.action == "list":
        return await _list(settings)
    if args.topic not in {name for name, _ in dead_letters()}:
        raise Trouble(f"There is no dead-letter topic {args.topic}.", "See `packshot dlq list` and `packshot topics`.")
    if args.action == "show":
        return await _show(settings, args.topic, args.partition, args.offset)
    return await _replay(settings, args.topic, args.n)


def _text(record: ConsumerRecord, name: str) -> str:
    return str(dict(record.headers).get(name, b"").decode(errors="replace"))


async def _read(settings: Settings, topics: Sequence[str], *, replayed: bool = True) -> list[ConsumerRecord]:
    """All records of these topics; without `replayed` only those that were not sent again yet."""
    consumer = AIOKafkaConsumer(
        **client(settings), group_id=REPLAYED, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    try:
        await consumer.start()
        await consumer._client.force_metadata_update()
        places = [TopicPartition(t, n) for t in topics for n in sorted(consumer.partitions_for_topic(t) or ())]
        if not places:
            return []
        consumer.assign(places)
        if replayed:
            await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        found: list[ConsumerRecord] = []
        while any([await consumer.position(place) < ends[place] for place in places]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += records
        return found
    finally:
        await consumer.stop()


async def _list(settings: Settings) -> int:
    records = await _read(settings, [name for name, _ in dead_letters()])
    for r in records:
        key = (r.key or b"").decode(errors="replace")
        sys.stdout.write(f"{r.topic} {r.partition} {r.offset}  {key}  {_text(r, 'packshot-dlq-cause')}\n")
    say(counted(len(records), "dead letter"))
    return 0


async def _show(settings: Settings, topic: str, partition: int, offset: int) -> int:
    for r in await _read(settings, [topic]):
        if (r.partition, r.offset) == (partition, offset):
            for name, value in r.headers:
                sys.stdout.write(f"{name}: {value.decode(errors='replace')}\n")
            sys.stdout.write(f"\n{(r.value or b'').decode(errors='replace')}\n")
            return 0
    raise Trouble(f"{topic} holds nothing at {partition} {offset}.", "`packshot dlq list` prints what there is.")


async def _replay(settings: Settings, topic: str, most: int) -> int:
    original = next(found for name, found in dead_letters() if name == topic)
    if original.compacted:
        raise Trouble(
            f"{original.name} keeps the last record of each key: replaying would put an old one last.",
            "Mend the cause, then `packshot rebuild --from topic`: the archive has every record.",
        )
    records = sorted(await _read(settings, [topic], replayed=False), key=lambda r: (r.partition, r.offset))
    chosen = records[:most] if most else records
    producer = KafkaProducer(settings)
    await producer.start()
    consumer = AIOKafkaConsumer(**client(settings), group_id=REPLAYED, enable_auto_commit=False)
    await consumer.start()
    try:
        for r in chosen:
            headers = [(name, value) for name, value in r.headers if not name.startswith("packshot-dlq-")]
            headers.append((REPLAY_GROUP, _text(r, "packshot-dlq-group").encode()))
            place = int(_text(r, "packshot-dlq-partition"))  # where its entity's order is kept
            await producer.send(original.name, key=r.key, value=r.value, headers=headers, partition=place)
            consumer.assign([TopicPartition(r.topic, r.partition)])
            await consumer.commit({TopicPartition(r.topic, r.partition): r.offset + 1})
    finally:
        await consumer.stop()
        await producer.stop()
    say(f"{len(chosen)} of {counted(len(records), 'dead letter')} sent again")
    return 0
