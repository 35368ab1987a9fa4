"""What others go on with when the first wave is made: the second wave, and pictures of what only render can open."""

from collections.abc import Iterable, Iterator, Sequence

from runtime.publisher import Outgoing
from schemas.asset import PLAIN, AssetIngested, LaterWork, Picture
from schemas.rendition import LATER, Rendition, RenditionsFacet
from schemas.tags import TAGS
from schemas.topics import ASSET_LATER
from services.render.model.plan import ModelRecipe
from services.render.recipe import Planned, Recipe

PARTS = 8
"""Pages of a document and views of a model that are looked at."""
SEE_THROUGH = ("webp", "png")
OPENED = ("jpeg", *SEE_THROUGH)


def sent_on(event: AssetIngested, planned: Sequence[Planned], made: RenditionsFacet) -> Iterator[Outgoing]:
    """At most one message. Said again it is the same event, unless a recipe has changed."""
    later = [one.hash for one in planned if one.wave == "later"]
    owes = [LATER] if later else []
    about: tuple[object, ...] = (event.version, *later)
    fields: dict[str, object] = {}
    if event.media_type not in PLAIN:
        pictures = pictures_of(planned, made.renditions)
        fields = {"pictures": pictures, "width": made.width, "height": made.height, "text": made.text}
        owes, about = [*owes, TAGS], (*about, *(picture.key for picture in pictures))
    if owes:
        work = LaterWork.model_validate({**event.model_dump(), **fields, "owes": owes})
        yield Outgoing(ASSET_LATER, event.asset_id, work, about=about)


def without_pictures(event: AssetIngested) -> Iterator[Outgoing]:
    """Where none could be made: who waits for them is told so."""
    if event.media_type not in PLAIN:
        work = LaterWork(**event.model_dump(), owes=[TAGS])
        yield Outgoing(ASSET_LATER, event.asset_id, work, about=(event.version, event.sha256, TAGS))


def looked_at(planned: Iterable[Planned]) -> list[Planned]:
    """Of what is planned, whole views that are there when the first wave is: neither padded nor cropped."""
    return [one for one in planned if one.wave != "later" and 1 <= _part(one) <= PARTS]


def pictures_of(planned: Iterable[Planned], made: Iterable[Rendition]) -> list[Picture]:
    """Those of it that were made; by part."""
    there = {rendition.recipe: rendition for rendition in made}
    views = [one for one in looked_at(planned) if one.hash in there]
    return sorted((_picture(_part(one), there[one.hash]) for one in views), key=lambda one: one.part)


def _part(one: Planned) -> int:
    """0: not to be looked at."""
    if isinstance(one, ModelRecipe):
        return one.view + 1 if one.makes == "turntable" else 0
    whole = isinstance(one, Recipe) and one.mode == "fit" and not one.animated and not one.own and one.format in OPENED
    return (one.page or 1) if whole and isinstance(one, Recipe) else 0


def _picture(part: int, made: Rendition) -> Picture:
    return Picture(
        key=made.key,
        bytes=made.bytes,
        width=made.width,
        height=made.height,
        see_through=made.format in SEE_THROUGH,
        part=part,
    )
