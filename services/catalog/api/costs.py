"""What bytes cost: sent, saved, heaviest, stored for nothing; with an estimate of carbon and its model."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field, StringConstraints

from services.catalog.api.assets import ENDED
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.ended import missing
from services.catalog.api.gate import at_least, in_scope
from services.catalog.costs.advice import advice
from services.catalog.costs.carbon import MODEL, SOURCE, Grams, grams
from services.catalog.queries import ended, sent
from services.catalog.queries.rows import Row

router = APIRouter(prefix="/v1", tags=["bytes"], dependencies=[Depends(at_least("viewer"))])
of_assets = APIRouter(prefix="/v1/assets", tags=["bytes"], dependencies=[Depends(in_scope("viewer"))])
MOST, USUAL = 200, 20
SUMMED = ("requests", "bytes", "saved_jpeg", "saved_original", "compared")
BIN = "Put it into the bin, if nobody needs it."
Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Bytes(BaseModel):
    """So many, and what they stand for by the report's model."""

    bytes: int
    grams: Grams


class Sums(BaseModel):
    """What was sent, and what more would have been. Of what nothing is told, nothing counts as saved."""

    requests: int
    sent: Bytes
    saved_jpeg: Bytes = Field(description="More, were each file a plain JPEG of its size, by render's estimate")
    saved_original: Bytes = Field(description="More, had each time the original been sent")
    compared: int = Field(description="Bytes of what was sent of which it is told what was saved")


class OfChannel(Sums):
    """Of the files of one channel; empty: sizes made on the fly."""

    channel: str


class OfAsset(Sums):
    """Of all files of one asset."""

    asset_id: str
    name: str


class OfFile(Sums):
    """Of one preset of an asset."""

    preset: str
    channel: str
    format: str
    each: int = Field(description="Bytes of the file; 0: not told")


class AssetBytes(BaseModel):
    """What was sent of one asset in a month, all its versions together."""

    month: str
    model: str
    source: str
    total: Sums
    files: list[OfFile] = Field(description="The heaviest first")


class HeavyFile(BaseModel):
    """A file that many bytes were sent of."""

    asset_id: str
    name: str
    preset: str
    channel: str
    format: str
    requests: int
    bytes: int
    sent: Bytes = Field(description="The same bytes, with what they stand for")
    each: int = Field(description="Bytes of the file; 0: not told")
    advice: str = Field(description="What to do about it; empty: nothing")


class UnusedFile(BaseModel):
    """An original that nobody is known to use."""

    asset_id: str
    name: str
    bytes: int
    arrived: datetime | None
    advice: str = BIN


class Unused(BaseModel):
    """Linked to nothing, given by no feed, in no collection, reported nowhere, in no open share link, older than 90
    days, and neither sent nor downloaded in these three months."""

    files: int
    bytes: int
    since: str = Field(description="First of the three months that end now", examples=["2026-09"])
    counted_since: str | None = Field(
        description="First month of which it is known what was sent: where that is later than `since`, what is named "
        "here may have been sent before; null: nothing was counted yet",
        examples=["2026-11"],
    )
    largest: list[UnusedFile]


class BytesReport(BaseModel):
    """One month, by what delivery itself has sent: what caches before it answered is not in it."""

    month: str
    model: str
    source: str
    total: Sums
    channels: list[OfChannel]
    assets: list[OfAsset] = Field(description="That most was sent of")
    heaviest: list[HeavyFile] = Field(description="Files that most was sent of")
    unused: Unused


@router.get("/bytes")
async def get_bytes(
    deps: Given,
    month: Annotated[Month | None, Query(description="2026-11; the running one by default, in UTC")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = USUAL,
) -> BytesReport:
    """What bytes cost in one month. Counts are some minutes old; what they are worth in carbon is an estimate."""
    return await report(deps, month or f"{datetime.now(UTC):%Y-%m}", limit)


@of_assets.get("/{asset_id}/bytes", responses=ENDED)
async def get_asset_bytes(
    deps: Given,
    asset_id: Text,
    month: Annotated[Month | None, Query(description="2026-11; the running one by default, in UTC")] = None,
) -> AssetBytes:
    """What was sent of one asset in one month, and what that stands for: by what delivery itself has sent."""
    if not await ended.known(deps.database, asset_id):
        raise await missing(deps, asset_id)
    return await of_asset(deps, asset_id, month or f"{datetime.now(UTC):%Y-%m}")


async def of_asset(deps: Deps, asset: str, month: str) -> AssetBytes:
    """Of that month. Raises Unavailable."""
    files = await sent.of_one(deps.database, month, asset, MOST)
    whole = {name: sum(int(row[name]) for row in files) for name in SUMMED}
    return AssetBytes(
        month=month,
        model=MODEL,
        source=SOURCE,
        total=Sums(**_sums(whole)),
        files=[
            OfFile(**{name: row[name] for name in ("preset", "channel", "format", "each")}, **_sums(row))
            for row in files
        ],
    )


async def report(deps: Deps, month: str, most: int) -> BytesReport:
    """Of that month."""
    channels = await sent.by_channel(deps.database, month)
    whole = {name: sum(int(row[name]) for row in channels) for name in SUMMED}
    since = month_before(f"{datetime.now(UTC):%Y-%m}", 2)
    unused = await sent.unused(deps.database, most)
    return BytesReport(
        month=month,
        model=MODEL,
        source=SOURCE,
        total=Sums(**_sums(whole)),
        channels=[OfChannel(channel=row["channel"], **_sums(row)) for row in channels],
        assets=[
            OfAsset(asset_id=row["asset_id"], name=row["name"], **_sums(row))
            for row in await sent.by_asset(deps.database, month, most)
        ],
        heaviest=[
            HeavyFile(**row, sent=_bytes(row["bytes"]), advice=advice(row["format"], row["channel"], row["each"]))
            for row in await sent.by_file(deps.database, month, most)
        ],
        unused=Unused(
            files=unused[0]["many"] if unused else 0,
            bytes=unused[0]["all_bytes"] if unused else 0,
            since=since,
            counted_since=await sent.counted_since(deps.database),
            largest=[
                UnusedFile(**{name: row[name] for name in ("asset_id", "name", "bytes", "arrived")}) for row in unused
            ],
        ),
    )


def _sums(row: Row) -> dict[str, Any]:
    told = {name: _bytes(int(row[name])) for name in ("saved_jpeg", "saved_original")}
    return {"requests": row["requests"], "sent": _bytes(int(row["bytes"])), "compared": row["compared"], **told}


def _bytes(size: int) -> Bytes:
    return Bytes(bytes=size, grams=grams(size))


def month_before(month: str, months: int = 1) -> str:
    """`2026-01` → `2025-12`."""
    year, number = map(int, month.split("-"))
    count = max(year * 12 + number - 1 - months, 0)
    return f"{count // 12:04d}-{count % 12 + 1:02d}"
