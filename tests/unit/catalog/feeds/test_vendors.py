"""Every feed against what its vendor publishes about it: names of columns, and what may stand in each.

Google: support.google.com/merchants (6324350 image_link, 6324370 additional_image_link, 6324405 id). Meta:
developers.facebook.com, catalogue fields and fetching. Shopify: help.shopify.com, product CSV. Amazon: seller central
JV4FNMT7563SF5F, names of files. GS1: product image specification 4.4, names of files.
"""

import csv
import io
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from schemas.gtin import check_digit
from schemas.roles import ROLES
from services.catalog.channels.naming import GRAMMARS, MOST_NUMBERED
from services.catalog.feeds.flat import named
from services.catalog.feeds.formats import FORMATS, models
from services.catalog.feeds.goods import Goods, Picture

MOST_URL, MOST_ID, MOST_ALT = 2000, 50, 512
GOOGLES = {"id", "image_link", "additional_image_link", "lifestyle_image_link"}
METAS = {"id", "image_link", "additional_image_link"}
SHOPIFYS = {"Handle", "Image Src", "Image Position", "Image Alt Text"}
AMAZON = re.compile(
    r"(?:[A-Z0-9]{10}|\d{8}|\d{12,14})\.(?:MAIN|PT\d\d|TOPP|BOTT|LEFT|RGHT|FRNT|BACK|SIDE)\.(?:jpg|tif|png|gif)"
)
GS1 = re.compile(r"(?P<gtin>\d{14})_[A-E][0-9][CLRN][0-9A-DMP](?:_s\d\d)?\.(?:tif|jpg|png|gif)")
STAMP = re.compile(r"[?&](?:t|ts|time|timestamp|_)=|=(?:\d{10}|\d{13})(?:&|$)")


def url(text: str) -> None:
    found = urlsplit(text)
    assert found.scheme in ("http", "https") and found.netloc and not re.search(r"[\s,\"]", text)
    assert len(text) <= MOST_URL
    assert not STAMP.search(text), "Meta stops fetching an address that is always another"


def gtins() -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=12, max_size=12).map(lambda digits: digits + str(check_digit(digits)))


def picture(number: int, role: str) -> Picture:
    place = f"https://m.example.com/a/{number:032x}/web.jpg?v={number:016x}"
    return Picture(
        f"{number:032x}", 1, role, "main", place, f"renditions/x/{number}.jpg", 5, "A trainer, from the left"
    )


Shown = st.lists(st.sampled_from(ROLES), min_size=1, max_size=30)
Sku = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./ ", min_size=1, max_size=MOST_ID).filter(str.strip)
Product = st.builds(
    lambda sku, model, gtin, roles: Goods(
        sku, model, "Trainer", gtin, "", tuple(picture(n, role) for n, role in enumerate(roles, 1))
    ),
    *(Sku, st.sampled_from(["A", "Ä 1", "B/2"]), gtins(), Shown),
)
Products = st.lists(Product, min_size=1, max_size=5, unique_by=lambda one: one.sku)


def rows(name: str, goods: list[Goods]) -> list[dict[str, str]]:
    form = FORMATS[name]
    by_model = sorted(goods, key=lambda one: one.model)
    text = form.heading + "".join(form.lines(variants) for variants in models(by_model))
    assert "\0" not in text and text.endswith("\r\n")
    found = list(csv.DictReader(io.StringIO(text), delimiter="\t" if form.ending == "tsv" else ","))
    assert all(None not in row and None not in row.values() for row in found), "each line has a cell for each column"
    return found


def supplemental(name: str, columns: set[str], most: int) -> Callable[[list[Goods]], None]:
    def holds(goods: list[Goods]) -> None:
        found = rows(name, goods)
        assert [row["id"] for row in found] == [one.sku for one in sorted(goods, key=lambda one: one.model)]
        for row in found:
            assert row.keys() == columns and len(row["id"]) <= MOST_ID
            url(row["image_link"])
            further = [one for one in row["additional_image_link"].split(",") if one]
            assert len(further) <= most and row["image_link"] not in further
            for one in [*further, *filter(None, [row.get("lifestyle_image_link")])]:
                url(one)

    return holds


@given(Products)
def test_google_takes_it(goods: list[Goods]) -> None:
    supplemental("google", GOOGLES, 10)(goods)


@given(Products)
def test_meta_takes_it(goods: list[Goods]) -> None:
    supplemental("meta", METAS, 10)(goods)


@given(Products)
def test_shopify_takes_it(goods: list[Goods]) -> None:
    positions: dict[str, list[int]] = {}
    for row in rows("shopify", goods):
        assert row.keys() == SHOPIFYS and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["Handle"])
        assert len(row["Image Alt Text"]) <= MOST_ALT
        url(row["Image Src"])
        positions.setdefault(row["Handle"], []).append(int(row["Image Position"]))
    assert all(each == list(range(1, len(each) + 1)) for each in positions.values())
    assert all(len(each) <= 250 for each in positions.values())


@given(Products)
def test_amazon_takes_the_names(goods: list[Goods]) -> None:
    names = [one.name for one in named(GRAMMARS["amazon"], goods).files]
    assert names and len(set(names)) == len(names) and all(map(AMAZON.fullmatch, names))
    assert sum(".MAIN." in name for name in names) == len({name.split(".")[0] for name in names})


@given(Products)
def test_gs1_takes_the_names(goods: list[Goods]) -> None:
    found = [GS1.fullmatch(one.name) for one in named(GRAMMARS["gs1"], goods).files]
    assert found and len(found) <= len(goods) * (MOST_NUMBERED + 1)
    for one in found:
        assert one and check_digit(one["gtin"][:-1]) == int(one["gtin"][-1])
