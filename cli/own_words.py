"""What a local picture says of itself, and the words that the catalogue would make of what is known of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from cli.views import copier
from runtime import photograph
from runtime.jobs import Cages, run_twice
from runtime.limits import Limits
from services.catalog.alt_text import choose
from services.catalog.alt_text.facts import facts
from services.render.image.sniff import sniff_file

MADE_BY = ("digital_source_type", "c2pa")
UNVERIFIED = "as the file says; not verified"
SECONDS = 20.0


@asynccontextmanager
async def reading(scratch: Path) -> AsyncIterator[Cages]:
    """The cage in which ingest reads metadata. Raises SpawnFailed."""
    cages = Cages("services.ingest.probe:work", size=1, scratch=scratch, limits=Limits(seconds=SECONDS))
    await cages.start()
    try:
        yield cages
    finally:
        await cages.close()


async def embedded(cages: Cages, file: Path) -> dict[str, Any]:
    """EXIF, IPTC, XMP and C2PA of a picture as ingest keeps them; nothing of what is no picture. Raises Refused,
    WorkFailed, OSError.
    """
    found: dict[str, Any] = {}
    if sniff_file(file).family == "image":
        async for _, value in run_twice(cages, copier({"input": file}), {"input": "input"}):
            found = value
    return found


def words(tags: Mapping[str, Any], file: Path, said: Mapping[str, Any]) -> dict[str, Any]:
    """tags: both waves' findings; said: what is embedded. `alt`, `caption`: by language, those that can be said.

    `provenance`: `{digital_source_type, c2pa}`, what of it the file says. `likeness`: what duplicates are found by.
    """
    data = {"embedded": said, "kind": sniff_file(file).family}
    known = facts([], {"tags": tags, "file": data})
    alts, captions = choose.alts(known), choose.captions(known)
    return {
        "alt": {language: told._asdict() for language, told in alts.items() if told.text},
        "caption": {language: told._asdict() for language, told in captions.items() if told.text},
        "provenance": {name: said[name] for name in MADE_BY if name in said},
        "likeness": {"hash": tags["hash"], "signature": tags["likeness"], "version": photograph.VERSION},
    }


def lines(result: Mapping[str, Any]) -> list[str]:
    """The same for people, a line each, of what there is."""
    made = result.get("provenance", {})
    credentials = made.get("c2pa")
    generator = credentials.get("generator", "") if credentials else ""
    kinds = dict.fromkeys([made.get("digital_source_type", ""), (credentials or {}).get("digital_source_type", "")])
    carried = f"Content Credentials {f'of {generator}' if generator else ''}".strip() if credentials is not None else ""
    how = ", ".join(filter(None, [*kinds, carried]))
    alts = [f"alt ({language}): {told['text']}" for language, told in result.get("alt", {}).items()][:1]
    alike = f"hash: {result['hash']}" if result.get("hash") else ""
    return [*alts, *filter(None, [how and f"made: {how} ({UNVERIFIED})", alike])]
