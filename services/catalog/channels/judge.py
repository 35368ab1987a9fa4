"""A product's pictures against a channel's rules. Pure.

Each place takes pictures of its roles, in the order of the rules and then of the product, each picture once: what one
place has no room or use for is there for the next. What a place needs and does not get blocks the product; a further
picture that does not fit stays behind.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from services.catalog.channels.candidate import READY, TO_APPROVE, WORKING, Candidate, left_out, outgoing
from services.catalog.channels.looks import of_picture
from services.catalog.channels.model import Channel, MetadataRules, RuleSet, Slot
from services.catalog.channels.naming import Ids, of_product
from services.catalog.channels.own_words import of_metadata
from services.catalog.channels.spans import of_file
from services.catalog.channels.verdict import WORST, Finding, Picture, Place, Readiness, worst


class Product(NamedTuple):
    """What is judged: `media` in the product's own order."""

    sku: str
    media: Sequence[Candidate]
    ids: Ids = Ids()


def judge(channel: Channel, rules: RuleSet, product: Product, day: date, *, trusting: bool = False) -> Readiness:
    """By these rules. trusting: somebody answers for what no machine can judge of any picture (a slot's `person`); what
    is measured, or could not be, stands as it is."""
    sku, media = product.sku, product.media
    left = list(media)
    places: list[Place] = []
    over: list[set[str]] = []
    fits, bad = set[str](), set[str]()
    for slot in rules.slots:
        fitting = sorted((one for one in left if _may(one, slot)), key=lambda one: _turn(one, slot))
        place, good, unfit = _place(By(channel.channel, rules.metadata, trusting), slot, fitting)
        taken = {one.asset_id for one in place.pictures}
        left = [one for one in left if one.asset_id not in taken]
        places.append(place)
        over.append(good - taken)
        fits, bad = fits | good, bad | unfit
    nowhere = {one.asset_id for one in left}
    places = [one.model_copy(update={"spare": len(good & nowhere)}) for one, good in zip(places, over, strict=True)]
    places[0] = _named(places[0], list(of_product(sku, product.ids, rules.naming)))
    state = worst(place.state for place in places)
    return Readiness(
        sku=sku, channel=channel.channel, on=day, since=rules.since, state=state, places=places,
        blocked=sorted(bad - fits),
    )  # fmt: skip


class By(NamedTuple):
    """Whose rules, what files must say of themselves there, and whether somebody answers for what is a person's."""

    channel: str
    metadata: MetadataRules
    trusting: bool


def _named(place: Place, found: list[Finding]) -> Place:
    """The first place tells what is wrong with the product's names."""
    state = worst([place.state, *(one.state for one in found)])
    return place.model_copy(update={"state": state, "findings": [*place.findings, *found]})


def _turn(candidate: Candidate, slot: Slot) -> tuple[bool, bool, int]:
    """What may not be given, and what nobody has approved, is not there yet: it takes no place from what is."""
    return bool(candidate.barred), candidate.state == TO_APPROVE, slot.roles.index(candidate.role)


def _may(candidate: Candidate, slot: Slot) -> bool:
    return candidate.role in slot.roles and candidate.kind in ("", slot.kind)


def _place(by: By, slot: Slot, fitting: list[Candidate]) -> tuple[Place, set[str], set[str]]:
    """The place, all that would fit into it, and what does not."""
    judged = [_picture(by, slot, one) for one in fitting]
    good = [one for one in judged if one.state != "blocked"]
    kept = good[: slot.most] if slot.most else good
    # What is needed is shown even where it does not fit: that is what somebody has to mend.
    shown = kept or judged[: max(1, slot.least)]
    findings = list(_too_few(slot, len(good), len(judged)))
    needed = sorted((one.state for one in kept), key=WORST.index)[: slot.least]
    place = Place(
        slot=slot.name,
        state=worst([*needed, *(finding.state for finding in findings)]),
        least=slot.least,
        advised=slot.advised,
        pictures=shown,
        missing=[] if len(good) >= max(slot.least, slot.advised) else list(slot.roles),
        findings=findings,
    )
    fits = {one.asset_id for one in good}
    return place, fits, {one.asset_id for one in judged} - fits


