"""Reads what was written into a picture, EXIF, IPTC, XMP, C2PA, and what stands behind it. Runs in the cage only."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

from runtime import c2pa
from runtime.jobs import Cages, run_twice
from services.ingest import behind, iptc, lists, xmp
from services.ingest.take import Probe, ReadList

MAX_TEXT = 500
_EXIF = {
    "exif-ifd0-Orientation": "orientation",
    "exif-ifd0-Copyright": "copyright",
    "exif-ifd0-Artist": "artist",
    "exif-ifd0-Make": "make",
    "exif-ifd0-Model": "model",
    "exif-ifd0-ImageDescription": "description",
    "exif-ifd2-DateTimeOriginal": "taken",
    "exif-ifd2-SubSecTimeOriginal": "subsec",
}
_FORMATTED = re.compile(r", [A-Za-z ]+, \d+ components?, \d+ bytes\)$")


def warm() -> None:
    """Load libvips before the cage closes."""
    from runtime.pixels import lock_down

    lock_down()


def _plain(formatted: str) -> str:
    """libvips says `2024 (2024, ASCII, 5 components, 5 bytes)`, and the value itself may hold brackets."""
    both = _FORMATTED.sub("", formatted)
    if both == formatted:
        return formatted
    half = (len(both) - len(" (")) // 2
    doubled = both[:half] == both[half + len(" (") :]
    return both[:half] if doubled else both.partition(" (")[0]


def _exif(image: Any) -> dict[str, Any]:
    fields = set(image.get_fields())
    found: dict[str, Any] = {}
    for field, name in _EXIF.items():
        if field in fields:
            text = _plain(str(image.get(field))).strip()[:MAX_TEXT]
            if text:
                found[name] = text
    if "orientation" in found:
        found["orientation"] = int(image.get("orientation")) if "orientation" in fields else 1
    found["gps"] = any(field.startswith("exif-ifd3-GPSLatitude") for field in fields)
    return found


def work(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """One dict: what is embedded. An unreadable header gives `{"unreadable": why}`: decoding is render's word."""
    path = folder / job["input"]
    if job.get("list"):
        yield lists.read(path.read_bytes()).as_json()
        return
    if job.get("sidecar"):
        yield xmp.fields(path.read_bytes()[: xmp.MAX_BYTES])
        return
    import pyvips

    try:
        image = pyvips.Image.new_from_file(str(path), access="sequential")
    except pyvips.Error as error:
        yield {"unreadable": str(error).strip().splitlines()[0][:MAX_TEXT] if str(error).strip() else "unknown"}
        return
    found: dict[str, Any] = {"width": image.width, "height": image.height, **_exif(image)}
    fields = set(image.get_fields())
    if "iptc-data" in fields:
        found |= iptc.fields(image.get("iptc-data"))
    if "xmp-data" in fields:
        found |= xmp.fields(image.get("xmp-data")[: xmp.MAX_BYTES])
    yield found | c2pa.fields(path) | behind.fields(path)


def caged(cages: Cages) -> Probe:
    """`work` in the cage, for one spooled file; True says that it is a side-car. Raises Refused."""

    async def probe(path: Path, sidecar: bool) -> dict[str, Any]:
        return await _work(cages, path, {"sidecar": sidecar})

    return probe


def caged_lists(cages: Cages) -> ReadList:
    """The same for a list."""

    async def read_list(path: Path) -> dict[str, Any]:
        return await _work(cages, path, {"list": True})

    return read_list


async def _work(cages: Cages, path: Path, job: dict[str, Any]) -> dict[str, Any]:
    async def fill(folder: Path) -> None:
        # A copy, not a link: what is kept as the original must not share its bytes with a child that may write.
        await asyncio.to_thread(shutil.copyfile, path, folder / "input")

    found: dict[str, Any] = {}
    async with aclosing(run_twice(cages, fill, {"input": "input", **job})) as values:
        async for _, value in values:
            found = value
    return found
