"""Which text counts: a person's, else a list's, else the file's own, else what we build. Pure."""

from services.catalog.alt_text import build
from services.catalog.alt_text.build import Told
from services.catalog.alt_text.facts import Facts
from services.catalog.alt_text.phrases import languages
from services.catalog.curation import ALT, CAPTION, decided
from services.catalog.described import described

NO_LANGUAGE = "Nobody stated its language, so it stands for all."
BESIDE = f"Written in a list or a side-car beside the file. {NO_LANGUAGE}"
EMBEDDED = f"Written in the file itself. {NO_LANGUAGE}"


def alts(facts: Facts) -> dict[str, Told]:
    """Language → alternative text: in those that we build, and those that somebody wrote in."""
    return {language: alt(facts, language) for language in _spoken(facts, ALT)}


def captions(facts: Facts) -> dict[str, Told]:
    """The same of captions."""
    return {language: caption(facts, language) for language in _spoken(facts, CAPTION)}


def alt(facts: Facts, language: str) -> Told:
    """In one language."""
    return _by_person(facts, f"{ALT}{language}") or _written(facts, "alt") or build.alt(facts, language)


def caption(facts: Facts, language: str) -> Told:
    """A description inside the file is not asked: cameras write their own name there."""
    told = _written(facts, "description")
    beside = told if told and told.source == "list" else None
    return _by_person(facts, f"{CAPTION}{language}") or beside or build.caption(facts, language)


def _spoken(facts: Facts, prefix: str) -> list[str]:
    return list(dict.fromkeys([*languages(), *sorted(decided(facts.said, prefix))]))


def _by_person(facts: Facts, field: str) -> Told | None:
    return Told(str(facts.said[field]), "person", "A person wrote it.") if field in facts.said else None


def _written(facts: Facts, name: str) -> Told | None:
    for said in described(facts.file):
        if said.name == name:
            beside = said.source == "beside"
            return Told(said.value, "list", BESIDE) if beside else Told(said.value, "file", EMBEDDED)
    return None
