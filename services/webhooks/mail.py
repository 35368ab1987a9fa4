"""Digests by SMTP. To the rest of the service the mail server is one more endpoint, whose address begins `smtp:`."""

import asyncio
import contextlib
import logging
import smtplib
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.message import EmailMessage

from services.webhooks.config import WebhooksSettings
from services.webhooks.letter import letter

log = logging.getLogger(__name__)
Post = Callable[[str, dict[str, str], bytes], Awaitable[str | None]]
SCHEME = "smtp:"
PATIENCE_S = 20.0
NEVER = range(500, 600)
"""Replies by which a server says that it would not take this mail another time either."""


class Mailer:
    """A connection a mail: they are few."""

    def __init__(self, settings: WebhooksSettings) -> None:
        self._settings = settings

    async def __call__(self, _: str, headers: dict[str, str], body: bytes) -> str | None:
        """None where it was taken, or there is nobody to tell, or never will be; else why not."""
        mail = letter(headers["webhook-id"], body, self._settings.smtp_from, datetime.now(UTC))
        return await asyncio.to_thread(self._send, mail) if mail else None

    def _send(self, mail: EmailMessage) -> str | None:
        try:
            server = self._connected()
            try:
                server.send_message(mail)
            finally:
                with contextlib.suppress(OSError, smtplib.SMTPException):  # it has it by then, however it takes leave
                    server.quit()
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            if code not in NEVER:
                return f"The mail server answers {code} {said.decode(errors='replace')}"
            why = said.decode(errors="replace")
            log.error(
                "no mail for %s: the server answers %d %s. Mend the folder's owner, or who gets the report.",
                mail["To"],
                code,
                why,
            )
        except (OSError, smtplib.SMTPException) as error:
            return f"The mail server {self._settings.smtp_host}: {error}"
        return None

    def _connected(self) -> smtplib.SMTP:
        told = self._settings
        where = (told.smtp_host, told.smtp_port)
        context = ssl.create_default_context()
        if told.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=PATIENCE_S, context=context)
        else:
            server = smtplib.SMTP(*where, timeout=PATIENCE_S)
        try:
            if told.smtp_security == "starttls":
                server.starttls(context=context)
            if told.smtp_user:
                server.login(told.smtp_user, told.smtp_password)
        except BaseException:
            server.close()
            raise
        return server


def by_scheme(web: Post, mail: Post) -> Post:
    """Mails to the mail server, everything else to the web."""

    async def post(url: str, headers: dict[str, str], body: bytes) -> str | None:
        return await (mail if url.startswith(SCHEME) else web)(url, headers, body)

    return post
