"""Copies of a state folder: whole, cheap where nothing changed, and never put back when damaged."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli import app, keeping, topics
from cli.home import Home

STORE = "data/seaweed/volumes"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """With a store of two volumes, and what a copy leaves out; the topics of what is put back are others' tests'."""
    made = Home(tmp_path / "home").make()
    for name, text in {
        "secrets.json": "{}",
        f"{STORE}/1.dat": "one",
        f"{STORE}/filer/000001.log": "names",
        "data/seaweed/tmp/left": "scratch",
        "data/kafka/log": "topics",
        "data/postgres/base": "rows",
        "models/taught-red.npz": "red",
        "models/faces.onnx": "made by set-up",
    }.items():
        (made.root / name).parent.mkdir(parents=True, exist_ok=True)
        (made.root / name).write_text(text)
        os.utime(made.root / name, (1e9, 1e9))  # what has just been written is copied once more
    monkeypatch.setenv("PACKSHOT_HOME", str(made.root))
    monkeypatch.setattr(topics, "restore", lambda _: None)
    return made


def kept(home: Home) -> set[str]:
    return set(keeping.files_of(home))


def test_what_cannot_be_made_again_is_kept(home: Home) -> None:
    assert kept(home) == {"secrets.json", f"{STORE}/1.dat", f"{STORE}/filer/000001.log", "models/taught-red.npz"}


def test_a_second_copy_writes_only_what_is_new_and_is_whole(home: Home, tmp_path: Path) -> None:
    first = keeping.keep(home, tmp_path / "kept")
    assert first.written == first.bytes
    (home.root / STORE / "1.dat").write_text("one and two")
    first.folder.rename(first.folder.with_name("2000-01-01T00-00-00Z"))  # two within a second have one name
    second = keeping.keep(home, tmp_path / "kept")
    assert second.written == len("one and two") and second.files == first.files
    assert keeping.newest(tmp_path / "kept") == second.folder and keeping.damaged(second.folder) == []
    old = tmp_path / "kept" / "2000-01-01T00-00-00Z"
    assert keeping.damaged(old) == [] and (old / STORE / "1.dat").read_text() == "one"


def test_a_lost_volume_comes_back_and_nothing_is_deleted(home: Home, tmp_path: Path) -> None:
    assert app.main(["backup", str(tmp_path / "kept")]) == 0
    (home.root / STORE / "1.dat").unlink()
    assert app.main(["restore", str(tmp_path / "kept")]) == 0
    assert (home.root / STORE / "1.dat").read_text() == "one"
    assert not (home.root / "data" / "kafka").exists(), "it is made from the archive, and so is the database"
    [aside] = home.root.glob("data.before-*")
    assert (aside / "postgres" / "base").read_text() == "rows"


def test_a_lost_machine_comes_back(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app.main(["backup", str(tmp_path / "kept")]) == 0
    monkeypatch.setenv("PACKSHOT_HOME", str(tmp_path / "new"))
    assert app.main(["restore", str(tmp_path / "kept")]) == 0
    assert kept(Home(tmp_path / "new")) == kept(home)
    assert not list((tmp_path / "new").glob("data.before-*"))


@pytest.mark.parametrize("harm", ["change", "remove", "list"])
def test_a_damaged_copy_is_not_put_back(
    home: Home, tmp_path: Path, harm: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = keeping.keep(home, tmp_path / "kept").folder
    if harm == "list":
        (folder / keeping.LIST).write_text("{")
    elif harm == "change":
        (folder / STORE / "1.dat").write_text("eno")
    else:
        (folder / STORE / "1.dat").unlink()
    assert app.main(["backup", str(tmp_path / "kept"), "--check"]) == 1
    (home.root / STORE / "1.dat").write_text("mine")
    assert app.main(["restore", str(tmp_path / "kept")]) == 1
    assert (home.root / STORE / "1.dat").read_text() == "mine"
    assert "damaged" in capsys.readouterr().err or harm == "list"


def test_one_that_was_cut_off_is_none(home: Home, tmp_path: Path) -> None:
    folder = keeping.keep(home, tmp_path / "kept").folder
    (folder / keeping.LIST).unlink()
    assert keeping.newest(tmp_path / "kept") is None
    assert app.main(["restore", str(tmp_path / "kept")]) == 1


def test_nothing_is_put_back_while_everything_runs(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cli.supervisor.status_file.supervisor_pid", lambda _: 1)
    assert app.main(["restore", str(tmp_path / "kept")]) == 1
    assert "Everything runs" in capsys.readouterr().err


def test_a_store_that_may_start_at_any_time_is_not_copied(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cli.supervisor.status_file.supervisor_pid", lambda _: 1)
    assert app.main(["backup", str(tmp_path / "kept")]) == 1
    assert "The store is not up" in capsys.readouterr().err
    assert keeping.newest(tmp_path / "kept") is None


def test_what_comes_until_the_store_stands_still_is_in_the_copy(home: Home, tmp_path: Path) -> None:
    @contextmanager
    def still() -> Iterator[None]:
        with (home.root / STORE / "1.dat").open("a") as grown:
            grown.write(" and two")
        (home.root / STORE / "filer" / "000001.log").unlink()
        (home.root / STORE / "filer" / "000002.log").write_text("merged")
        yield
        (home.root / STORE / "1.dat").write_text("this came later")

    done = keeping.keep(home, tmp_path / "kept", still)
    assert keeping.damaged(done.folder) == []
    found = {name: (done.folder / name).read_text() for name in keeping.entries(done.folder) if name.startswith(STORE)}
    assert found == {f"{STORE}/1.dat": "one and two", f"{STORE}/filer/000002.log": "merged"}
