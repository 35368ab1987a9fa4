"""Where a product's media are kept."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.product import media_object


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_no_two_skus_share_a_place(one: str, other: str) -> None:
    assert (media_object(one) == media_object(other)) is (one == other)
    assert media_object(one).count("/") == 1
