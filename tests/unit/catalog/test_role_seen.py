"""A role that the picture speaks for is offered where nobody said one."""

from typing import Any

import pytest

from services.catalog.curation import LinkRow
from services.catalog.role_seen import role_seen


def link(role: str, standing: str = "linked") -> LinkRow:
    return LinkRow("RED", role, 0.97, standing, [])


@pytest.mark.parametrize(
    ("roles", "composition", "fields", "found"),
    [
        (["main"], {"view": "back", "view_confidence": 0.98}, {}, ("back", 0.98)),
        (["additional"], {"view": "detail"}, {}, ("detail", None)),
        (["main", "main"], {"view": "back"}, {}, ("back", None)),
        (["main"], {"view": "front", "view_confidence": 0.99}, {}, None),
        (["main"], {}, {}, None),
        (["side"], {"view": "back"}, {}, None),
        (["main", "back"], {"view": "back"}, {}, None),
        (["main"], {"view": "back"}, {"role": "main"}, None),
        ([], {"view": "back"}, {}, None),
        (["main"], {"view": "sideways"}, {}, None),
    ],
)
def test_where_no_side_is_said(
    roles: list[str], composition: dict[str, Any], fields: dict[str, Any], found: tuple[str, float | None] | None
) -> None:
    told = role_seen(map(link, roles), composition, fields)
    assert (told and (told.role, told.confidence)) == found
    assert told is None or told.role in told.why


def test_what_is_only_suggested_has_no_role_yet() -> None:
    assert role_seen([link("main", "suggested")], {"view": "back"}, {}) is None
