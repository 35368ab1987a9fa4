"""A pack is a ZIP that any unzip reads, made in little memory however much it holds."""

import io
import subprocess
import tracemalloc
import zipfile
from collections.abc import AsyncIterator, Collection, Sequence
from pathlib import Path

import pytest

from runtime.memory_store import MemoryBucket
from runtime.objects import Missing
from services.catalog.pack.contents import told
from services.catalog.pack.zipping import MISSING, MOST_FILES, Entry, zipped

MEGABYTE = 1024 * 1024


class Endless(MemoryBucket):
    """Each object is as long as anybody asks: its bytes are made when they are read."""

    async def read(self, key: str, part: range) -> bytes:
        if key == "gone":
            raise Missing(key)
        return key[:1].encode() * len(part)


def entry(name: str, key: str, size: int) -> Entry:
    return Entry(name, key, size, "an asset")


def packed(entries: Sequence[Entry], missing: Sequence[str] = ()) -> AsyncIterator[bytes]:
    return zipped(Endless("library"), entries, missing, told)


async def written(path: Path, entries: Sequence[Entry], missing: Sequence[str] = ()) -> None:
    with path.open("wb") as file:
        async for block in packed(entries, missing):
            file.write(block)


async def test_what_may_not_be_given_any_more_when_its_turn_comes_is_named_instead(tmp_path: Path) -> None:
    asked: list[int] = []

    async def still(assets: Collection[str]) -> set[str]:
        asked.append(len(assets))
        return set(assets) - {"a30"}

    entries = [Entry(f"{n}.jpg", "a", 5, f"a{n}") for n in range(MOST_FILES + 10)]
    path = tmp_path / "pack.zip"
    with path.open("wb") as file:
        async for block in zipped(Endless("library"), entries, [], told, still):
            file.write(block)
    with zipfile.ZipFile(path) as archive:
        assert "30.jpg" not in archive.namelist() and len(archive.namelist()) == MOST_FILES + 10
        assert archive.read(MISSING).decode().startswith("30.jpg: not in this pack")
    assert asked == [MOST_FILES, 10], "before each part of it, not once at the beginning"


def checked(path: Path) -> str:
    done = subprocess.run(["unzip", "-t", path], capture_output=True, text=True, check=True)
    return done.stdout


async def test_unzip_reads_it_and_what_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    entries = [entry("web/Ä_main_1.jpg", "a", 5), entry("x.webp", "gone", 5), entry("big.jpg", "b", MEGABYTE + 7)]
    await written(path, entries, ["y.jpg: there is no web of it."])
    assert "No errors detected" in checked(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["web/Ä_main_1.jpg", "big.jpg", MISSING]
        assert archive.read("web/Ä_main_1.jpg") == b"aaaaa"
        assert archive.read("big.jpg") == b"b" * (MEGABYTE + 7)
        lines = archive.read(MISSING).decode().splitlines()
    assert lines == ["y.jpg: there is no web of it.", told("x.webp")]


async def test_one_that_has_everything_names_nothing() -> None:
    whole = b"".join([block async for block in packed([entry("a.jpg", "a", 1)])])
    assert zipfile.ZipFile(io.BytesIO(whole)).namelist() == ["a.jpg"]


async def test_beyond_32_bits_it_is_a_zip64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", MEGABYTE)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)
    path = tmp_path / "pack.zip"
    await written(path, [entry(f"{n}.jpg", "a", size) for n, size in enumerate((2 * MEGABYTE, 3, 3 * MEGABYTE))])
    assert b"PK\x06\x06" in path.read_bytes()[-200:], "the end record of a ZIP64"
    assert "No errors detected" in checked(path)


async def test_memory_is_bound_by_a_block_and_not_by_the_pack() -> None:
    entries = [entry(f"{n}.jpg", "a", 24 * MEGABYTE) for n in range(3)]
    tracemalloc.start()
    sent = 0
    async for block in packed(entries):
        sent += len(block)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent > 72 * MEGABYTE
    assert most < 8 * MEGABYTE


async def test_who_goes_away_in_the_middle_leaves_nothing_open() -> None:
    stream = packed([entry("a.jpg", "a", 4 * MEGABYTE)])
    assert await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]
