"""The cage around the glTF tools: node runs in there, and reads and reaches nothing."""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runtime.extra_3d import PACKAGES
from runtime.jobs import Cages
from runtime.refusal import Refused
from services.render.model.extra import node
from services.render.model.wire import model_cages
from tests.fakes.hostile import model as asks
from tests.unit.render.model.conftest import needs_extra
from tests.work.model_work import follow

pytestmark = needs_extra
LIBRARY = (PACKAGES / "@gltf-transform/core/dist/index.js").as_uri()


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


def planted(tmp_path: Path) -> str:
    """A model whose numbers lie in somebody else's file."""
    (tmp_path / "secret.bin").write_bytes(bytes.fromhex("5ec2e75e"))
    return asks(str(tmp_path / "secret.bin")).decode()


async def test_a_model_that_asks_for_more_is_refused(pool: Cages, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        there = planted(tmp_path)
        far = there.replace(str(tmp_path), f"http://127.0.0.1:{server.getsockname()[1]}")
        for document in (there, far):
            with pytest.raises(Refused, match="outside of the file"):
                async with pool.lease() as cage:
                    (cage.folder / "input").write_text(document)
                    async for _ in cage.run({"input": "input", "recipes": []}):
                        pass
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()


async def test_even_a_model_that_got_through_reads_nothing_foreign(cages: Cages, tmp_path: Path) -> None:
    """What the check refuses, forced past it: the cage alone holds. Fails without it."""
    model = planted(tmp_path)
    (tmp_path / "model.gltf").write_text(model.replace(f"{tmp_path}/", ""))
    asked = [str(node()), "-e", follow(LIBRARY, str(tmp_path / "model.gltf"))]
    outside = await asyncio.to_thread(partial(subprocess.run, asked, capture_output=True, check=False, text=True))
    assert "5ec2e7" in outside.stdout, outside.stderr  # the test means something
    up = "../" * 20 + str(tmp_path).lstrip("/")
    own = model.replace(str(tmp_path / "secret.bin"), "own")
    read = await tried(cages, follow="model.gltf", model=own, module=LIBRARY)
    assert bytes.fromhex(read["said"]).startswith(b"glTF"), read  # in the cage as well
    for address in (model, model.replace(str(tmp_path), up), model.replace(str(tmp_path), f"file://{tmp_path}")):
        ended = await tried(cages, follow="model.gltf", model=address, module=LIBRARY)
        assert ended["code"] != 0 and "5ec2e7" not in ended["said"], ended


async def test_node_reaches_nobody(cages: Cages) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = await tried(cages, port=server.getsockname()[1])
        assert ended["code"] != 0 and "EPERM" in ended["error"]
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
