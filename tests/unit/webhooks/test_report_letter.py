"""The audit's weekly report, and who was given a finding, as messages."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.decision import Fact
from services.webhooks.event import Due, event_of
from services.webhooks.letter import letter
from services.webhooks.rows import EntityRow, finding_row, report_row

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
RULE = {
    "rule": "blurred",
    "title": "Not\nsharp",
    "severity": "warning",
    "count": 3,
    "new": 2,
    "closed": 1,
    "assigned": 1,
}
UNKNOWN = {**RULE, "title": "Dark", "count": 6000, "new": 0, "closed": 0, "compared": False}
REPORT = {
    "day": "2026-11-30", "since": "2026-11-23", "rules": [RULE, UNKNOWN], "people": {"anna": 1},
    "made": NOON.isoformat(),
    "worst": [{"sku": "MUG", "name": "Mug", "errors": 1, "findings": 3}],
    "to": ["Anna <anna@example.com>", "ben@example.com", "nobody"],
}  # fmt: skip
GIVEN = {"to": "anna", "by": "admin", "rule": "blurred", "subject": "MUG/1", "of": "product", "at": NOON.isoformat()}


def fact(kind: str, name: str, fields: dict[str, Any], revision: int = 1) -> Fact:
    return Fact(kind=kind, id=name, revision=revision, fields=fields, written=NOON)


def due(row: EntityRow, before: int | None = None) -> Due:
    data = json.loads(row.data)
    return Due(row.entity, row.shown, before, row.content, data, row.changed, row.revision, None)


def test_the_report_is_a_mail_to_all_that_are_named() -> None:
    event = event_of(due(report_row(fact("report", "2026-11-30", REPORT))), "", "https://p.example.com/")
    assert event is not None and event.type == "report.made"
    mail = letter(event.id, event.body, "Packshot <p@example.com>", NOON + timedelta(hours=1))
    assert mail is not None
    assert mail["To"] == "anna@example.com, ben@example.com"
    assert mail["Subject"] == "Audit: 6003 findings, 2 new, 1 mended"
    text = mail.get_content()
    assert "- warning: Not sharp: 3 (2 new, 1 mended)" in text  # no name begins a line of its own
    assert "- warning: Dark: 6000 (what of it is new is not known)" in text
    assert "MUG Mug: 3, 1 of them errors" in text and "anna: 1" in text
    assert "https://p.example.com/audit/report?day=2026-11-30" in text


def test_nobody_gets_an_old_one_and_nobody_is_nobody() -> None:
    for fields, at in ((REPORT, NOON + timedelta(days=4)), ({**REPORT, "to": ["nobody"]}, NOON)):
        event = event_of(due(report_row(fact("report", "2026-11-30", fields))), "", "")
        assert event is not None and letter(event.id, event.body, "p@example.com", at) is None


def test_the_same_report_is_the_same_message() -> None:
    one, other = (report_row(fact("report", "2026-11-30", REPORT, revision)) for revision in (1, 2))
    assert one.content == other.content


def test_to_whom_a_finding_was_given_and_that_it_was_taken_back() -> None:
    given = finding_row(fact("finding", "blurred/MUG/1", GIVEN))
    event = event_of(due(given), "", "https://p.example.com")
    assert event is not None and event.type == "finding.assigned"
    data = json.loads(event.body)["data"]
    assert (data["to"], data["subject"], data["url"]) == ("anna", "MUG/1", "https://p.example.com/audit?rule=blurred")
    back = finding_row(fact("finding", "blurred/MUG/1", {**GIVEN, "to": ""}, 2))
    assert back.shown is None and back.content != given.content
    event = event_of(due(back, before=1), "", "")
    assert event is not None and json.loads(event.body)["data"]["to"] == ""
