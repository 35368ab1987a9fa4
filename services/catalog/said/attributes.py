"""What a product's attributes say in words: materials, patterns, descriptions. Pure."""

import html
import re
from collections.abc import Mapping

MOST = 1500
"""Letters of one product."""
_NOTHING = frozenset(("yes", "no", "true", "false", "none"))


def told(attributes: Mapping[str, object]) -> str:
    """Their texts, those of the shortest first, without markup, numbers and addresses."""
    texts = [text for value in attributes.values() if isinstance(value, str) and (text := _plain(value))]
    return " ".join(dict.fromkeys(sorted(texts, key=lambda text: (len(text), text))))[:MOST]


def _plain(value: str) -> str:
    text = html.unescape(re.sub(r"<[^>]*>", " ", value))
    named = re.search(r"[^\W\d_]{3}", text) and "://" not in text and text.strip().lower() not in _NOTHING
    return " ".join(text.split()) if named else ""
