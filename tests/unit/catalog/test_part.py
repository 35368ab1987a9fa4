"""A part of a text as LIKE looks for it."""

from services.catalog.queries.part import within


def test_its_own_signs_stand_for_themselves() -> None:
    assert within(" a_b%c\\ ") == "%a\\_b\\%c\\\\%"
