"""A document page by page: which page is shown, and where words stand."""

from typing import Any

import pytest

from services.catalog.api.models import AssetWhole, FacetItem, RenditionItem, VersionItem
from services.catalog.page.reader import AROUND, MOST_HITS, MOST_MARKED, read, text_key

TEXT = "Unpack the\nlamp.\fPlug it in. The  lamp\nglows.\f"


def document(pages: int, *, of: int = 0, facets: tuple[FacetItem, ...] = ()) -> AssetWhole:
    """Pictures of so many pages; of: pages that the document has. Only what is read of it."""
    made = [
        RenditionItem(
            preset=f"page-{n}",
            channel="document",
            format="webp",
            width=12,
            height=17,
            bytes=1,
            recipe="r",
            url="/",
            page=n,
        )
        for n in range(1, pages + 1)
    ]
    version = VersionItem.model_construct(version=1, facets=list(facets))
    facts = {"document": {"pages": of or pages}}
    return AssetWhole.model_construct(shown=1, rendition_list=made, facts=facts, versions=[version])


def facet(name: str, **data: Any) -> FacetItem:
    return FacetItem.model_construct(facet=name, data=data)


def test_what_has_no_pages_is_not_read() -> None:
    assert read(document(0), TEXT) is None


@pytest.mark.parametrize(("asked", "shown"), [(None, 1), (2, 2), (-3, 1), (99, 3)])
def test_the_nearest_page_is_shown(asked: int | None, shown: int) -> None:
    found = read(document(3), TEXT, asked)
    assert found and found.number == shown and found.picture and found.picture.page == shown


def test_a_page_beyond_the_pictured_ones_has_its_text() -> None:
    found = read(document(1, of=3), TEXT, 2)
    assert found and (found.picture, found.made, found.pages) == (None, 1, 3)
    assert found.text == "Plug it in. The  lamp\nglows."


def test_words_are_found_over_line_ends_and_capitals() -> None:
    found = read(document(3), TEXT, find=" the LAMP ")
    assert found and [(hit.page, hit.words) for hit in found.hits] == [(1, "the lamp"), (2, "The lamp")]
    assert (found.hits[1].before, found.hits[1].after) == ("Plug it in. ", " glows.")
    assert found.number == 1 and found.here == 1
    assert ("The  lamp", True) not in found.parts and ("the\nlamp", True) in found.parts


def test_without_a_number_the_first_page_that_has_it_is_opened() -> None:
    found = read(document(3), TEXT, find="glows")
    assert found and found.number == 2
    stays = read(document(3), TEXT, 3, "glows")
    assert stays and stays.number == 3 and stays.here == 0


def test_what_is_looked_for_is_no_pattern() -> None:
    found = read(document(3), TEXT, find=".*")
    assert found and found.found == 0


def test_places_are_counted_beyond_those_that_are_listed() -> None:
    found = read(document(1), "ha " * (MOST_HITS + 5), find="ha")
    assert found and (len(found.hits), found.found) == (MOST_HITS, MOST_HITS + 5)


def test_a_page_of_megabytes_is_read_at_once() -> None:
    found = read(document(1), "e" * 2_000_000, find="e")  # were the rest copied for each place: two minutes
    assert found and (len(found.hits), found.found, found.here) == (MOST_HITS, 2_000_000, 2_000_000)
    assert found.hits[1][1:] == ("e", "e", "e" * AROUND)
    assert len(found.parts) == MOST_MARKED + 1 and found.parts[-1] == ("e" * (2_000_000 - MOST_MARKED), False)


def test_a_scan_has_no_text() -> None:
    found = read(document(2), None, find="lamp")
    assert found and found.text is None and not found.hits


def test_the_text_is_renders_and_not_what_was_recognised_on_the_cover() -> None:
    recognised = facet("tags.later", text=[{"text": "Lamp"}])
    assert text_key(document(1, facets=(recognised,))) is None
    assert text_key(document(1, facets=(recognised, facet("renditions", text="text/ab.txt")))) == "text/ab.txt"


LINES = [
    {"text": "Unpack the", "confidence": 0.9, "box": [0.1, 0.1, 0.5, 0.05]},
    {"text": "lamp carefully.", "confidence": 0.9, "box": [0.1, 0.2, 0.5, 0.05]},
    {"text": "Plug it in.", "confidence": 0.9, "box": [0.1, 0.3, 0.5, 0.05]},
]


def test_words_of_a_scan_are_marked_in_the_picture_of_its_first_page() -> None:
    scan = document(3).model_copy(update={"text": LINES})
    found = read(scan, None, find="the LAMP")
    assert found and found.recognised and found.marks == [LINES[0]["box"], LINES[1]["box"]]
    assert [(hit.page, hit.words) for hit in found.hits] == [(1, "the lamp")]
    other = read(scan, None, 2, "lamp")
    assert other and (other.text, other.marks, other.found) == ("", [], 1)
    nothing = read(scan, None)
    assert nothing and nothing.marks == [] and nothing.text


def test_of_a_documents_own_text_no_place_in_the_picture_is_known() -> None:
    found = read(document(3).model_copy(update={"text": LINES}), TEXT, find="lamp")
    assert found and found.hits and not found.marks and not found.recognised
