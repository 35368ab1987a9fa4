"""A queue of Amazon SQS: what S3 puts into it, by itself, through SNS or through EventBridge, become hints.

Nothing has to reach us from outside. A message is deleted once Kafka has its hints; what cannot be read is left in the
queue, whose own redrive policy takes it aside.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from runtime.outage import Unavailable, ride_out
from runtime.publisher import Outgoing
from schemas.topics import INBOX_EVENTS
from services.ingest.events.read import hints_of, unwrapped
from services.ingest.timers import Publish

log = logging.getLogger(__name__)
WAIT_S, MOST = 5, 10
"""So long one request waits for messages (20 is SQS' limit; who is told to end waits for it), and so many it brings."""


class Client(Protocol):
    """As much of SQS as we speak; each call blocks. Raises BotoCoreError, ClientError."""

    def receive_message(self, **said: object) -> Mapping[str, Any]:
        """Messages under `Messages`, or nothing after `WaitTimeSeconds`."""
        ...

    def delete_message_batch(self, **said: object) -> Mapping[str, Any]:
        """What stays is under `Failed`."""
        ...


def client(queue: str) -> Client:
    """For the queue at this address, whose region is the one it names. Who we are is what AWS' own tools look for:
    environment, file, or the role of the machine or pod."""
    parts = urlsplit(queue)
    host = parts.netloc.split(".")
    region = host[1] if len(host) > 2 and host[0] == "sqs" else None
    patient = Config(connect_timeout=5, read_timeout=WAIT_S + 10, retries={"total_max_attempts": 1})
    made: Client = get_session().create_client(
        "sqs", region_name=region, endpoint_url=f"{parts.scheme}://{parts.netloc}", config=patient
    )
    return made


class Queue:
    """Reads one queue until `stop`. An outage, or a right that is missing, is waited for; health and metrics say so."""

    def __init__(self, queue: str, bucket: str, publish: Publish, made: Callable[[str], Client] = client) -> None:
        self._queue, self._bucket, self._publish, self._made = queue, bucket, publish, made
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End; what was received and is not deleted comes again."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`."""
        said = await asyncio.to_thread(self._made, self._queue)
        stopped = asyncio.create_task(self._stopping.wait())
        reading = asyncio.create_task(self._read(said))
        done, _ = await asyncio.wait({stopped, reading}, return_when=asyncio.FIRST_COMPLETED)
        for task in (stopped, reading):
            task.cancel()
        if reading in done:
            reading.result()

    async def _read(self, said: Client) -> None:
        while True:
            messages = await ride_out(partial(self._received, said))
            done = await asyncio.gather(*map(self._tell, messages))
            if told := [one for one, is_done in zip(messages, done, strict=True) if is_done]:
                await ride_out(partial(self._delete, said, told))

    async def _received(self, said: Client) -> list[Mapping[str, Any]]:
        answer = await self._call(
            said.receive_message, MaxNumberOfMessages=MOST, WaitTimeSeconds=WAIT_S, QueueUrl=self._queue
        )
        messages: list[Mapping[str, Any]] = answer.get("Messages", [])
        return messages

    async def _tell(self, message: Mapping[str, Any]) -> bool:
        """False where it cannot be read."""
        try:
            hints = [hint for hint in hints_of(unwrapped(message["Body"])) if hint.bucket == self._bucket]
        except ValueError as error:
            log.warning(
                "message %s of the queue is left there, for it is no notification that we know: %s",
                *(message.get("MessageId"), error),
            )
            return False
        for hint in hints:
            await ride_out(partial(self._publish, Outgoing(INBOX_EVENTS, f"{hint.bucket}/{hint.key}", hint)))
        return True

    async def _delete(self, said: Client, told: list[Mapping[str, Any]]) -> None:
        entries = [{"Id": str(number), "ReceiptHandle": one["ReceiptHandle"]} for number, one in enumerate(told)]
        answer = await self._call(said.delete_message_batch, QueueUrl=self._queue, Entries=entries)
        for one in answer.get("Failed", []):  # it comes again, and a hint told twice does no harm
            log.warning("a message that was done stays in the queue: %s", one.get("Message") or one.get("Code"))

    async def _call(self, call: Callable[..., Mapping[str, Any]], **said: object) -> Mapping[str, Any]:
        try:
            return await asyncio.to_thread(call, **said)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(f"SQS: {self._queue} cannot be read: {error}") from error
