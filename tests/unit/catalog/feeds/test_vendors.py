"""Every feed against what its vendor publishes about it: names of columns, and what may stand in each.

Google: support.google.com/merchants (6324350 image_link, 6324370 additional_image_link, 6324405 id). Meta:
developers.facebook.com, catalogue fields and fetching. Shopify: help.shopify.com, product CSV. Amazon: seller central
JV4FNMT7563SF5F, names of files. GS1: product image specification 4.4, names of files.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

from hypothesis import assume, given
from hypothesis import strategies as st

from schemas.gtin import check_digit
from schemas.limits import Audience
from schemas.roles import ROLES
from services.catalog.channels import verdict
from services.catalog.channels.candidate import Candidate
from services.catalog.channels.naming import GRAMMARS, MOST_NUMBERED
from services.catalog.feeds.flat import named
from services.catalog.feeds.formats import FORMATS, models
from services.catalog.feeds.goods import Goods, Shop
from services.catalog.feeds.goods import goods as goods_of
from services.catalog.feeds.handles import Handles

BASE = "https://m.example.com"
MOST_URL, MOST_CELL, MOST_ALT, MOST_TITLE = 2000, 2000, 512, 255
GOOGLES = {"id", "image_link", "additional_image_link", "lifestyle_image_link"}
METAS = {"id", "image_link", "additional_image_link"}
SHOPIFYS = {"Handle", "Title", "Image Src", "Image Position", "Image Alt Text"}
AMAZON = re.compile(
    r"(?:[A-Z0-9]{10}|\d{8}|\d{12,13})\.(?:MAIN|PT\d\d|PS0[1-6]|TOPP|BOTT|LEFT|RGHT|FRNT|BACK|SIDE)\.(?:jpg|tif|png|gif)"
)
GS1 = re.compile(r"(?P<gtin>\d{14})_[A-E][0-9][CLRN][0-9A-DMP](?:_s\d\d)?\.(?:tif|jpg|png|gif)")
STAMP = re.compile(r"[?&](?:t|ts|time|timestamp|_)=|=(?:\d{10}|\d{13})(?:&|$)")


def url(text: str) -> None:
    found = urlsplit(text)
    assert found.scheme in ("http", "https") and found.netloc and not re.search(r"[\s,\"]", text)
    assert len(text) <= MOST_URL
    assert not STAMP.search(text), "Meta stops fetching an address that is always another"


def gtins() -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=7, max_size=13).map(lambda digits: digits + str(check_digit(digits)))


def product(sku: str, model: str, title: str, gtin: str, asin: str, roles: list[str], market: str) -> Goods:
    """As a channel is given it: with the addresses that delivery answers to."""
    made = {"preset": "zoom", "format": "jpeg", "width": 2000, "height": 2000, "bytes": 5, "sha256": "ab" * 32}
    known: dict[str, Candidate] = {}
    pictures: list[verdict.Picture] = []
    for number, role in enumerate(roles):
        asset = f"{number:08x}-0000-5000-8000-000000000000"
        renditions = {"renditions": [{**made, "key": f"renditions/{number}/zoom.jpg"}]}
        known[asset] = Candidate(asset, role, facets={"renditions": ("done", renditions)})
        told = {"asset_id": asset, "version": 1, "name": "a.jpg", "role": role, "preset": "zoom", "state": "ready"}
        pictures.append(verdict.Picture.model_validate(told))
    place = verdict.Place(slot="main", state="ready", least=1, pictures=pictures)
    ready = verdict.Readiness(sku=sku, channel="x", on=date.today(), since=date.today(), state="ready", places=[place])
    row = {"model": model, "name": title, "gtin": gtin, "asin": asin}
    found = goods_of(ready, row, known, BASE, Audience(market, "", "marketplace"))
    assert found is not None
    return found._replace(pictures=tuple(one._replace(alt="A trainer, from the left") for one in found.pictures))


Shown = st.lists(st.sampled_from(ROLES), min_size=1, max_size=30)
Words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300)
Sku = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./ ", min_size=1, max_size=120).filter(str.strip)
Product = st.builds(
    product,
    sku=Sku,
    model=st.sampled_from(["A", "a", "A-", "Ä 1", "Ä/1", "B/2", "靴", "Große", "C" * 300]),
    title=Words,
    gtin=gtins(),
    asin=st.sampled_from(["", "B00ABCDEFG"]),
    roles=Shown,
    market=st.sampled_from(["", "de", "de, at & ch", "世界"]),
)
Products = st.lists(Product, min_size=1, max_size=5, unique_by=lambda one: one.sku)


def in_a_shop(goods: list[Goods]) -> list[Goods]:
    """Each with its model's handle and title, as `source.lots` gives them."""
    titles, handles = {one.model: one.name for one in goods}, Handles()
    for model in titles:
        handles.tell(model, "")
    return [one._replace(shop=Shop(handles.of(one.model, ""), titles[one.model])) for one in goods]


