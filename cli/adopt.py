"""move in from another library (Bynder, Cloudinary, Salsify, any DAM): its files, and what its export says of them

The files lie in a bucket, copied there from the other library; the export is a CSV, a workbook or JSON lines, of
Salsify JSON with its products. They go through the inbox, as if a photographer dropped them; SKUs, roles, titles,
texts, keywords and rights go with them, tags, focal points and the end of rights become decisions of the person who
moves them (--by). Files whose rights have ended or that were archived stay behind, unless --expired. What was
interrupted is resumed by saying the same command again.

Ends with 1 where a row is wrong, or a file was not taken yet.

A bucket of another store: PACKSHOT_ADOPT_ENDPOINT, PACKSHOT_ADOPT_ACCESS_KEY and PACKSHOT_ADOPT_SECRET_KEY say where it
is and who asks (PACKSHOT_ADOPT_SECURE=false: without TLS).

examples:
  packshot adopt s3://old-dam --metadata export.csv --dry-run        what would be done, and what is wrong
  packshot adopt s3://old-dam/assets --metadata export.csv --mapping bynder --by ann
  packshot adopt s3://old-dam --metadata export.jsonl --mapping own.yaml --under archive
"""

import argparse
import asyncio
import getpass
from collections.abc import Mapping, Sequence
from dataclasses import replace
from email.header import Header
from functools import partial
from pathlib import Path

from minio import Minio
from minio.error import S3Error
from pydantic import Field
from urllib3.exceptions import HTTPError

from cli import adopt_mapping, adopt_moving, adopt_salsify
from cli import home as homes
from cli.adopt_mapping import AdoptMapping
from cli.adopt_moving import Places
from cli.adopt_rows import Plan, planned
from cli.connect import settings_as
from cli.elsewhere import elsewhere
from cli.lists import Table, table
from cli.say import counted, say
from cli.supervisor.status_file import must_run
from cli.trouble import Trouble
from runtime.config import Settings
from runtime.csv_text import UnreadableError
from runtime.kafka import KafkaProducer
from runtime.minio_store import client_of
from runtime.outage import Unavailable
from runtime.publisher import Publisher
from runtime.s3_store import Store
from services.pim.json_lines import dotted
from services.pim.list_mapping import Unknown

NAME = "adopt"
SHOWN = 50
CURE = "Compare its name, PACKSHOT_ADOPT_ENDPOINT, _SECURE, _ACCESS_KEY and _SECRET_KEY."


class AdoptSettings(Settings):
    """Where the other library's bucket lies; without an endpoint in our own store."""

    adopt_endpoint: str = Field(default="", description="S3 endpoint of the bucket, host:port")
    adopt_secure: bool = Field(default=True, description="TLS to it")
    adopt_region: str = Field(default="us-east-1", description="Its region; AWS wants the bucket's own")
    adopt_access_key: str = Field(default="", description="Its access key")
    adopt_secret_key: str = Field(default="", description="Its secret key", repr=False)

    @property
    def other(self) -> Settings:
        """As if that store were ours."""
        if not self.adopt_endpoint:
            return self
        return self.model_copy(
            update={
                "s3_endpoint": self.adopt_endpoint,
                "s3_secure": self.adopt_secure,
                "s3_region": self.adopt_region,
                "s3_access_key": self.adopt_access_key,
                "s3_secret_key": self.adopt_secret_key,
            }
        )


