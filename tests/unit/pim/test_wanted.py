"""Which picture belongs at a place, and that what is limited to others never does."""

from datetime import UTC, datetime

import pytest

from schemas.product import Limits, MediaItem, ProductMedia
from services.pim.places import Write
from services.pim.wanted import items_at

DE, FR = Limits(markets=["de"]), Limits(locales=["fr-FR"])


def item(name: str, role: str, limits: Limits | None = None) -> MediaItem:
    return MediaItem(asset_id=name, version=1, role=role, confidence=1, limits=limits)


def media(*items: MediaItem, main: str = "") -> ProductMedia:
    return ProductMedia(
        sku="S", revision=1, items=list(items), main=main or items[0].asset_id, written=datetime.now(UTC)
    )


def at(found: ProductMedia, of: str | int, **where: str) -> list[str]:
    write = Write.model_validate(
        {"attribute": "a", "kind": "image", "of": of, "preset": "web", "owner": "packshot", **where}
    )
    return [one.asset_id for one in items_at(found, write)]


def test_roles_and_places_in_the_order() -> None:
    found = media(item("a", "front"), item("b", "back"), item("c", "detail"), item("d", "detail"))
    assert (at(found, "main"), at(found, "back"), at(found, "detail")) == (["a"], ["b"], ["c"])
    assert (at(found, 1), at(found, 4), at(found, 5), at(found, "video")) == (["a"], ["d"], [], [])
    gone = found.model_copy(update={"status": "removed"})
    assert at(gone, "main") == at(gone, 1) == []


def test_what_is_limited_goes_only_where_it_may_be_seen() -> None:
    found = media(item("all", "main"), item("de", "main", DE), item("back-de", "back", DE), main="all")
    assert (at(found, "main"), at(found, "back"), at(found, 2)) == (["all"], [], [])
    assert (at(found, "main", market="de"), at(found, "back", market="de")) == (["de"], ["back-de"])
    assert (at(found, "main", market="fr"), at(found, "back", market="fr")) == (["all"], [])
    assert at(found, "back", locale="de_DE") == []  # which market sees it, nobody said


def test_a_locale_is_given_its_own_else_the_nearest() -> None:
    found = media(item("all", "main"), item("fr", "main", FR), main="all")
    assert at(found, "main", locale="fr_FR") == ["fr"]
    assert (at(found, "main"), at(found, "main", locale="en_US")) == (["all"], ["all"])
    alone = media(item("all", "front"), item("fr", "back", FR))
    assert at(alone, "back", locale="fr_CA") == ["fr"] and at(alone, "back", channel="print") == []


@pytest.mark.parametrize("channel", ["webshop", "print"])
def test_channels_are_held_to(channel: str) -> None:
    found = media(item("web", "front", Limits(channels=["webshop"])))
    assert at(found, "main", channel=channel) == (["web"] if channel == "webshop" else [])
    assert at(found, "main") == []
