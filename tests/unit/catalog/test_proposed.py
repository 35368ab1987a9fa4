"""What a file says of its rights is proposed, whatever stands in it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.rights import Consent, Licence, Said
from services.catalog.proposed import proposed

NAMES = ("usage_terms", "licensor", "credit", "copyright", "license_start", "license_end", "model_release")


def test_a_licence_and_a_release_are_proposed() -> None:
    embedded = {"licensor": "Agency", "license_end": "2027-12-31", "model_release": "http://ns/vocab/MR-NAP"}
    found = proposed({"embedded": embedded, "sidecar": {"usage_terms": "Online only"}})
    assert found.licence == Licence.model_validate(
        {"name": "Online only", "holder": "Agency", "valid_until": "2027-12-31", "note": "As the file says"}
    )
    assert found.consent and found.consent.status == "not needed"


def test_a_copyright_notice_alone_is_no_licence_and_no_release_no_refusal() -> None:
    assert proposed({"embedded": {"copyright": "© Studio", "model_release": "http://ns/vocab/MR-NON"}}) == Said()
    assert proposed({}) == Said()


def test_a_time_that_is_none_is_left_out() -> None:
    found = proposed({"embedded": {"licensor": "Agency", "license_end": "when the campaign is over"}})
    assert found.licence == Licence(holder="Agency", note="As the file says")


SIGNS = st.text(st.sampled_from("aé-:/ 0123456789TZ\0"), max_size=25)


@given(st.dictionaries(st.sampled_from(NAMES), SIGNS | st.integers() | st.lists(SIGNS)))
def test_whatever_stands_there_is_proposed_or_left(told: dict[str, Any]) -> None:
    found = proposed({"embedded": told})
    assert found.licence is None or isinstance(found.licence, Licence)
    assert found.consent is None or isinstance(found.consent, Consent)
