"""Where a list is of something else than was asked for: in plain sentences. Pure."""

from services.catalog.queries.filters import Filters
from services.catalog.said.vocabulary import VIEW, known

VIEWS = {"back": "from behind", "side": "from the side", "detail": "of a detail"}
"""A front view is what a main picture shows, whatever it is called."""


def notes(filters: Filters, *, empty: bool = False) -> list[str]:
    """Of filters as they were looked for. empty: nothing was found."""
    told = []
    sought, looks = filters.sought, filters.looks
    for typed, taken in sought.instead if sought else ():
        told.append(f"No picture has “{typed}”: “{taken}” was looked for.")
    if sought and sought.instead:
        told.append(AS_TYPED)
    for typed, other in sought.nearly if sought else ():
        told.append(f"No picture has “{typed}”. Did you mean “{other}”?")
    if filters.left_out:
        lost = " and ".join(f"“{word}”" for word in filters.left_out)
        told.append(
            f"No picture has all of these words: this is what there is without {lost}{_views(filters.left_out)}."
        )
    if filters.lacking:
        lost = " or ".join(f"“{word}”" for word in filters.lacking)
        told.append(f"None of these pictures has {lost}: they are the nearest in meaning.")
    if empty and sought and not looks:
        told.append(f"{NOTHING}{' Your other filters leave some pictures only.' if filters.active() else ''}")
    if looks and looks.uncompared:
        told.append(_UNCOMPARED.format(n=looks.uncompared, m=looks.of))
    if looks and not looks.known:
        told.append(NOT_KNOWN)
    elif looks and looks.ids and not looks.alike and not looks.uncompared:
        told.append("No picture looks much like it: these are the nearest.")
    return told


def _views(words: tuple[str, ...]) -> str:
    views = [said.english[0] for word in words if (said := known(tuple(word.split()))) and said.kind == VIEW]
    lost = " or ".join(VIEWS[view] for view in views if view in VIEWS)
    return f"; none is {lost}" if lost else ""


AS_TYPED = "What stands in quotation marks is looked for as it is typed."
NOTHING = (
    "Nothing has these words, or means them: names, SKUs, tags, legible text, product data and what people wrote were "
    "looked through. What a picture shows is found by its tags only."
)
_UNCOMPARED = "{n} of {m} pictures are not compared yet: what is likest is known when all are."
NOT_KNOWN = (
    "What it shall look like has not been looked at, or is not known here: a picture of the library is compared soon "
    "after it has come, and one that you show is remembered for a month."
)
