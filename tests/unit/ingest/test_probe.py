"""The cage around ingest's probe: what happens in there changes nothing of what is kept."""

from pathlib import Path

from runtime.jobs import Cages, Limits
from services.ingest.probe import caged


async def test_a_child_that_writes_into_its_input_changes_nothing_of_the_original(tmp_path: Path) -> None:
    spooled, scratch = tmp_path / "spooled", tmp_path / "scratch"
    scratch.mkdir()
    spooled.write_bytes(b"what the camera wrote")
    cages = Cages("tests.work.scribbling_work:work", size=1, scratch=scratch, limits=Limits(seconds=50))
    await cages.start()
    try:
        assert await caged(cages)(spooled, False) == {"written": True}
    finally:
        await cages.close()
    assert spooled.read_bytes() == b"what the camera wrote"
