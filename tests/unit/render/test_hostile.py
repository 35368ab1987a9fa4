"""Files that ask for other files and for the network, in the real cage: nothing foreign is read, no packet leaves."""

import asyncio
import gzip
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
import pyvips

from runtime.jobs import Cages, Limits, run_twice
from runtime.refusal import Refused
from services.render.recipe import Recipe
from tests.fakes.files import dng, pdf, psd
from tests.fakes.hostile import asks_for, document, includes, links, polyglots
from tests.work import viewer_work

SECRET = [230, 10, 200]  # the colour of the picture that nobody may show


@pytest.fixture
async def port() -> AsyncIterator[list[int]]:
    """[a port of this machine, how often somebody came]."""
    seen = [0, 0]

    async def somebody(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen[1] += 1
        writer.close()

    server = await asyncio.start_server(somebody, "127.0.0.1", 0)
    seen[0] = server.sockets[0].getsockname()[1]
    yield seen
    server.close()


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A picture in a readable folder of this machine, as another customer's might lie there."""
    path = tmp_path / "planted" / "secret.png"
    path.parent.mkdir()
    image = pyvips.Image.black(64, 64, bands=3).linear(1, SECRET).cast("uchar").copy(interpretation="srgb")
    path.write_bytes(image.pngsave_buffer())
    return path


async def rendered(tmp_path: Path, data: bytes, recipe: Recipe, beside: Path | None = None) -> list[Any]:
    """The values of one job in a fresh cage, with the pictures; `beside` is put into the very folder of the job."""
    scratch = tmp_path / "cages"
    scratch.mkdir(exist_ok=True)
    cages = Cages("services.render.work:work", size=1, scratch=scratch, limits=Limits(seconds=40))
    await cages.start()

    async def fill(folder: Path) -> None:
        (folder / "input").write_bytes(data)
        if beside is not None:
            (folder / beside.name).write_bytes(beside.read_bytes())

    values: list[Any] = []
    try:
        job = {"input": "input", "recipes": [recipe.model_dump(mode="json")]}
        async with aclosing(run_twice(cages, fill, job)) as said:
            async for cage, value in said:
                if "preset" in value:
                    value["body"] = cage.output(value["file"]).read_bytes()
                    value["picture"] = pyvips.Image.jpegload(str(cage.output(value["file"]))).copy_memory()
                values.append(value)
    finally:
        await cages.close()
    return values


async def test_of_a_picture_that_is_something_else_too_only_the_picture_is_made(tmp_path: Path, recipe: Recipe) -> None:
    for name, one in polyglots().items():
        (made,) = [value for value in await rendered(tmp_path, one.data, recipe) if "preset" in value]
        assert made["picture"].getpoint(30, 30) == pytest.approx([200, 60, 30], abs=12), name
        assert one.other not in made["body"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["svg", "svgz"])
async def test_a_drawing_that_asks_for_more(
    pack: Any, port: list[int], planted: Path, tmp_path: Path, recipe: Recipe
) -> None:
    far = f"http://127.0.0.1:{port[0]}/secret.png"
    data = asks_for(planted.name, f"./{planted.name}", f"file://{planted}", str(planted), far, "../input")
    values = await rendered(tmp_path, pack(data), recipe, beside=planted)
    picture = values[-1]["picture"]
    assert (picture.width, picture.min(), picture.max()) == (120, 255, 255)
    assert port[1] == 0


async def test_a_drawing_that_includes_more(port: list[int], planted: Path, tmp_path: Path, recipe: Recipe) -> None:
    for address in (f"file://{planted}", f"http://127.0.0.1:{port[0]}/a"):
        for data in includes(address):
            try:
                picture = (await rendered(tmp_path, data, recipe, beside=planted))[-1]["picture"]
            except Refused:
                continue
            assert (picture.min(), picture.max()) == (255, 255)
    assert port[1] == 0


def test_the_same_drawing_by_its_path_would_show_it(planted: Path) -> None:
    """Keeps the tests above honest: opened by path and uncaged, librsvg does show the neighbour's picture."""
    drawing = planted.with_name("drawing.svg")
    drawing.write_bytes(asks_for(planted.name))
    program = "import pyvips, sys; print(pyvips.Image.svgload(sys.argv[1]).getpoint(20, 20)[:3])"
    out = subprocess.run([sys.executable, "-c", program, str(drawing)], capture_output=True, text=True, check=True)
    assert [float(one) for one in out.stdout.strip("[]\n").split(",")] == SECRET


async def test_even_a_drawing_opened_by_its_path_shows_nothing_foreign(planted: Path, tmp_path: Path) -> None:
    """The same in the cage, which may read the drawing but not its neighbour: it alone holds, librsvg would show it."""
    drawing = planted.with_name("drawing.svg")
    drawing.write_bytes(asks_for(planted.name))
    cages = Cages("tests.work.cage_work:work", size=1, scratch=tmp_path, limits=Limits(), extra_read=[drawing])
    await cages.start()
    async with cages.lease() as cage:
        (foreign,) = [value async for value in cage.run({"act": "drawing", "path": str(drawing)})]
        for path in (planted, drawing):
            (cage.folder / path.name).write_bytes(path.read_bytes())
        (own,) = [value async for value in cage.run({"act": "drawing", "path": str(cage.folder / drawing.name)})]
    await cages.close()
    assert foreign["shown"] == [255, 255, 255]
    assert own["shown"] == SECRET  # in the cage as well


async def test_a_document_that_asks_for_more(port: list[int], planted: Path, tmp_path: Path, recipe: Recipe) -> None:
    data = document(planted, f"http://127.0.0.1:{port[0]}/")
    values = await rendered(tmp_path, data, recipe, beside=planted)
    picture = next(value["picture"] for value in values if "picture" in value)
    assert (picture.min(), picture.max()) == (255, 255)
    assert port[1] == 0


async def test_even_a_viewer_that_obeys_a_document_opens_reaches_and_launches_nothing(
    port: list[int], planted: Path, tmp_path: Path
) -> None:
    """pdfium as we call it follows no link. Were it to: the cage alone holds; without it, all three succeed."""
    secret, program = planted.with_name("secret.txt"), planted.with_name("launched")
    secret.write_text("another's")
    program.write_text("#!/bin/sh\necho launched\n")
    program.chmod(0o755)
    asking = links(secret, f"http://127.0.0.1:{port[0]}/", program)
    (tmp_path / "asks.pdf").write_bytes(asking)
    free = await asyncio.to_thread(lambda: list(viewer_work.work({"document": "asks.pdf"}, tmp_path)))
    assert [free[0], free[2]] == [{"read": "another's"}, {"launched": "launched\n"}]
    assert port[1] == 1  # somebody came, and was let go
    cages = Cages("tests.work.viewer_work:work", size=1, scratch=tmp_path, limits=Limits())
    await cages.start()
    async with cages.lease() as cage:
        (cage.folder / "asks.pdf").write_bytes(asking)
        caged = [value async for value in cage.run({"document": "asks.pdf"})]
    await cages.close()
    assert caged == [{"read": "PermissionError"}, {"fetched": "URLError"}, {"launched": "PermissionError"}]
    assert port[1] == 1


async def test_a_drawing_that_would_take_hours(tmp_path: Path, recipe: Recipe) -> None:
    swell = "<filter id='f'><feMorphology operator='dilate' radius='9000'/></filter>"
    inside = f"{swell}<rect width='39' height='39' filter='url(#f)'/>" * 40
    large = recipe.model_copy(update={"width": 2400, "height": 2400})
    started = time.monotonic()
    with pytest.raises(Refused, match="takes too long"):
        await rendered(tmp_path, asks_for(inside=inside), large)
    assert time.monotonic() - started < 60


async def test_our_own_sort_of_files_open_in_the_cage(tmp_path: Path, recipe: Recipe, scene: pyvips.Image) -> None:
    """Each decoder is loaded in there, behind the closed doors: what it needs for that is open."""
    import numpy as np
    import pylibjxl
    from PIL import Image

    picture = Image.fromarray(scene.numpy())
    files = [psd(np.ascontiguousarray(scene.numpy().transpose(2, 0, 1)), 3), dng(scene.numpy() / 255.0)]
    files += [bytes(pylibjxl.encode(scene.numpy())), pdf([b"0 0 9 9 re f"])]
    for format in ("BMP", "TGA", "ICO", "JPEG2000"):
        picture.save(tmp_path / "saved", format)
        files.append((tmp_path / "saved").read_bytes())
    for data in files:
        assert any("picture" in value for value in await rendered(tmp_path, data, recipe)), data[:12]


@pytest.mark.parametrize("size", ["1000000", "1e30", "-5", "0"])
async def test_a_drawing_of_any_size(size: str, tmp_path: Path, recipe: Recipe) -> None:
    data = f"<svg xmlns='http://www.w3.org/2000/svg' width='{size}' height='{size}'><circle r='5'/></svg>".encode()
    try:
        values = await rendered(tmp_path, data, recipe)
    except Refused as refusal:
        assert refusal.cure
    else:
        assert values[-1]["width"] <= 120
