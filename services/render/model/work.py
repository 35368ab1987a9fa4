"""A model's work in the cage: checked, measured, pictured, optimised, made into USDZ."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyvips

from services.render.image.loaders import lock_down
from services.render.model import container, usd_check
from services.render.model.budget import within_budget
from services.render.model.check import check
from services.render.model.container import Gltf
from services.render.model.measure import Measures, measure
from services.render.model.plan import ModelRecipe
from services.render.model.report import report_bytes
from services.render.model.stills import Camera, Studio, poster, turntable
from services.render.model.textures import Texture, read_textures, write_plain
from services.render.model.tool import report_and_plain
from services.render.model.usd_read import usdz_to_glb
from services.render.model.usd_write import write_usdz
from services.render.recipe import Recipe
from services.render.work import pictures

PLAIN_SIDE = 2048
SOURCE = "source"  # what the tools read: the input itself, or a USDZ as GLB
_studio: list[Studio] = []  # one a child, made while it is warmed


@dataclass
class Model:
    """The source while it is worked on. plain: nothing packed, textures as PNG or JPEG."""

    folder: Path
    kind: str  # of the original: glb, gltf or usdz
    bytes: int  # of the original
    textures: list[Texture]
    written: list[dict[str, Any]]
    plain: Gltf
    measures: Measures
    report: dict[str, Any]
    see_through: bool
    facts: dict[str, Any] = field(default_factory=dict)


def warm() -> None:
    """Close libvips' loaders, start the engine that draws, and load Pixar's validators."""
    lock_down()
    studio = Studio(Path.cwd())
    studio.warm()
    _studio.append(studio)


def work(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """Make the files of one model.

    job: {"input", "recipes": [fields of a ModelRecipe, or of a picture's, which is made from the poster]}.
    Yields {"model": facts}, {"image": …} and a value a file as services/render/work.py does (width and height 0 for
    what is no picture). Raises Refused for what is no model or leads outside; anything else is our own error.
    """
    model = open_model(folder / job["input"], folder)
    yield {"model": model.facts}
    studio, camera = _studio[0], Camera(model.measures)
    studio.show(folder / "plain.glb", see_through=model.see_through)
    # What lies behind glass cannot be left open: such models stand before white.
    opaque = model.see_through
    models = [ModelRecipe.model_validate(fields) for fields in job["recipes"] if "makes" in fields]
    if recipes := [Recipe.model_validate(fields) for fields in job["recipes"] if "makes" not in fields]:
        poster(studio, camera, opaque=opaque).pngsave(str(folder / "poster"), compression=1)
        yield from pictures(folder / "poster", recipes, folder, model.bytes)
    for recipe in models:
        if recipe.makes != "turntable":
            yield _saved(_file(recipe, folder, model), model)
    turns = [recipe for recipe in models if recipe.makes == "turntable"]
    drawn = turntable(studio, camera, [recipe.view for recipe in turns], opaque=opaque)
    yield from (_saved(value, model) for value in _turntable(turns, folder, drawn))


def open_model(path: Path, folder: Path) -> Model:
    """Everything that can be wrong with the file is found here. Raises Refused."""
    kind, size = _kind(path), path.stat().st_size
    if kind == "usdz":
        path.rename(folder / "package.usdz")  # USD goes by the name's ending
        path = folder / SOURCE
        usdz_to_glb(folder / "package.usdz", path)
    elif path.name != SOURCE:
        path.rename(folder / SOURCE)
        path = folder / SOURCE
    gltf = container.read(path)
    check(gltf)
    textures = read_textures(gltf)
    written = write_plain(textures, folder, PLAIN_SIDE)
    report = report_and_plain(folder, _kind(path), written)
    plain = container.read(folder / "plain.glb")
    check(plain)
    measures = measure(plain)
    model = Model(folder, kind, size, textures, written, plain, measures, report, _see_through(plain))
    issues = report.get("issues", {})
    model.facts = {
        **measures.facts(),
        "format": kind,
        "textures": len(textures),
        "validator": {"errors": issues.get("numErrors", 0), "warnings": issues.get("numWarnings", 0)},
    }
    return model


def _kind(path: Path) -> str:
    """glb, usdz or gltf, by the first bytes."""
    with path.open("rb") as file:
        head = file.read(4)
    return {b"glTF": "glb", b"PK\x03\x04": "usdz"}.get(head, "gltf")


def _see_through(gltf: Gltf) -> bool:
    """Whether some material lets through what is behind it."""
    return any(
        material.get("alphaMode") == "BLEND" or "KHR_materials_transmission" in (material.get("extensions") or {})
        for material in gltf.all("materials")
    )


def _file(recipe: ModelRecipe, folder: Path, model: Model) -> dict[str, Any]:
    started = time.perf_counter()
    out = folder / f"{recipe.hash}.{recipe.extension}"
    if recipe.makes == "optimised":
        triangles = within_budget(folder, _kind(folder / SOURCE), model.textures, recipe, out)
        return {**_value(recipe, out, (0, 0), started), "triangles": triangles}
    if recipe.makes == "ios":
        _usdz(folder, model, out)
    else:
        out.write_bytes(report_bytes(model.report, model.facts))
    return _value(recipe, out, (0, 0), started)


def _usdz(folder: Path, model: Model, out: Path) -> None:
    """Raises RuntimeError when Pixar's validators find an error in what we made."""
    files = {given["index"]: folder / given["file"] for given in model.written}
    write_usdz(model.plain, files, out)
    if faults := usd_check.faults(out):
        raise RuntimeError(f"the USDZ does not hold: {'; '.join(faults[:3])}")


def _turntable(recipes: list[ModelRecipe], folder: Path, pictures: Iterator[pyvips.Image]) -> Iterator[dict[str, Any]]:
    started = time.perf_counter()
    for recipe, picture in zip(recipes, pictures, strict=True):
        out = folder / f"{recipe.hash}.webp"
        picture.webpsave(str(out), Q=82, alpha_q=90, effort=4)
        yield _value(recipe, out, (picture.width, picture.height), started)
        started = time.perf_counter()


def _saved(value: dict[str, Any], model: Model) -> dict[str, Any]:
    return {**value, "saved_original": model.bytes - value["bytes"]}


def _value(recipe: ModelRecipe, out: Path, size: tuple[int, int], started: float) -> dict[str, Any]:
    data = out.read_bytes()
    return {
        "recipe": recipe.hash,
        "preset": recipe.preset,
        "file": out.name,
        "width": size[0],
        "height": size[1],
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "format": recipe.format,
        "ms": round((time.perf_counter() - started) * 1000, 1),
    }
