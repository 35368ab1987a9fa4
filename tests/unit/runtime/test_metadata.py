"""What an uploader wrote about an object."""

import email.header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.metadata import metadata_of


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).map(str.strip))
def test_what_is_encoded_as_in_mail_comes_back(text: str) -> None:
    encoded = email.header.Header(text, "utf-8", maxlinelen=10**6).encode()
    assert metadata_of({"X-Amz-Meta-Title": encoded}) == {"title": text}


@pytest.mark.parametrize("text", ["plain", "=?", "=?UTF-8?B?###?=", "=?no-such-code?Q?a?=", "a=?b?=c", ""])
def test_what_only_looks_like_it_stays_text(text: str) -> None:
    assert isinstance(metadata_of({"x-amz-meta-title": text})["title"], str)


def test_other_headers_are_nothing() -> None:
    assert metadata_of({"Content-Type": "image/jpeg", "ETag": "x", "X-Amz-Meta-SKU": "A-1"}) == {"sku": "A-1"}
