"""What opens foreign files is no older than what mended the known flaws of it, as the libraries themselves say.

This needs no network, and so knows only what was known when it was written; `python -m deploy.flaws` asks. Libraries
inside pyvips-binary (libheif, librsvg, libtiff …) do not tell their versions, ffmpeg is the system's.
"""

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest
import pyvips
from PIL import features

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "security.md").read_text(encoding="utf-8")


def of_pillow(name: str) -> Callable[[], str]:
    return lambda: str(features.version(name))


def of_heif() -> str:
    return str(importlib.import_module("pi_heif").libheif_version())


LOADED: dict[str, Callable[[], str]] = {
    "libvips": lambda: ".".join(str(pyvips.version(part)) for part in range(3)),
    "Pillow": of_pillow("pil"),
    "Pillow's libwebp": of_pillow("webp"),
    "Pillow's FreeType": of_pillow("freetype2"),
    "pi-heif's libheif": of_heif,
}
MENDED = [
    ("libvips", "8.18.3", "CVE-2026-69242"),  # and those before it: CVE-2025-29769, CVE-2026-33327, CVE-2026-35590
    ("Pillow", "12.3.0", "CVE-2026-59204"),
    ("Pillow's libwebp", "1.3.2", "CVE-2023-4863"),
    ("Pillow's FreeType", "2.13.1", "CVE-2025-27363"),
    ("pi-heif's libheif", "1.22.0", "CVE-2026-32741"),
]
OPEN = [("pi-heif's libheif", "1.23.4", "CVE-2026-84383")]
"""No release of the package has it yet: docs/security.md says so, and what stands against it."""


def numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


@pytest.mark.parametrize(("library", "since", "flaw"), MENDED, ids=[flaw for _, _, flaw in MENDED])
def test_it_is_mended(library: str, since: str, flaw: str) -> None:
    assert numbers(LOADED[library]()) >= numbers(since), f"{library}: {flaw} was mended in {since}"


@pytest.mark.parametrize(("library", "since", "flaw"), OPEN, ids=[flaw for _, _, flaw in OPEN])
def test_it_is_open_and_said(library: str, since: str, flaw: str) -> None:
    assert numbers(LOADED[library]()) < numbers(since), (
        f"{library} has {since}: {flaw} is to stand above, and no more here"
    )
    assert flaw in PAGE


def test_versions_are_compared_by_number() -> None:
    assert numbers("8.18.10") > numbers("8.18.9") > numbers("8.9")
