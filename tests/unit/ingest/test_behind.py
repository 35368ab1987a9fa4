"""What lies behind a picture's end is told where another program would open it, and of cameras' own bytes nothing."""

import io
import zipfile
from pathlib import Path

import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st

from services.ingest import behind
from tests.fakes.hostile import packed, polyglots

PICTURE = pyvips.Image.gaussnoise(48, 32).cast("uchar").bandjoin([0, 128])
WHOLE = {
    "jpeg": PICTURE.jpegsave_buffer(),
    "progressive": PICTURE.jpegsave_buffer(interlace=True, restart_interval=1),
    "png": PICTURE.pngsave_buffer(),
    "gif": PICTURE.gifsave_buffer(),
    "webp": PICTURE.webpsave_buffer(),
}


def told(folder: Path, data: bytes) -> str | None:
    path = folder / "picture"
    path.write_bytes(data)
    return behind.fields(path).get("behind")


@pytest.mark.parametrize("kind", WHOLE)
def test_a_picture_ends_where_it_ends(kind: str, tmp_path: Path) -> None:
    data = WHOLE[kind]
    assert behind.end_of(data) == behind.end_of(data + b"<html>") == len(data)
    assert told(tmp_path, data) is None
    assert told(tmp_path, data + b"\r\n<HTML><body>") == "14 bytes that look like a web page"


def test_what_each_polyglot_is_beside_a_picture(tmp_path: Path) -> None:
    kinds = {name: (told(tmp_path, one.data) or "").partition("look like ")[2] for name, one in polyglots().items()}
    assert kinds == {"jpeg+zip": "a ZIP archive", "gif+script": "text", "png+html": "a web page"}
    with zipfile.ZipFile(io.BytesIO(polyglots()["jpeg+zip"].data)) as archive:
        assert archive.namelist() == ["run.sh"]


@pytest.mark.parametrize(
    ("tail", "kind"),
    [
        (b"\0" * 40 + packed(), "a ZIP archive"),
        (bytes(range(256)) * 9 + packed(), "a ZIP archive"),
        (b"<?php system($_GET['c']); ?>", "a script"),
        (b"\x7fELF\x02\x01\x01", "a program"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "a gzip archive"),
    ],
)
def test_what_another_program_would_open(tail: bytes, kind: str, tmp_path: Path) -> None:
    assert told(tmp_path, WHOLE["jpeg"] + tail) == f"{len(tail)} bytes that look like {kind}"


@pytest.mark.parametrize(
    "tail",
    [
        b"\0" * 5000,
        WHOLE["jpeg"],  # a gain map, a preview
        b"\0\0\0\x18ftypmp42" + bytes(90),  # the film of a moving photo
        b"\x00\x00\x0a\x30MotionPhoto_Data" + bytes(40),
        b"SEFH",
    ],
)
def test_of_what_cameras_write_there_nothing_is_said(tail: bytes, tmp_path: Path) -> None:
    assert told(tmp_path, WHOLE["jpeg"] + tail) is None


@given(st.sampled_from(sorted(WHOLE)), st.integers(0, 3000), st.binary(max_size=40), st.integers(0, 400))
def test_broken_files_have_no_end_and_break_nothing(kind: str, at: int, put: bytes, cut: int) -> None:
    data = WHOLE[kind]
    broken = data[:at] + put + data[at + len(put) : len(data) - cut]
    end = behind.end_of(broken)
    assert end is None or 0 < end <= len(broken)
    assert isinstance(behind.looks_like(broken, end or 0), str)
