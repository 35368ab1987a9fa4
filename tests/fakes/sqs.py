"""A server that speaks as SQS does, and a queue of it as its owner sees it."""

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.session import get_session
from moto.server import ThreadedMotoServer

WHO = {
    "AWS_ACCESS_KEY_ID": "k",
    "AWS_SECRET_ACCESS_KEY": "s",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_CONFIG_FILE": os.devnull,
}
"""Environment of whoever asks it."""


@contextmanager
def serving() -> Iterator[str]:
    """Its address, on a free port of this machine."""
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


class Sqs:
    """One queue. The environment has to say who asks: WHO."""

    def __init__(self, address: str, name: str) -> None:
        self._said = get_session().create_client("sqs", region_name="eu-central-1", endpoint_url=address)
        made = self._said.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "60"})
        self.url = made["QueueUrl"]

    async def put(self, *bodies: object) -> None:
        """Messages, as JSON."""
        for body in bodies:
            text = body if isinstance(body, str) else json.dumps(body)
            await asyncio.to_thread(self._said.send_message, QueueUrl=self.url, MessageBody=text)

    def left(self) -> int:
        """Messages there, those that somebody has received and not deleted too. Blocks."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self._said.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)
