"""Days with a time, as phones and messengers name their pictures: `20240101_123456` names no article 123456."""

import re
from collections.abc import Sequence

_YEAR, _MONTH, _DAY = "(?:19|20)[0-9]{2}", "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_SIXTY = "[0-5][0-9]"
_HOUR = "(?:[01][0-9]|2[0-3])"
_DAYS = tuple(map(re.compile, (_YEAR + _MONTH + _DAY, f"{_YEAR} {_MONTH} {_DAY}", f"{_DAY} {_MONTH} {_YEAR}")))
_TIMES = tuple(map(re.compile, (f"{_HOUR}{_SIXTY}{_SIXTY}(?:[0-9]{{3}})?", f"{_HOUR} {_SIXTY} {_SIXTY}")))
_AT = frozenset({"at", "um"})
"""Words between day and time, in WhatsApp's names."""
_STAMP = re.compile(f"{_YEAR}{_MONTH}{_DAY}t{_HOUR}{_SIXTY}{_SIXTY}(?:[0-9]{{3}})?")


def without_times(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Tokens with a day and the time directly after it taken as one: `20240101 123456` → `20240101t123456`.

    Digits that are no time of a day, like 987654, may be an article's.
    """
    kept: list[str] = []
    at = 0
    while at < len(parts):
        day = _length(_DAYS, parts, at)
        begin = at + day + (at + day < len(parts) and parts[at + day] in _AT)
        time = _length(_TIMES, parts, begin) if day else 0
        if time:
            written = parts[at : at + day]
            kept.append(
                "".join((*(written if len(written[0]) > 2 else written[::-1]), "t", *parts[begin : begin + time]))
            )
            at = begin + time
        else:
            kept.append(parts[at])
            at += 1
    return tuple(kept)


def is_stamp(token: str) -> bool:
    """Whether it is a day with its time, as one token."""
    return _STAMP.fullmatch(token) is not None


def _length(forms: Sequence[re.Pattern[str]], parts: tuple[str, ...], at: int) -> int:
    """How many tokens from here are written in one of these forms; 0 where none are."""
    for form in forms:
        count = form.pattern.count(" ") + 1
        if form.fullmatch(" ".join(parts[at : at + count])):
            return count
    return 0