def _too_few(slot: Slot, count: int, there: int) -> Iterator[Finding]:
    cure = f"Drop a picture with the role {' or '.join(slot.roles)}."
    if count < slot.least:
        cause = f"{slot.name}: {count} of at least {slot.least} that fit." if there else f"{slot.name}: no picture."
        cure = "Mend what stands below, or drop another picture." if there else cure
        yield Finding(rule="least", state="blocked", cause=cause, cure=cure)
    elif count < slot.advised:
        yield Finding(rule="advised", state="ready", cause=_more(slot, count), cure=cure)


def _more(slot: Slot, count: int) -> str:
    """`2 further pictures; 3 are better.`"""
    what = "" if slot.name == "picture" else f"{slot.name} "
    return f"{count or 'No'} {what}picture{'' if count == 1 else 's'}; {slot.advised} {_be(slot.advised)} better."


def _be(many: int) -> str:
    return "is" if many == 1 else "are"


def _picture(by: By, slot: Slot, candidate: Candidate) -> Picture:
    findings = list(_findings(by, slot, candidate))
    return Picture(
        asset_id=candidate.asset_id,
        version=candidate.version,
        name=candidate.name,
        role=candidate.role,
        preset=slot.preset,
        state=worst(finding.state for finding in findings),
        findings=findings,
    )


def _findings(by: By, slot: Slot, candidate: Candidate) -> Iterator[Finding]:
    if candidate.barred:
        cure = "Mend its rights, or drop another picture."
        yield Finding(rule="rights", state="blocked", cause=candidate.barred, cure=cure)
        return
    said = candidate.said.get(by.channel)
    if said == "rejected":
        yield Finding(
            rule="person", state="blocked", cause="Somebody said that it does not fit here.", cure="Drop another one."
        )
        return
    if candidate.state != READY:
        yield _not_live(candidate)
        return
    file = outgoing(candidate, slot)
    if file is None:
        yield _not_made(slot, candidate)
        return
    marks = of_metadata(candidate, slot, by.metadata)
    found = [*of_file(file, slot.file), *of_picture(candidate, file, slot.picture), *marks]
    for one in (*found, *(() if by.trusting else map(_sentence, slot.person))):
        if one.state != "person":
            yield one
        elif not _is_answered(candidate, by.channel, question := one.question or one.rule):
            yield one.model_copy(update={"question": question})


def _sentence(what: str) -> Finding:
    cause = f"{what}: nobody has looked yet."
    return Finding(rule="person", state="person", cause=cause, cure="Look at it.", question=what)


def _is_answered(candidate: Candidate, channel: str, question: str) -> bool:
    """By who looked: what rules ask that began later, or in another place, nobody has been shown."""
    answered = candidate.answered.get(channel)
    return candidate.said.get(channel) == "confirmed" and (answered is None or question in answered)


def _not_live(candidate: Candidate) -> Finding:
    if candidate.state == WORKING:
        return Finding(rule="state", state="fixable", cause="It is still being worked on.", cure="Wait a moment.")
    if candidate.state == TO_APPROVE:
        cure = "Approve or reject it."
        return Finding(rule="state", state="person", cause="It waits to be approved.", cure=cure)
    return Finding(rule="state", state="blocked", cause=f"It is {candidate.state}.", cure="See the picture's page.")


def _not_made(slot: Slot, candidate: Candidate) -> Finding:
    if slot.preset is None or candidate.pending:
        cause = f"{slot.preset or 'It'} is still being made."
        return Finding(rule="preset", state="fixable", cause=cause, cure="Wait for render.")
    if reason := left_out(candidate, slot.preset):
        return Finding(rule="preset", state="blocked", cause=f"There is no {slot.preset} of it. {reason}")
    cure = f"Put the preset {slot.preset} into your presets, if it is not there, then `packshot presets apply`."
    return Finding(rule="preset", state="blocked", cause=f"{slot.preset} was not made of it.", cure=cure)
