"""The editor of chaos: an acknowledged decision that is not in the record is told."""

from types import SimpleNamespace
from typing import Any

import pytest

from cli.breaking import people
from cli.breaking.people import Editor
from cli.trouble import Trouble
from schemas.topics import ASSET_METADATA


def editor(found: Any) -> Editor:
    """asset a was last told *two*; its record says what was found."""
    records = {} if found is None else {"a/curation": {"data": {"fields": {"alt:en": found}}}}
    one = Editor(None, None, SimpleNamespace(last={ASSET_METADATA.name: records}))  # type: ignore[arg-type]
    one.said = {"a": "two"}
    return one


def test_what_was_acknowledged_and_is_there_is_well() -> None:
    assert editor("two").undone() == []


@pytest.mark.parametrize("found", ["one", None])
def test_what_was_acknowledged_and_is_not_there_is_told(found: str | None) -> None:
    assert editor(found).undone() == [f"a: 'two' was acknowledged, its record says {found!r}"]


def test_a_try_that_nothing_was_heard_of_may_stand() -> None:
    one = editor("three")
    one._open = ("a", "three")
    assert one.undone() == []
    one._open = ("b", "three")
    assert one.undone()


def test_a_broken_api_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*_: object) -> None:
        raise Trouble("It does not answer.", "Wait.")

    monkeypatch.setattr(people, "ask", ask)
    assert not editor("two")._decide("a", "two")
