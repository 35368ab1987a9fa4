"""An ASGI app on a port, as one part of a service's process."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

LAST_ANSWERS_S = 2
"""How long open streams are waited for at the end."""
TICK_S = 0.5
"""A told server begins to end within it."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The process sets its own: uvicorn's would end it before the consumers have left their groups."""
        yield

    async def main_loop(self) -> None:
        """As uvicorn's, which wakes ten times a second whether or not anybody asks anything."""
        while not self.should_exit:
            await self.on_tick(0)  # the date that answers carry
            await asyncio.sleep(TICK_S)


class Web:
    """Serves until `stop`."""

    def __init__(self, app: Any, host: str, port: int) -> None:
        self._server = _Server(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                timeout_graceful_shutdown=LAST_ANSWERS_S,
            )
        )

    async def run(self) -> None:
        """Raises RuntimeError where the port is not to be had: to end well would look like being told to."""
        try:
            await self._server.serve()
        except SystemExit as error:  # uvicorn logs what is wrong with the port, and leaves
            raise RuntimeError(f"cannot listen at {self._server.config.host}:{self._server.config.port}") from error

    def stop(self) -> None:
        """End after the running answers."""
        self._server.should_exit = True

    def problem(self) -> str | None:
        """For health."""
        return None if self._server.started else "not listening yet"
