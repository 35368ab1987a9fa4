"""What is looked at of local files: through render's own cages, from generated files."""

from pathlib import Path

import pytest
import pyvips

from cli import views
from cli.views import viewer
from runtime.refusal import Refused
from tests.fakes.files import pdf


def disc(side: int) -> pyvips.Image:
    x, y = pyvips.Image.xyz(side, side // 2).bandsplit()
    red = (x - side / 2) ** 2 + (y - side / 4) ** 2 < (side / 5) ** 2
    return red.ifthenelse([200, 20, 30], [245, 245, 245]).cast("uchar").copy(interpretation="srgb")


def sides(path: Path) -> tuple[int, int]:
    image = pyvips.Image.new_from_file(str(path))
    return image.width, image.height


async def test_plain_files_and_what_is_not_there_start_no_cage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("render's cages were started")

    monkeypatch.setattr(views, "pools", never)
    plain, gone = tmp_path / "plain.tif", tmp_path / "gone.tif"  # names are no matter
    disc(64).jpegsave(str(plain))
    async with viewer([plain, gone], tmp_path) as looking:
        for file in (plain, gone):
            async with looking.views(file) as seen:
                assert (seen.small, seen.large, seen.about) == ([file], {"input": file}, {})


async def test_of_others_what_the_service_looks_at_and_it_is_gone_afterwards(tmp_path: Path) -> None:
    scratch, picture, manual = tmp_path / "scratch", tmp_path / "picture.jpg", tmp_path / "manual.pdf"
    scratch.mkdir()
    disc(3000).tiffsave(str(picture), compression="deflate")
    manual.write_bytes(pdf([f"0 g BT /F1 24 Tf 20 200 Td (Page {page}) Tj ET".encode() for page in range(1, 11)]))
    archive = tmp_path / "shoot.zip"
    archive.write_bytes(b"PK\x03\x04" + bytes(60))
    async with viewer([picture, manual, archive], scratch) as looking:
        async with looking.views(picture) as seen:
            assert seen.about == {"size": [3000, 1500]} and seen.large.keys() == {"input"}
            assert [sides(path) for path in seen.small] == [(828, 414)]  # as large as the tagger needs, or more
            assert sides(seen.large["input"]) == (2400, 1200)
        async with looking.views(manual) as seen:
            assert len(seen.small) == 8 and len(set(seen.small)) == 8
            assert seen.large["text"].read_text().split("\f")[9] == "Page 10"
            assert sides(seen.large["input"])[1] > sides(seen.large["input"])[0]
        assert not any(path.exists() for path in [*seen.small, *seen.large.values()])
        with pytest.raises(Refused, match="Unpack it"):
            async with looking.views(archive):
                pass
