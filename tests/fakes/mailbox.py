"""A mail server that keeps what it is sent, and can be made to refuse or to die after it has taken a mail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from services.webhooks.config import WebhooksSettings


class Mailbox:
    """`mails` came; `refuses`: reply to every recipient, or empty; `rude`: it hangs up instead of saying goodbye."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = ""
        self.rude = False
        self.settings = WebhooksSettings()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        writer.write(b"220 mailbox\r\n")
        while line := await reader.readline():
            match line[:4].upper():
                case b"RCPT" if self.refuses:
                    writer.write(f"{self.refuses}\r\n".encode())
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    body = await reader.readuntil(b"\r\n.\r\n")
                    self.mails.append(message_from_bytes(body[:-3], policy=policy.default))
                    writer.write(b"250 taken\r\n")
                case b"QUIT":
                    writer.write(b"" if self.rude else b"221 bye\r\n")
                    break
                case _:
                    writer.write(b"250 well\r\n")
        writer.close()


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    """On a free port; its `settings` lead to it."""
    made = Mailbox()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    made.settings = WebhooksSettings(smtp_host="127.0.0.1", smtp_port=port, smtp_security="none")
    async with server:
        yield made