def add(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    known = ", ".join(sorted(path.stem for path in adopt_mapping.EXAMPLES.glob("*.yaml")))
    parser.add_argument("bucket", metavar="s3://BUCKET[/FOLDER]", help="where the files lie")
    parser.add_argument("--metadata", type=Path, required=True, metavar="FILE", help="what the export says of them")
    parser.add_argument("--mapping", metavar="FILE", help=f"which column is what: a YAML file, or {known}")
    parser.add_argument("--under", metavar="FOLDER", help="folder of the inbox; else called like the bucket")
    parser.add_argument(
        "--by", default=getpass.getuser(), metavar="NAME", help="who moves them; else your login's name"
    )
    parser.add_argument("--expired", action="store_true", help="move files, too, whose rights have ended")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")


def run(args: argparse.Namespace) -> int:
    """0 when all of it was moved and no row is wrong."""
    home = homes.current()
    if not elsewhere(home):
        must_run(home)
    settings = settings_as(AdoptSettings, home)
    name, _, folder = args.bucket.removeprefix("s3://").partition("/")
    if not args.bucket.startswith("s3://") or not name:
        raise Trouble(f"{args.bucket} is no bucket.", "Write it as s3://bucket or s3://bucket/folder.")
    prefix = f"{folder.strip('/')}/" if folder.strip("/") else ""
    own, other = Store(settings), Store(settings.other)
    put = partial(_put, client_of(settings), settings.inbox_bucket)
    inbox, library = own.bucket(settings.inbox_bucket), own.bucket(settings.library_bucket)
    places = Places(other.bucket(name), prefix, inbox, library, args.under if args.under is not None else name, put)
    try:
        return asyncio.run(_adopt(args, settings, places))
    except S3Error as error:
        raise Trouble(
            f"{args.bucket}: {error.code}: {error.message}", "Compare its name, endpoint and keys."
        ) from error
    finally:
        own.close()
        other.close()


async def _put(client: Minio, bucket: str, key: str, path: Path, meta: Mapping[str, str]) -> None:
    """With what is known as its own metadata, which travels as ASCII (RFC 2047)."""
    written = {name: text if text.isascii() else Header(text, "utf-8", 998).encode() for name, text in meta.items()}
    try:
        await asyncio.to_thread(client.fput_object, bucket, key, str(path), metadata=dict(written))
    except (HTTPError, S3Error) as error:
        raise Unavailable(f"S3: {error}") from error


async def _adopt(args: argparse.Namespace, settings: AdoptSettings, places: Places) -> int:
    try:
        found = [info.key.removeprefix(places.prefix) for info in await places.source.listing(places.prefix)]
    except Unavailable as error:
        raise Trouble(f"{args.bucket} cannot be read: {error}", CURE) from error
    if not found:
        raise Trouble(f"There is no file in {args.bucket}.", "Compare the name of the bucket and the folder.")
    plan = read_plan(args.metadata, args.mapping, found, expired=args.expired)
    tell(plan)
    if args.dry_run:
        return 1 if plan.problems else 0
    moved = 0
    async for move, new in adopt_moving.copied(plan.moves, places):
        moved += new
        say(f"{'moved' if new else 'is there already'}: {places.key(move)}")
    await adopt_moving.describe(plan.moves, places)
    wanted = sum(1 for move in plan.moves if move.said)
    say(f"{counted(moved, 'file')} moved; {counted(wanted, 'decision')} to be said as they are taken …")
    producer = KafkaProducer(settings)
    await producer.start()
    try:
        publish = Publisher(producer, "cli").publish
        said = {move.key async for move in adopt_moving.decided(plan.moves, places, publish, args.by or login())}
    finally:
        await producer.stop()
    late = wanted - len(said)
    say(f"{counted(len(said), 'decision')} said" + (f"; {late} files were refused or not taken yet" if late else ""))
    return 1 if plan.problems or late else 0


def read_plan(metadata: Path, mapping: str | None, keys: Sequence[str], *, expired: bool) -> Plan:
    """Raises Trouble where the export or the mapping cannot be used at all."""
    own = adopt_mapping.read(mapping)
    try:
        found = _table(metadata, own)
        plan = planned(found.file, found.rows, own, keys, expired=expired)
    except OSError as error:
        raise Trouble(f"The export {metadata} cannot be read: {error.strerror}.", "Check the path.") from error
    except UnreadableError as error:
        raise Trouble(f"{metadata.name}: {error.cause}", error.cure) from error
    except Unknown as error:
        there = ", ".join(filter(None, found.rows[0].cells))
        cause = f"{metadata.name}, line {found.rows[0].line}: there is no column “{error}”."
        raise Trouble(cause, f"Name the columns in a mapping file. Columns found: {there}.") from error
    return replace(plan, problems=(*found.problems, *plan.problems))


def _table(metadata: Path, own: AdoptMapping | None) -> Table:
    if metadata.suffix.lower() == ".json":
        return Table(f"{metadata.name}, digital assets", adopt_salsify.rows(metadata.read_bytes()), [])
    return table(metadata, own.sheet if own else None, own.columns[0] if own else "file", dotted)


def tell(plan: Plan) -> None:
    """What would be done, and what is wrong."""
    for problem in plan.problems[:SHOWN]:
        say(str(problem))
    if len(plan.problems) > SHOWN:
        say(f"… and {len(plan.problems) - SHOWN} more")
    moves = plan.moves
    counts = {
        "with a SKU": sum(1 for move in moves if "sku" in move.facts),
        "with tags": sum(1 for move in moves if move.tags),
        "with a focal point": sum(1 for move in moves if move.focal),
        "that the export does not name": sum(1 for move in moves if not move.line),
    }
    told = ", ".join(f"{number} {what}" for what, number in counts.items())
    say(f"{counted(len(moves), 'file')} to move: {told}; {len(plan.out)} stay behind: their rights have ended")


def login() -> str:
    """Who sits at the terminal, as far as the system knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "admin"
