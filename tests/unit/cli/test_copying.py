"""Files that others write meanwhile: in the end the copy is what is there, and no older copy has changed."""

import hashlib
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cli.copying import Copying

NAMES = ("1.dat", "1.idx", "filer/CURRENT", "filer/7.ldb")
CHANGES = st.tuples(st.sampled_from(NAMES), st.sampled_from(["add", "replace", "remove"]), st.binary(max_size=9))
Changes = list[list[tuple[str, str, bytes]]]
ROUNDS = st.lists(st.lists(CHANGES, max_size=6), min_size=1, max_size=4)


def do(folder: Path, name: str, what: str, body: bytes) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    if what == "add":
        with file.open("ab") as grown:
            grown.write(body)
    elif what == "replace":
        fresh = file.with_suffix(".new")
        fresh.write_bytes(body)
        fresh.replace(file)
    else:
        file.unlink(missing_ok=True)


def held(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@given(before=ROUNDS, now=ROUNDS)
def test_whatever_is_written_meanwhile(
    before: list[list[tuple[str, str, bytes]]], now: list[list[tuple[str, str, bytes]]]
) -> None:
    with tempfile.TemporaryDirectory() as root:
        source, first, second = (Path(root) / name for name in ("source", "first", "second"))
        old = copied(source, Copying(source, first, None, {}), before)
        kept = held(first)
        new = copied(source, Copying(source, second, first, old.entries), now)
        assert held(second) == held(source) and held(first) == kept
        said = {name: (one.bytes, one.sha256) for name, one in new.entries.items()}
        assert said == {name: (len(body), hashlib.sha256(body).hexdigest()) for name, body in held(source).items()}


def copied(source: Path, copying: Copying, rounds: Changes) -> Copying:
    for changes in rounds:
        for change in changes:
            do(source, *change)
        copying.round(held(source) if source.exists() else [])
    copying.settle()
    return copying


def test_of_what_has_grown_only_the_end_is_copied(tmp_path: Path) -> None:
    source = tmp_path / "source"
    do(source, "1.dat", "add", b"x" * 100_000)
    copying = Copying(source, tmp_path / "copy", None, {})
    assert copying.round(NAMES[:1]) == 100_000
    do(source, "1.dat", "add", b"y" * 10)
    assert copying.round(NAMES[:1]) == 10
    assert copying.round(NAMES[:1]) == 0


def test_what_grew_out_of_something_else_is_copied_whole(tmp_path: Path) -> None:
    source = tmp_path / "source"
    do(source, "1.dat", "add", b"one")
    copying = Copying(source, tmp_path / "copy", None, {})
    copying.round(NAMES[:1])
    (source / "1.dat").write_bytes(b"another")
    assert copying.round(NAMES[:1]) == 7
    assert held(tmp_path / "copy") == {"1.dat": b"another"}
