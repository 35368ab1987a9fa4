"""What is to be seen in a picture against a rule set. What is in doubt goes to a person, never through. Pure."""

from collections.abc import Iterator

from schemas.readiness import State
from services.catalog.channels.candidate import Candidate, Outgoing
from services.catalog.channels.model import PictureRules
from services.catalog.channels.spans import LARGER, within
from services.catalog.channels.verdict import Finding

CUT_OUT = "Photograph it on white, or have it cut out."
MOST_QUOTED = 40
BODY_LEAVES = ("top", "bottom")
"""Where a body leaves the picture while the garment on it is whole."""


def of_picture(candidate: Candidate, file: Outgoing, rules: PictureRules) -> Iterator[Finding]:
    """All findings."""
    yield from _ground(candidate, file, rules)
    yield from _room(candidate, file, rules)
    yield from _kind(candidate, rules)
    yield from _people(candidate, rules)
    yield from _text(candidate, rules)
    yield from _whole(candidate, rules)
    cures = ("Look at the parts of its score on the picture's page.", "")
    yield from within("quality", candidate.quality, rules.quality, "Its quality is {} of 100", cures)
    if rules.quality and candidate.quality is None and not candidate.drawn:
        yield _unknown(candidate, "quality", "How good it is")


def _ground(candidate: Candidate, file: Outgoing, rules: PictureRules) -> Iterator[Finding]:
    if rules.ground is None or file.white:
        return
    seen = candidate.composition.get("background")
    whitish = seen in ("pure white", "near white")
    if whitish and rules.ground == "near white":
        return
    if whitish and file.white is False and candidate.composition.get("cut_off"):
        if not rules.whole:  # else that asks a person already
            cause = "The product leaves the picture, so nobody has measured whether all around it is pure white."
            yield _finding("ground", "person", cause, "Look at it.")
    elif seen is None and file.white is None:
        yield _unknown(candidate, "ground", "What is behind the product")
    elif file.white is None and whitish:
        yield _finding("ground", "person", "Nobody has measured whether its border is pure white.", "Look at it.")
    else:
        behind = {"scene": "a scene", "plain": "plain, but not white"}.get(seen or "", "not white all around")
        yield _finding("ground", "blocked", f"Its ground is {behind}; {rules.ground} is asked for.", CUT_OUT)


def _room(candidate: Candidate, file: Outgoing, rules: PictureRules) -> Iterator[Finding]:
    closer = "Drop a larger original, or crop it closer to the product."
    yield from within("filled", file.filled, rules.filled, "The product fills {} of the frame", (closer, ""))
    yield from within("content", file.content, rules.content, "Without margin it is {} px", (LARGER, ""))
    for rule, span, value in (("filled", rules.filled, file.filled), ("content", rules.content, file.content)):
        if span is not None and value is None:
            yield _unknown(candidate, rule, "How much of the frame the product fills")


def _kind(candidate: Candidate, rules: PictureRules) -> Iterator[Finding]:
    if rules.packshot is None:
        return
    kind = candidate.composition.get("kind")
    if kind is None:
        yield _unknown(candidate, "packshot", "Whether it shows the product alone")
    elif (kind == "packshot") is not rules.packshot:
        wanted = "the product alone" if rules.packshot else "the product in use"
        cure = "Give that role to another picture."
        yield _finding("packshot", "blocked", f"It is a {kind} picture; the channel wants {wanted}.", cure)


def _people(candidate: Candidate, rules: PictureRules) -> Iterator[Finding]:
    if rules.people is not False:
        return
    people = candidate.composition.get("people")
    if people is None:
        yield _unknown(candidate, "people", "Whether somebody is to be seen")
    elif people:
        yield _finding("people", "person", "Somebody may be seen, which the channel does not want.", "Look at it.")


def _text(candidate: Candidate, rules: PictureRules) -> Iterator[Finding]:
    """Writing beside the product was laid over; on the product it may be its own."""
    if rules.text is not False:
        return
    if candidate.text is None:
        yield _unknown(candidate, "text", "Whether something is written over it")
        return
    lines = candidate.data("tags.later").get("text", [])
    box = candidate.composition.get("box")
    beside = [line["text"] for line in lines if box and _outside(line.get("box"), box)]
    if beside:
        cause = f"“{_quoted(beside)}” stands beside the product; the channel takes no writing."
        yield _finding("text", "blocked", cause, "Drop the picture without it.")
    elif lines:
        cause = f"“{_quoted(candidate.text)}” is to be read: printed on the product, or laid over it?"
        yield _finding("text", "person", cause, "Look at it.")


def _outside(line: list[float] | None, box: list[float]) -> bool:
    if not line:
        return False
    across, down = line[0] + line[2] / 2, line[1] + line[3] / 2
    return not (box[0] <= across <= box[0] + box[2] and box[1] <= down <= box[1] + box[3])


def _whole(candidate: Candidate, rules: PictureRules) -> Iterator[Finding]:
    if not rules.whole:
        return
    sides = candidate.composition.get("cut_off") or []
    if not sides:
        if candidate.composition.get("box") is None:
            yield _unknown(candidate, "whole", "Whether the product is whole")
        return
    cause = f"The picture's edge cuts the product: {', '.join(sides)}."
    # Trousers on somebody without a head are whole; and who turns away is often not seen to be somebody.
    if candidate.composition.get("people") is not False or (len(sides) == 1 and sides[0] in BODY_LEAVES):
        yield _finding("whole", "person", cause, "Look whether the product is whole.")
    else:
        yield _finding("whole", "blocked", cause, "Photograph the whole product.")


def _unknown(candidate: Candidate, rule: str, what: str) -> Finding:
    if candidate.untold:
        return _finding(rule, "fixable", f"{what} is still being found out.", "Wait for the tagger.")
    return _finding(rule, "person", f"{what} could not be told.", "Look at it.")


def _quoted(lines: list[str]) -> str:
    text = " / ".join(lines)
    return text if len(text) <= MOST_QUOTED else f"{text[: MOST_QUOTED - 1]}…"


def _finding(rule: str, state: State, cause: str, cure: str) -> Finding:
    return Finding(rule=rule, state=state, cause=cause, cure=cure)
