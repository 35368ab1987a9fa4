"""The server of all webhooks: a port that somebody holds is named with its cure."""

import socket
from contextlib import AsyncExitStack

import pytest

from services.pim import receiving
from services.pim.refusals import Refusals


async def test_a_taken_port_is_named_with_its_cure() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        async with AsyncExitStack() as stack:
            with pytest.raises(RuntimeError, match=rf"127\.0\.0\.1:{port}: Address already.*PACKSHOT_HOOKS_PORT"):
                await receiving.serve(stack, [], "127.0.0.1", port, Refusals())
