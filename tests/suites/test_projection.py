"""Projections: PostgreSQL is a view. Whatever happens to it, it catches up by itself; nothing is skipped."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import asyncpg
import pytest

from cli.servers.server import wait_ready
from cli.servers.stack import Stack
from runtime import projection as under_test
from runtime.broker import Record
from runtime.database import Database
from runtime.deadletter import REPLAY_GROUP, DeadLetterLimit, DeadLetters, TooManyDeadLetters
from runtime.outage import Unavailable
from runtime.projection import Change, Projection, Then
from runtime.publisher import Outgoing, Publisher
from runtime.standing import OFFSETS_DDL
from schemas.decision import Fact
from schemas.topics import FACTS
from tests.suites.benchwork import Watched
from tests.suites.labs import Lab, fresh, until

pytestmark = pytest.mark.broker
DDL = OFFSETS_DDL + "CREATE TABLE items (id text PRIMARY KEY, revision int NOT NULL, value text NOT NULL);"


class Bug(Exception):
    """Our own error."""


@dataclass
class View:
    """One schema that is filled from `facts`."""

    lab: Lab
    database: Database
    schema: str
    group: str
    publisher: Publisher
    consumers: list[Watched] = field(default_factory=list)
    poison: str = ""
    """Facts that no attempt can write."""
    tried: list[str] = field(default_factory=list)
    held: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared: nothing is written until it is set."""

    def __post_init__(self) -> None:
        self.held.set()

    async def apply(self, connection: asyncpg.Connection, changes: Sequence[Change]) -> None:
        """Rows guarded by revision; tombstones remove."""
        if not self.held.is_set():
            self.tried.append("held")
            await self.held.wait()
        for change in changes:
            if isinstance(change.message, Fact):
                if change.message.id in self.poison:
                    self.tried.append(change.message.id)
                    raise Bug(f"cannot hold {change.message.id}")
                await connection.execute(
                    f"INSERT INTO {self.schema}.items VALUES ($1, $2, $3) ON CONFLICT (id) "  # noqa: S608
                    "DO UPDATE SET revision = $2, value = $3 WHERE items.revision <= $2",
                    change.message.id, change.message.revision, change.message.fields["is"],
                )  # fmt: skip
            else:
                key = (change.record.key or b"").decode().removeprefix("thing/")
                await connection.execute(f"DELETE FROM {self.schema}.items WHERE id = $1", key)  # noqa: S608

    def projection(self, then: Then | None = None, limit: DeadLetterLimit | None = None) -> Projection:
        """One more member."""
        consumer = Watched(self.lab.member(self.group, [FACTS.name]))
        self.consumers.append(consumer)
        dead = DeadLetters(self.publisher, self.group, self.lab.letters)
        return Projection(consumer, self.database, self.schema, self.apply, dead, then=then, limit=limit)

    async def dead(self) -> list[Record]:
        """The dead letters."""
        return await self.lab.records(FACTS.dead_letter(self.group))

    async def say(self, names: str, revision: int = 1) -> None:
        """A fact for each letter."""
        for name in names:
            fact = Fact(kind="thing", id=name, revision=revision, fields={"is": name * revision}, written=_now())
            await self.publisher.publish(Outgoing(FACTS, fact.key, fact))

    async def run_sql(self, statement: str) -> None:
        """Do something to the schema behind everybody's back."""
        async with self.database.transaction() as connection:
            await connection.execute(f"SET LOCAL search_path TO {self.schema}; {statement}")

    async def rows(self) -> dict[str, str]:
        """What the view holds."""
        async with self.database.transaction() as connection:
            found = await connection.fetch(f"SELECT id, value FROM {self.schema}.items")  # noqa: S608
        return {row["id"]: row["value"] for row in found}

    async def becomes(self, expected: dict[str, str], seconds: float = 60) -> None:
        """Wait until the view is so."""
        for _ in range(int(seconds * 20)):
            if await self.rows() == expected:
                return
            await asyncio.sleep(0.05)
        assert await self.rows() == expected


def _now() -> datetime:
    return datetime.now(UTC)


def plain(names: str) -> dict[str, str]:
    """Rows of facts at their first revision."""
    return {name: name for name in names}