def rows(name: str, goods: list[Goods]) -> tuple[list[dict[str, str]], list[str]]:
    """Lines, and notes."""
    form = FORMATS[name]
    fits = [form.fit(variants) for variants in models(sorted(goods, key=lambda one: one.model))]
    text = form.heading + "".join(form.lines(fit.goods) for fit in fits if fit.goods)
    assert "\0" not in text and text.endswith("\r\n")
    found = list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if form.ending == "tsv" else ","))
    assert all(None not in row and None not in row.values() for row in found), "each line has a cell for each column"
    return found, [note for fit in fits for note in fit.notes]


def supplemental(name: str, columns: set[str], longest: int, most: int) -> Callable[[list[Goods]], None]:
    def holds(goods: list[Goods]) -> None:
        found, notes = rows(name, goods)
        assert {row["id"] for row in found} == {one.sku for one in goods if len(one.sku) <= longest}
        assert len(found) + len(notes) == len(goods), "what is left out is named"
        for row in found:
            assert row.keys() == columns
            url(row["image_link"])
            further = [one for one in row["additional_image_link"].split(",") if one]
            assert len(further) <= most and row["image_link"] not in further
            for one in [*further, *filter(None, [row.get("lifestyle_image_link")])]:
                url(one)
            assert name != "meta" or len(row["additional_image_link"]) <= MOST_CELL

    return holds


@given(Products)
def test_google_takes_it(goods: list[Goods]) -> None:
    supplemental("google", GOOGLES, 50, 10)(goods)


@given(Products)
def test_meta_takes_it(goods: list[Goods]) -> None:
    supplemental("meta", METAS, 100, 10)(goods)


@given(Products)
def test_shopify_takes_it(goods: list[Goods]) -> None:
    found, notes = rows("shopify", in_a_shop(goods))
    positions: dict[str, list[int]] = {}
    for row in found:
        assert row.keys() == SHOPIFYS and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["Handle"])
        assert len(row["Handle"]) <= 255 and len(row["Image Alt Text"]) <= MOST_ALT
        assert bool(row["Title"]) is (row["Image Position"] == "1") and len(row["Title"]) <= MOST_TITLE
        url(row["Image Src"])
        positions.setdefault(row["Handle"], []).append(int(row["Image Position"]))
    assert all(each == list(range(1, len(each) + 1)) for each in positions.values())
    assert len(positions) + len(notes) == len({one.model for one in goods}), "one product a model, or a note"


@given(Products)
def test_amazon_takes_the_names(goods: list[Goods]) -> None:
    pack = named(GRAMMARS["amazon"], goods)
    names = [one.name for one in pack.files]
    assert len(set(names)) == len(names) and all(map(AMAZON.fullmatch, names))
    assert all(count == 1 for count in Counter(name.split(".")[0] for name in names if ".MAIN." in name).values())
    assert len(pack.given) + len(pack.missing) == len(goods)


@given(Products)
def test_gs1_takes_the_names(goods: list[Goods]) -> None:
    files = named(GRAMMARS["gs1"], goods).files
    assume(files)
    found = [GS1.fullmatch(one.name) for one in files]
    assert len(found) <= len(goods) * (MOST_NUMBERED + 1)
    for one in found:
        assert one and check_digit(one["gtin"][:-1]) == int(one["gtin"][-1])
