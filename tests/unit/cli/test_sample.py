"""The demo's own catalogue: its lists are right and its names link as the demo tells it (no network here)."""

import hashlib
from pathlib import Path

import pytest

from cli import sample
from cli.sample.manifest import BROKEN, PICTURES, SHA256
from cli.trouble import Trouble
from cli.work_link import link_files
from services.linker.catalogue import Catalogue
from services.pim.csv_source import read_products
from services.pim.product import Product

HERE = Path(sample.__file__).parent
NOT_LINKED = {"home/DSC_0871.jpg", "photo/CAM-INSTANT-WHITE_front.jpg"}


def listed(name: str) -> list[Product]:
    found = read_products(name, (HERE / name).read_bytes())
    assert found.problems == ()
    return list(found.products)


def test_every_picture_but_two_finds_its_product_and_the_late_row_brings_one() -> None:
    products, late = listed(sample.PRODUCTS), listed(sample.LATE_PRODUCTS)
    names = [*PICTURES, *BROKEN]
    before = link_files(names, Catalogue(products))
    assert {name for name in names if not before[name].links} == NOT_LINKED
    after = link_files(names, Catalogue([*products, *late]))
    assert [link.sku for link in after["photo/CAM-INSTANT-WHITE_front.jpg"].links] == ["CAM-INSTANT-WHITE"]
    assert {link.sku for found in after.values() for link in found.links} == {p.sku for p in (*products, *late)}
    assert not any(found.conflicts or found.suggestions for found in after.values())


def test_products_have_gtins_and_the_manifest_is_whole() -> None:
    assert all(p.gtin for p in (*listed(sample.PRODUCTS), *listed(sample.LATE_PRODUCTS)) if p.kind == "product")
    assert set(PICTURES.values()) == set(SHA256)
    assert len(PICTURES) == len(SHA256) + 1  # the exact duplicate
    assert {photo for photo, _ in BROKEN.values()} <= set(SHA256)


def test_it_is_made_once_and_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With photographs of our own: made, then left alone, then mended where a file was cut off."""
    photographs = {name: f"bytes of {name}".encode() for name in SHA256}
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in photographs.items()}
    fetched: list[int] = []

    def fetch() -> dict[str, bytes]:
        fetched.append(1)
        return photographs

    monkeypatch.setattr(sample, "SHA256", hashes)
    monkeypatch.setattr(sample, "_photographs", fetch)
    assert sample.build(tmp_path) == sample.build(tmp_path) == tmp_path
    assert len(fetched) == 1
    (broken,) = BROKEN
    assert (tmp_path / "pictures" / broken).stat().st_size < len(photographs[BROKEN[broken][0]])
    (tmp_path / "pictures" / next(iter(PICTURES))).write_bytes(b"cut")
    sample.build(tmp_path)
    assert len(fetched) == 2 and not list(tmp_path.rglob("*.part"))


def test_without_npm_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Trouble, match="npm"):
        sample.build(tmp_path / "out")