@pytest.fixture
async def view(lab: Lab, postgres: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[View]:
    """An empty view of an empty topic."""
    monkeypatch.setattr(under_test, "LOOK_S", 0.3)
    schema, group = fresh("view").replace(".", "_"), fresh("g")
    await lab.recreate(FACTS.name)
    await lab.topic(FACTS.dead_letter(group), 1)
    database = Database(postgres)
    assert await database.make(schema, DDL)
    try:
        yield View(lab, database, schema, group, Publisher(lab.producer, "test"))
    finally:
        await database.close()


@asynccontextmanager
async def following(*members: Projection) -> AsyncIterator[None]:
    """The projections run during the block."""
    running = [asyncio.create_task(member.run()) for member in members]
    try:
        yield
    finally:
        for member in members:
            member.stop()
        await asyncio.wait_for(asyncio.gather(*running), 60)


async def test_it_fills_and_goes_on_where_the_database_stands(view: View) -> None:
    await view.say("abc")
    async with following(view.projection()):
        await view.becomes(plain("abc"))
    await view.say("d")
    async with following(view.projection()):
        await view.becomes(plain("abcd"))
    assert sum(view.consumers[1].read.values()) == 1


async def test_it_is_filling_until_it_holds_what_was_there_at_the_start(view: View) -> None:
    await view.say("abc")
    view.held.clear()
    projection = view.projection()
    assert projection.filling()
    async with following(projection):
        await until(lambda: view.tried)
        assert projection.filling()
        view.held.set()
        await view.becomes(plain("abc"))
        await until(lambda: projection.filling() is None)
        view.held.clear()
        await view.say("d")
        assert projection.filling() is None  # new work does not make it unready
        view.held.set()


async def test_an_emptied_database_catches_up_while_it_runs(view: View) -> None:
    async with following(view.projection()):
        await view.say("abc")
        await view.becomes(plain("abc"))
        await view.run_sql("TRUNCATE items, projection")
        await view.becomes(plain("abc"))
        await view.run_sql("TRUNCATE items, projection")
        await view.say("d")
        await view.becomes(plain("abcd"))


async def test_a_restored_older_backup_catches_up(view: View) -> None:
    async with following(view.projection()):
        await view.say("ab")
        await view.becomes(plain("ab"))
        await view.run_sql("CREATE TABLE old_items AS TABLE items; CREATE TABLE old_offsets AS TABLE projection")
        await view.say("cde")
        await view.say("a", revision=2)
        await view.becomes(plain("bcde") | {"a": "aa"})
        await view.run_sql(
            "TRUNCATE items, projection; INSERT INTO items TABLE old_items; INSERT INTO projection TABLE old_offsets"
        )
        await view.becomes(plain("bcde") | {"a": "aa"})


async def test_a_log_that_was_made_anew_and_is_shorter_is_read_from_its_start(view: View) -> None:
    await view.say("abcdefgh")
    async with following(view.projection()):
        await view.becomes(plain("abcdefgh"))
    await view.lab.recreate(FACTS.name)
    await view.say("xa", revision=2)
    async with following(view.projection()):
        await view.becomes(plain("bcdefgh") | {"x": "xx", "a": "aa"})


async def test_a_log_that_was_made_anew_and_is_longer_is_read_from_its_start(view: View) -> None:
    """The stored offset lies within it: only the topic's id tells."""
    await view.say("ab")
    async with following(view.projection()):
        await view.becomes(plain("ab"))
    await view.lab.recreate(FACTS.name)
    await view.say("cdefghijklmn")
    async with following(view.projection()):
        await view.becomes(plain("abcdefghijklmn"))


@pytest.mark.timeout(120)
async def test_a_log_that_is_made_anew_while_it_is_followed_is_read_from_its_start(view: View) -> None:
    async with following(view.projection()):
        await view.say("ab")
        await view.becomes(plain("ab"))
        await view.lab.recreate(FACTS.name)
        await view.say("cdefghijklmn")
        await view.becomes(plain("abcdefghijklmn"), 60)


async def test_members_share_the_work_and_take_over(view: View) -> None:
    first, second = view.projection(), view.projection()
    async with following(first):
        await view.say("abc")
        async with following(second):
            await view.say("defghijklm")
            await view.becomes(plain("abcdefghijklm"))
            await view.run_sql("TRUNCATE items, projection")
            await view.becomes(plain("abcdefghijklm"))
        await view.say("nop")
        await view.becomes(plain("abcdefghijklmnop"))


async def test_a_tombstone_removes_and_an_older_revision_changes_nothing(view: View) -> None:
    async with following(view.projection()):
        await view.say("ab", revision=2)
        await view.say("b")
        await view.lab.producer.send(FACTS.name, key=b"thing/a", value=None)
        await view.say("c")
        await view.becomes({"b": "bb", "c": "c"})


async def test_what_cannot_be_decoded_is_buried_and_the_rest_flows(view: View) -> None:
    await view.lab.producer.send(FACTS.name, key=b"thing/odd", value=b"{")
    await view.say("abc")
    async with following(view.projection()):
        await view.becomes(plain("abc"))
    (letter,) = await view.lab.records(FACTS.dead_letter(view.group))
    assert (letter.key, letter.value) == (b"thing/odd", b"{")


async def test_what_cannot_be_written_is_tried_then_buried_and_the_rest_flows(view: View) -> None:
    view.poison = "cf"
    await view.say("abcdefg")
    async with following(view.projection()):
        await view.becomes(plain("abdeg"))
        await view.say("hc")
        await view.becomes(plain("abdegh"))
        await view.becomes(plain("abdegh"))
    assert sorted((letter.key or b"").decode() for letter in await view.dead())[:2] == ["thing/c", "thing/c"]
    headers = dict((await view.dead())[0].headers)
    assert (headers["packshot-dlq-error"], headers["packshot-dlq-cause"][:-1]) == (b"Bug", b"cannot hold ")


async def test_an_error_that_passes_buries_nothing(view: View) -> None:
    view.poison = "b"
    await view.say("abc")
    async with following(view.projection()):
        await until(lambda: view.tried)
        view.poison = ""
        await view.becomes(plain("abc"))
    assert await view.dead() == []


async def test_a_view_that_can_write_nothing_stops_and_does_not_bury_all_limit_by_limit(view: View) -> None:
    view.poison = "abcdefghijklmnop"
    await view.say(view.poison)
    for _ in range(2):
        with pytest.raises(TooManyDeadLetters):
            await asyncio.wait_for(view.projection(limit=DeadLetterLimit(consecutive=2)).run(), 60)
    assert 2 <= len(await view.dead()) <= 4  # two partitions
    view.poison = ""
    gone = {(letter.key or b"").decode()[-1] for letter in await view.dead()}
    async with following(view.projection()):
        for _ in range(100):
            if len(await view.rows()) + len(gone) >= 16:
                break
            await asyncio.sleep(0.1)
        assert set(await view.rows()) | gone == set("abcdefghijklmnop")


async def test_what_is_replayed_for_another_group_changes_nothing(view: View) -> None:
    await view.say("ab")
    another = [(REPLAY_GROUP, b"another")]
    await view.lab.producer.send(FACTS.name, key=b"thing/a", value=None, headers=another)
    await view.lab.producer.send(FACTS.name, key=b"thing/b", value=b"{", headers=another)
    await view.lab.producer.send(FACTS.name, key=b"thing/b", value=None, headers=[(REPLAY_GROUP, view.group.encode())])
    await view.say("c")
    async with following(view.projection()):
        await view.becomes(plain("ac"))
    assert await view.dead() == []


class Killed(BaseException):
    """Stands for SIGKILL."""


async def test_what_follows_is_sent_again_after_a_crash_before_the_offsets(view: View) -> None:
    told: list[str] = []
    crashes = 1

    async def then(changes: Sequence[Change]) -> None:
        nonlocal crashes
        told.extend(change.message.id for change in changes if isinstance(change.message, Fact))
        if crashes:
            crashes -= 1
            raise Killed

    await view.say("a")
    with pytest.raises(Killed):
        await asyncio.wait_for(view.projection(then).run(), 60)
    assert await view.rows() == {"a": "a"}
    assert told == ["a"]
    async with following(view.projection(then)):
        await view.say("b")
        await view.becomes(plain("ab"))
        await asyncio.sleep(0.5)
    assert sorted(told) == ["a", "a", "b"]


async def test_a_database_emptied_between_rows_and_offsets_loses_nothing(view: View) -> None:
    emptied = False

    async def then(_: Sequence[Change]) -> None:
        nonlocal emptied
        if not emptied:
            emptied = True
            await view.run_sql("TRUNCATE items, projection")

    await view.say("abc")
    async with following(view.projection(then)):
        await view.becomes(plain("abc"))
        await view.say("d")
        await view.becomes(plain("abcd"))


async def test_a_database_that_goes_and_comes_back(view: View, stack: Stack) -> None:
    async with following(view.projection()):
        await view.say("a")
        await view.becomes(plain("a"))
        await asyncio.to_thread(stack.postgres.stop)
        await view.say("b")
        await asyncio.sleep(0.5)
        await asyncio.to_thread(stack.postgres.start)
        await asyncio.to_thread(wait_ready, stack.postgres)
        await view.say("c")
        for _ in range(100):
            try:
                await view.becomes(plain("abc"))
                break
            except Unavailable:  # the test's own connections were cut as well
                await asyncio.sleep(0.1)
        else:
            raise AssertionError("the database did not come back")


async def test_another_definition_makes_the_schema_anew(view: View) -> None:
    await view.say("abc")
    async with following(view.projection()):
        await view.becomes(plain("abc"))
    assert not await view.database.make(view.schema, DDL)
    assert await view.database.make(view.schema, DDL + "CREATE TABLE more (x int);")
    assert await view.rows() == {}
    async with following(view.projection()):
        await view.becomes(plain("abc"))
