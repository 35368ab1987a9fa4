"""Digests by mail: what they say, to whom, and what a mail server can do to them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.webhooks.config import WebhooksSettings
from services.webhooks.letter import letter
from services.webhooks.mail import Mailer
from tests.fakes.mailbox import mailbox

NOW = datetime.now(UTC)
DATA = {
    "folder": "autumn/day-1",
    "files": 3,
    "linked": 1,
    "counts": {"ready": 2, "waiting": 0, "refused": 1, "failed": 0},
    "problems": [{"file": "cut.jpg", "status": "refused", "why": "It is cut off.", "cure": "Export it again."}],
    "more_problems": 4,
    "owner": "Anna <anna@example.com>",
    "report": "autumn/day-1/packshot-report.csv",
    "url": "https://p.example.com/shoots/autumn/day-1",
}
ID = {"webhook-id": "msg_1"}


def body(age: timedelta = timedelta(), **more: Any) -> bytes:
    event = {"type": "shoot.settled", "timestamp": (NOW - age).isoformat(), "data": {**DATA, **more}}
    return json.dumps(event).encode()


def test_it_says_how_many_stand_how_and_what_to_look_at() -> None:
    made = letter("msg_1", body(), "Packshot <packshot@example.com>", NOW)
    assert made is not None
    assert made["To"] == "anna@example.com"
    assert made["Subject"] == "autumn/day-1: 2 ready, 1 refused"
    text = made.get_content()
    for told in ("cut.jpg (refused): It is cut off. Export it again.", "and 4 more", DATA["report"], DATA["url"]):
        assert str(told) in text


def test_the_same_message_has_the_same_id_whenever_it_is_sent() -> None:
    first, second = (letter("msg_1", body(), "a@example.com", NOW + timedelta(hours=n)) for n in (0, 1))
    assert first and second and first["Message-ID"] == second["Message-ID"] == "<msg_1@packshot>"


@pytest.mark.parametrize("owner", ["", "anna", "a@b@c", "two@example.com, three@example.com", "x@y\r\nBcc: z@y"])
def test_where_the_owner_is_no_address_nobody_is_told(owner: str) -> None:
    made = letter("msg_1", body(owner=owner), "a@example.com", NOW)
    assert made is None or (made["Bcc"] is None and "," not in made["To"])


def test_what_changed_days_ago_is_no_news() -> None:
    assert letter("msg_1", body(age=timedelta(days=4)), "a@example.com", NOW) is None


def test_a_folder_that_is_called_like_a_header_is_none() -> None:
    made = letter("msg_1", body(folder="x\r\nBcc: evil@example.com\r\n\r\nbuy"), "a@example.com", NOW)
    assert made is not None and made["Bcc"] is None
    assert "\nBcc" not in made.as_string()


async def test_a_server_takes_it_and_may_be_rude_afterwards() -> None:
    async with mailbox() as box:
        box.rude = True
        assert await Mailer(box.settings)("smtp:", ID, body()) is None
        assert [mail["Subject"] for mail in box.mails] == ["autumn/day-1: 2 ready, 1 refused"]


async def test_a_server_that_is_busy_is_asked_again_and_one_that_never_takes_it_is_not() -> None:
    async with mailbox() as box:
        box.refuses = "451 later"
        assert "451 later" in (await Mailer(box.settings)("smtp:", ID, body()) or "")
        box.refuses = "550 there is no Anna"
        assert await Mailer(box.settings)("smtp:", ID, body()) is None
        assert not box.mails


async def test_without_encryption_nothing_is_sent_unless_that_is_wanted() -> None:
    async with mailbox() as box:
        secret = box.settings.model_copy(update={"smtp_security": "starttls"})
        assert "STARTTLS" in (await Mailer(secret)("smtp:", ID, body()) or "")
        assert not box.mails


async def test_one_that_is_away_says_so() -> None:
    away = WebhooksSettings(smtp_host="127.0.0.1", smtp_port=9)
    assert "127.0.0.1" in (await Mailer(away)("smtp:", ID, body()) or "")
