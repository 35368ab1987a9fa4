"""The naming rules of the library as they stand there, for what names them. Whether they hold, the linker says."""

import logging
from typing import Any

import yaml

from runtime.objects import Bucket
from schemas.rules import NAMING

log = logging.getLogger(__name__)


def listed(text: str) -> list[dict[str, Any]]:
    """The rules of a text that holds; none where it does not: the linker passes such a text over."""
    try:
        found = yaml.safe_load(text) if text.strip() else None
    except yaml.YAMLError as error:
        log.warning("the naming rules cannot be read: %s", error)
        return []
    rules = found.get("rules") if isinstance(found, dict) else None
    return [one for one in rules if isinstance(one, dict)] if isinstance(rules, list) else []


async def rule_names(library: Bucket) -> list[str]:
    """Of those in use. Raises Unavailable."""
    stored = await library.get(NAMING)
    return [str(one.get("name", "")) for one in listed(stored.body.decode("utf-8", "replace") if stored else "")]
