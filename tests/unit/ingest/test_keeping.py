"""Originals that were there before: reused, and kept from the collector."""

from datetime import timedelta
from pathlib import Path

from runtime.memory_store import MemoryBucket
from services.ingest.take import Spooled, keep


async def test_an_old_original_is_written_again_before_it_is_referred_to(tmp_path: Path) -> None:
    library, spooled = MemoryBucket("library"), Spooled(tmp_path / "photo", "a" * 64, 5)
    spooled.path.write_bytes(b"photo")
    library.ahead = timedelta(days=-30)
    await library.put(f"originals/{spooled.sha256}", b"photo")
    library.ahead = timedelta()
    old = (await library.versions(f"originals/{spooled.sha256}"))[0]
    await keep(library, [f"refs/{spooled.sha256}/asset/1"], "image/jpeg", spooled)
    await library.remove(old.key, old.version_id)  # as a collector that looked before the reference was there
    stored = await library.get(f"originals/{spooled.sha256}")
    assert stored is not None
    assert stored.body == b"photo"
