"""The cage around the glTF tools: node runs in there, and reads and reaches nothing."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from runtime.jobs import Cages
from services.render.model.extra import node
from services.render.model.wire import model_cages
from tests.unit.render.model.conftest import needs_extra

pytestmark = needs_extra


@pytest.fixture
async def cages(tmp_path: Path) -> AsyncIterator[Cages]:
    pool = model_cages(tmp_path, work="tests.work.model_work:work")
    await pool.start()
    yield pool
    await pool.close()


async def tried(cages: Cages, **job: Any) -> dict[str, Any]:
    async with cages.lease() as cage:
        (cage.folder / "own").write_bytes(b"glTF")
        values = [value async for value in cage.run({**job, "node": str(node())})]
    return values[0]


async def test_node_reads_its_own_folder(cages: Cages) -> None:
    assert (await tried(cages, read="own"))["said"] == b"glTF".hex()


async def test_node_reads_nothing_else(cages: Cages, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("another's model")
    for path in ("/etc/passwd", "/etc/hostname", str(tmp_path / "secret"), str(Path.home())):
        ended = await tried(cages, read=path)
        assert ended["code"] != 0 and ended["said"] == "" and "EACCES" in ended["error"], path


async def test_node_reaches_nobody(cages: Cages) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = await tried(cages, port=server.getsockname()[1])
        assert ended["code"] != 0 and "EPERM" in ended["error"]
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
