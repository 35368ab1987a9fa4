"""Patterns of naming rules: what they may name, and what is wrong with one. They run on RE2: none is slow. Pure."""

import re
from collections.abc import Iterator
from typing import Any

import re2

TARGETS = ("sku", "gtin", "category", "collection")
"""What a name can be read for: one of these in each pattern."""
GROUPS = (*TARGETS, "role", "number", "market", "locale", "channel")
"""What a pattern may name."""
NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"
"""How rules are called. No pattern looks so: each has a group."""
LONGEST = 500
"""Characters of a pattern."""
_MEMORY = 1 << 20


def is_name(text: str) -> bool:
    """Whether it names a rule, and is no pattern."""
    return re.match(NAME, text) is not None


def compiled(pattern: str) -> Any:
    """Case makes no odds. RE2 takes time in proportion to the name, whatever the pattern. Raises re2.error."""
    options = re2.Options()
    options.case_sensitive, options.log_errors, options.max_mem = False, False, _MEMORY
    return re2.compile(pattern, options)


def slips(pattern: str) -> Iterator[str]:
    """What is wrong with it, each with the cure and without the last full stop."""
    if not 0 < len(pattern) <= LONGEST:
        yield f"pattern has {len(pattern)} signs; give one of 1 to {LONGEST}"
        return
    try:
        groups = set(compiled(pattern).groupindex)
    except re2.error as error:
        told = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
        yield f"pattern cannot be read: {told}. It is RE2's language, without \\1 and look-around"
        return
    if strange := ", ".join(sorted(groups - set(GROUPS))):
        yield f"pattern names {strange}; name {', '.join(GROUPS)} only, others as (?:…)"
    if len(groups & set(TARGETS)) != 1:
        yield f"pattern has to name one of {', '.join(f'(?P<{name}>…)' for name in TARGETS)}"


def faults(said: str) -> list[str]:
    """What is wrong with what a folder's profile says: the name of a rule, a pattern, or nothing. A sentence each."""
    if not said or is_name(said):
        return []
    return [f"naming is no rule's name, and no pattern that holds: the {one}." for one in slips(said)]
