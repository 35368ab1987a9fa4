"""What of `asset.later` is a group's own."""

import json
from typing import Any

import pytest

from runtime.broker import Record
from runtime.patient import owing


@pytest.mark.parametrize(
    ("data", "own"),
    [
        ({"owes": ["tags.later"]}, True),
        ({"owes": ["renditions.later", "tags.later"]}, True),
        ({"owes": ["renditions.later"]}, False),
        ({"owes": 7}, True),
        ({}, True),
    ],
)
def test_whose_debt_it_is(data: dict[str, Any], own: bool) -> None:
    body = json.dumps({"data": data}).encode()
    assert owing("tags.later")(Record("asset.later", 0, 0, b"a", body)) is own


@pytest.mark.parametrize("body", [None, b"", b"{", b"[]"])
def test_what_cannot_be_read_is_for_the_delivery_to_bury(body: bytes | None) -> None:
    assert owing("tags.later")(Record("asset.later", 0, 0, b"a", body))
