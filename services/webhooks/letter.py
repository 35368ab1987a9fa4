"""The digest of a shoot that has settled, to the owner of its folder, and the audit's weekly report, as mails. Pure."""

import json
import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any

from schemas.report import AuditReport
from services.webhooks.report_letter import sums, text

OLD = timedelta(days=3)
"""What changed longer ago is no news."""
STATUSES = ("ready", "waiting", "rejected", "refused", "failed")
_ADDRESS = re.compile(r"[^\s@,;:<>\"]+@[^\s@,;:<>\"]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def letter(message: str, body: bytes, sender: str, now: datetime) -> EmailMessage | None:
    """Of the events `shoot.settled` and `report.made`; message: its id, the same whenever it is sent. None where there
    is nobody to tell, or nothing new.
    """
    event = json.loads(body)
    data = event["data"]
    is_report = event["type"] == "report.made"
    named = data.get("to", []) if is_report else [data.get("owner", "")]
    to = [address for one in named if _ADDRESS.fullmatch(address := parseaddr(one)[1])]
    if not to or datetime.fromisoformat(event["timestamp"]) < now - OLD:
        return None
    made = EmailMessage()
    made["From"], made["To"] = sender, ", ".join(to)
    report = AuditReport.model_validate(data) if is_report else None
    made["Subject"] = f"Audit: {sums(report)}" if report else f"{_line(data['folder'])}: {_sums(data)}"
    made["Date"] = format_datetime(now.astimezone(UTC))
    made["Message-ID"] = f"<{message}@packshot>"  # a mailbox that gets it twice shows it once
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(_joined(text(report, data.get("url", ""))) if report else _text(data))
    return made


def _text(data: dict[str, Any]) -> str:
    lines = [f"{_line(data['folder'])}: {data['files']} files, {_sums(data)}; {data['linked']} linked to a product."]
    if data["problems"]:
        lines += ["", "What to look at:"]
        lines += [f"- {one['file']} ({one['status']}): {one['why']} {one['cure']}".rstrip() for one in data["problems"]]
    if data["more_problems"]:
        lines += [f"- and {data['more_problems']} more"]
    lines += ["", f"All files stand in {data['report']}, in the inbox."]
    if url := data.get("url"):
        lines += [url]
    lines += ["", "You get this because the folder's profile names you as its owner."]
    return _joined(lines)


def _joined(lines: list[str]) -> str:
    return "\n".join(map(_line, lines)) + "\n"


def _sums(data: dict[str, Any]) -> str:
    return ", ".join(f"{data['counts'][status]} {status}" for status in STATUSES if data["counts"].get(status))


def _line(text: str) -> str:
    """Files and folders are called as strangers like: nothing in a name begins another line, or a header."""
    return _CONTROL.sub(" ", text)
