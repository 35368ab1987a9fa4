"""`packshot submit` on a real store and broker."""

import argparse
import asyncio
from pathlib import Path

import pytest

from cli import submit
from cli.supervisor import status_file
from cli.supervisor.status_file import PartStatus
from cli.trouble import Trouble
from runtime.config import Settings
from runtime.s3_store import Store
from tests.suites.labs import fresh

pytestmark = pytest.mark.broker


async def command(*words: str) -> int:
    """As from the command line, which has its own event loop."""
    parser = argparse.ArgumentParser()
    submit.add(parser)
    return await asyncio.to_thread(submit.run, parser.parse_args(words))


@pytest.fixture
def up(s3: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    part = PartStatus("s3", "up", s3.s3_endpoint, 1, 0, "", "")
    monkeypatch.setattr(status_file, "read", lambda _: [part])
    monkeypatch.setattr(submit, "settings_of", lambda _: s3)
    return s3


async def test_a_folder_single_files_and_a_product_list(
    up: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shoot, under = tmp_path / fresh("shoot"), fresh("under")
    (shoot / "day 1").mkdir(parents=True)
    for name in ("a.jpg", "day 1/b.jpg", ".DS_Store"):
        (shoot / name).write_bytes(name.encode())
    products = tmp_path / "products.csv"
    products.write_text("sku,name\nRED-42,Trainer\nRED-43,Trainer\n")
    assert await command(str(shoot), str(shoot / "a.jpg"), str(products), "--under", under) == 0
    said = capsys.readouterr().err
    assert "products.csv: 2 products sent" in said
    store = Store(up)
    inbox = store.bucket("inbox")
    keys = [f"{shoot.name}/a.jpg", f"{shoot.name}/day 1/b.jpg"]
    assert [info.key for info in await inbox.listing(f"{shoot.name}/")] == keys
    assert [info.key for info in await inbox.listing(f"{under}/")] == [f"{under}/a.jpg"]
    stored = await inbox.get(keys[1])
    store.close()
    assert stored is not None
    assert stored.body == b"day 1/b.jpg"
    assert all(f"dropped {key}" in said for key in keys)


async def test_what_is_not_there_is_named(up: Settings, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="There is no"):
        await command(str(tmp_path / "nothing.jpg"))
