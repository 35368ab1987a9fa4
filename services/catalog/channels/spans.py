"""Numbers against the bounds of a rule set. Pure."""

from collections.abc import Iterator

from services.catalog.channels.candidate import Outgoing
from services.catalog.channels.model import FileRules, Span
from services.catalog.channels.verdict import Finding

LARGER, SMALLER = "Drop a larger original.", "Choose a preset that makes a smaller file."


def within(rule: str, value: float | None, span: Span | None, what: str, cures: tuple[str, str]) -> Iterator[Finding]:
    """`what`: "Its longer side is {} px". `cures`: of too little, of too much. A value that is None says nothing."""
    if span is None or value is None:
        return
    said = what.format(_plain(value))
    if span.least is not None and value < span.least:
        yield Finding(rule=rule, state="blocked", cause=f"{said}; at least {_plain(span.least)}.", cure=cures[0])
    elif span.most is not None and value > span.most:
        yield Finding(rule=rule, state="blocked", cause=f"{said}; at most {_plain(span.most)}.", cure=cures[1])
    elif span.advised is not None and value < span.advised:
        yield Finding(rule=rule, state="ready", cause=f"{said}; {_plain(span.advised)} is better.", cure=cures[0])


def of_file(file: Outgoing, rules: FileRules) -> Iterator[Finding]:
    """What is wrong with the file that goes out."""
    if rules.formats and file.format not in rules.formats:
        yield Finding(
            rule="formats",
            state="blocked",
            cause=f"It is {file.format}; the channel takes {', '.join(rules.formats)}.",
            cure="Hand over a preset of such a format.",
        )
    if rules.colours and file.colours is None:
        cause = f"Whether it is {' or '.join(rules.colours)} is not known."
        yield Finding(rule="colours", state="person", cause=cause, cure="Look at the file's profile.")
    elif rules.colours and file.colours not in rules.colours:
        cause = f"It is {file.colours}; the channel takes {', '.join(rules.colours)}."
        yield Finding(rule="colours", state="blocked", cause=cause, cure="Hand over a preset of such `colours`.")
    sides = (LARGER, SMALLER)
    yield from within("longer_side", max(file.width, file.height), rules.longer_side, "Its longer side is {} px", sides)
    yield from within(
        "shorter_side", min(file.width, file.height), rules.shorter_side, "Its shorter side is {} px", sides
    )
    yield from within("pixels", file.width * file.height, rules.pixels, "It has {} pixels", sides)
    yield from within("bytes", file.bytes, rules.bytes, "It weighs {} bytes", sides)
    if file.height:
        cures = ("Hand over a preset of the right ratio.",) * 2
        yield from within("ratio", round(file.width / file.height, 3), rules.ratio, "Width by height is {}", cures)


def _plain(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ") if value == int(value) else f"{value:g}"
