"""What a server keeps is really taken, and brought back by what the runbook says."""

from pathlib import Path

import pytest

from cli.breaking.losing import RUNBOOK, take
from cli.home import CHECKOUT, Home
from cli.trouble import Trouble

OPERATIONS = CHECKOUT / "docs" / "operations.md"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path).make()
    for name in ("kafka/log", "postgres/base", "seaweed/volumes/library_3.dat", "seaweed/volumes/library_3.idx"):
        (made.data / name).parent.mkdir(parents=True, exist_ok=True)
        (made.data / name).write_text("much")
    (made.data / "seaweed/volumes/library_4.dat").write_text("x")
    (made.data / "seaweed/volumes/inbox_1.dat").write_text("much, much more")
    return made


@pytest.mark.parametrize(("what", "folder"), [("kafka", "kafka"), ("postgres", "postgres"), ("the store", "seaweed")])
def test_all_that_a_server_keeps_is_taken_and_nothing_else(home: Home, what: str, folder: str) -> None:
    others = {path.name for path in home.data.iterdir()} - {folder}
    take(home, what)
    assert {path.name for path in home.data.iterdir()} == others


def test_the_largest_volume_of_the_library_is_taken_with_its_index(home: Home) -> None:
    take(home, "a volume")
    left = sorted(path.name for path in (home.data / "seaweed/volumes").iterdir())
    assert left == ["inbox_1.dat", "library_4.dat"]


def test_a_store_without_volumes_is_told(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="no volume"):
        take(Home(tmp_path).make(), "a volume")


@pytest.mark.parametrize("words", [" ".join(command) for commands in RUNBOOK.values() for command in commands])
def test_the_runbook_says_the_same(words: str) -> None:
    assert f"./packshot {words.replace('COPY', '/mnt/backup')}" in OPERATIONS.read_text()
