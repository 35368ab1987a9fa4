"""Changes that many handlers want at once, in requests of at most a hundred lines; each hears its own answer."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from runtime.at_work import bounded
from services.pim.akeneo.client import PAGE, Item

Send = Callable[[Sequence[Item]], Awaitable[list[Item]]]


class Lines:
    """Of one resource. The first to come starts sending; who comes meanwhile goes with the next request."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: list[tuple[Item, asyncio.Future[Item]]] = []
        self._sending: asyncio.Task[None] | None = None

    async def add(self, line: Item) -> Item:
        """The answer to this line. Raises what its request raised."""
        answer: asyncio.Future[Item] = asyncio.get_running_loop().create_future()
        self._waiting.append((line, answer))
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._run())
        with bounded():  # by the request, which somebody else may have begun
            return await answer

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:PAGE], self._waiting[PAGE:]
            try:
                answers = await self._send([line for line, _ in batch])
            except Exception as error:  # noqa: BLE001 - it belongs to those who wait for it
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            for (_, answer), said in zip(batch, answers, strict=True):
                if not answer.done():
                    answer.set_result(said)
