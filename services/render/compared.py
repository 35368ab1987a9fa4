"""One version's facets against what is planned of it: what it lacks, and what it holds too much. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from schemas.facet import Facet
from schemas.rendition import LATER, Rendition, RenditionsFacet
from schemas.video import RUNG, VideoFacet
from services.render.facts import Focal
from services.render.recipe import Planned
from services.render.video.recipe import resolve
from services.render.video.rungs import AnyRung


def pictures_compared(
    planned: Iterable[Planned], first: Facet, later: Facet | None
) -> tuple[list[str], list[Rendition]]:
    """Presets that lack their rendition, and renditions that no preset wants.

    first: a `renditions` that is done. A second wave that is still owed is under way, and a refused one settled.
    """
    settled = later.status != "done" if later is not None else LATER in first.owes
    made = [first] if later is None or settled else [first, later]
    data = [RenditionsFacet.model_validate(one.data) for one in made]
    there = {rendition.recipe: rendition for one in data for rendition in one.renditions}
    skipped = {one.recipe for each in data for one in each.skipped}
    pages = next((one.facts["document"].get("made") for one in data if "document" in one.facts), None)
    planned = list(planned)
    beyond = {one.hash for one in planned if pages is not None and (getattr(one, "page", None) or 0) > pages}
    waited = [one for one in planned if not (settled and one.wave == "later")]
    missing = [one.preset for one in waited if one.hash not in there.keys() | skipped | beyond]
    wanted = {one.hash for one in planned}
    return missing, [rendition for recipe, rendition in there.items() if recipe not in wanted]


def films_compared(
    rungs: Sequence[AnyRung], films: Mapping[str, Facet], focal: Focal | None, owed: Sequence[str]
) -> tuple[list[str], list[Rendition]]:
    """Rungs that lack theirs, and renditions that no rung wants. What is owed is under way, a refused one settled."""
    wanted = {rung.name: resolve(rung, focal).hash for rung in rungs}
    done = {name: film for name, film in films.items() if film.status == "done"}
    made = {name: VideoFacet.model_validate(film.data).renditions for name, film in done.items()}
    stale = [name for name in made if name in wanted and wanted[name] not in [one.recipe for one in made[name]]]
    new = [name for name in wanted if name not in films and RUNG + name not in owed]
    unwanted = [one for name, all_of in made.items() for one in all_of if one.recipe != wanted.get(name)]
    return stale + new, unwanted
