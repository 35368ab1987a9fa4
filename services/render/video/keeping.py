"""A rung's files on their way to the library: never over other bytes, the one to open first last of all."""

import asyncio
from pathlib import Path
from typing import Any

from runtime import metrics
from runtime.jobs import Cage
from runtime.objects import Bucket, Exists
from runtime.refusal import Refused
from runtime.steps import step
from schemas.asset import AssetIngested
from schemas.rendition import Rendition
from schemas.video import ByShots, RenditionFile, VideoFacet
from services.render.video.made import File, digest, file_of
from services.render.video.recipe import MEDIA, VideoRecipe, set_key, single_key

EMPTY = Refused("Nothing could be made of the video.", "Export it as MP4 with H.264 video and AAC sound.")


async def keep(
    library: Bucket, asset: AssetIngested, recipe: VideoRecipe, cage: Cage, value: dict[str, Any]
) -> VideoFacet:
    """Upload what the work says it made; the facet that tells of it. Raises Refused, Unavailable, WorkFailed."""
    made, sha256 = value["made"], asset.sha256
    # The child only says which files these are; sizes and hashes are taken here, keys and types are never its own.
    paths = [cage.output(str(file["name"])) for file in made["files"]]
    files = [await asyncio.to_thread(file_of, path.parent, path.name) for path in paths]
    if not files or not all(file.bytes for file in files):
        raise EMPTY
    first = cage.output(str(made["file"])).name
    kept: list[RenditionFile] = []
    if len(files) == 1:
        key = single_key(sha256, recipe.hash, _extension(first))
        files = [await _upload_once(library, key, paths[0])]
    else:
        kept = await _upload_set(library, sha256, recipe.hash, files, first, cage.folder)
        key = next(file.key for file in kept if file.key.endswith("/" + first))
    return VideoFacet(
        sha256=sha256,
        renditions=[_rendition(asset, recipe, key, files, value)],
        files=kept,
        seconds=float(made["seconds"]),
        loudness=made.get("loudness"),
        notes=list(made.get("notes") or ()),
        by_shots=_by_shots(made["by_shots"], kept) if made.get("by_shots") else None,
        ms=float(value["ms"]),
    )


def _rendition(
    asset: AssetIngested, recipe: VideoRecipe, key: str, files: list[File], value: dict[str, Any]
) -> Rendition:
    """key: of the file to open first."""
    made, size = value["made"], sum(file.bytes for file in files)
    return Rendition(
        preset=recipe.rung.name,
        channel=recipe.rung.channel,
        recipe=recipe.hash,
        key=key,
        format=recipe.rung.make,
        width=int(made["width"]),
        height=int(made["height"]),
        bytes=size,
        sha256=files[0].sha256 if len(files) == 1 else digest(tuple(files)),
        ms=float(value["ms"]),
        saved_original=asset.bytes - size,
    )


def _by_shots(told: dict[str, Any], kept: list[RenditionFile]) -> ByShots:
    """What the work tells of the shots, with the keys of the pictures that were kept in place of their names."""
    keys = {file.key.rpartition("/")[2]: file.key for file in kept}
    shots = [{**shot, "picture": keys.get(shot["picture"] or "")} for shot in told["shots"]]
    return ByShots.model_validate({**told, "shots": shots})


async def _upload_once(library: Bucket, key: str, path: Path) -> File:
    """One file under the recipe's own key. Where there is one already, that one stays, and is what we tell of."""
    try:
        await library.put_file(key, path, content_type=MEDIA[_extension(path.name)], new=True)
    except Exists:
        await library.fetch(key, path)
        # Those bytes again: whoever uses an old object anew writes it anew, or the collector may take it away.
        await library.put_file(key, path, content_type=MEDIA[_extension(path.name)])
    step("video.file-kept")
    kept = await asyncio.to_thread(file_of, path.parent, path.name)
    metrics.BYTES.labels("render-video", "out").inc(kept.bytes)
    return kept


async def _upload_set(
    library: Bucket, sha256: str, recipe: str, files: list[File], first: str, folder: Path
) -> list[RenditionFile]:
    """All files under a prefix of their common hash: other bytes would be another prefix."""
    together = digest(tuple(files))[:16]
    kept = []
    for file in sorted(files, key=lambda one: one.name == first):
        key, media_type = set_key(sha256, recipe, together, file.name), MEDIA[_extension(file.name)]
        await library.put_file(key, folder / file.name, content_type=media_type)
        step("video.file-kept")
        metrics.BYTES.labels("render-video", "out").inc(file.bytes)
        kept.append(RenditionFile(key=key, media_type=media_type, bytes=file.bytes, sha256=file.sha256))
    return kept


def _extension(name: str) -> str:
    return name.rpartition(".")[2]
