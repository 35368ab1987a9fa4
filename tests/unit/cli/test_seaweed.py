"""The store is started anew once its disk has room again."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from cli.servers.seaweed import FULL
from cli.servers.seaweed_settings import MIN_FREE
from cli.servers.stack import Stack


def test_only_a_disk_that_was_full_and_has_room_again_asks_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = MIN_FREE
    monkeypatch.setattr("cli.servers.seaweed.shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    store = Stack.spare(tmp_path).s3
    assert not store.stuck()
    free = MIN_FREE - 1
    assert not store.stuck()
    free = MIN_FREE
    assert not store.stuck(), "it refused for want of room, and goes on by itself"
    free = FULL - 1
    assert not store.stuck(), "while there is none a new start would not help"
    free = MIN_FREE - 1
    assert not store.stuck()
    free = MIN_FREE
    assert store.stuck()
    assert not store.stuck(), "said once"


def test_a_disk_that_cannot_be_asked_ends_nobody(tmp_path: Path) -> None:
    store = Stack.spare(tmp_path).s3
    assert not store.stuck()
