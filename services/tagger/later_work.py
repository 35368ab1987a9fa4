"""The second wave of one picture, in the cage: dear things, one after the other. A new one is a file and a line."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from runtime import pixels
from services.tagger import codes, detail, mask, text
from services.tagger.look import Look
from services.tagger.models import registry
from services.tagger.problems import cause

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """find: a look → fields of `TagsLaterFacet`. version: raised by hand when it finds something else.

    `find` may raise: the cause, in the exception's words, becomes a problem in the facet, and the other steps go on.
    """

    name: str
    version: str
    find: Callable[[Look], dict[str, Any]]


STEPS = (
    Step("barcodes", "2", codes.find),
    Step("text", "3", text.find),
    Step("mask", "3", mask.find),
    Step("detail", "2", detail.find),
)
VERSIONS = {step.name: step.version for step in STEPS}


def versions(folder: Path) -> dict[str, str]:
    """Step → its version, and that of the model that it uses, where that is one of the folder: `3, product-mask 1`."""
    card = registry.cutter_card(folder)
    return VERSIONS | ({"mask": f"{VERSIONS['mask']}, {card.name} {card.version}"} if card else {})


def warm() -> None:
    """Close libvips' loaders. Models are loaded by the first picture that needs them: many never do."""
    pixels.lock_down()
    cv2.setNumThreads(1)  # parallel by children, as libvips


def work(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """job: {"input": a name in `folder`, "steps": names, in any order, "made": whether render has made that picture}.

    Yields {"opened": [width, height]}, then for each step {"step", "found": its fields} or {"step", "problem": why}.
    Raises Refused for what cannot be opened.
    """
    own = folder / "text"  # of a document, which render has taken out of it
    said = own.read_text("utf-8", "replace") if own.exists() else ""
    look = Look(folder / job["input"], said, is_original=not job.get("made"))
    yield {"opened": [look.width, look.height]}
    for step in STEPS:
        if step.name in job["steps"]:
            yield {"step": step.name, **_tried(step, look)}


def _tried(step: Step, look: Look) -> dict[str, Any]:
    try:
        found = step.find(look)
    except Exception as error:  # whatever one step stumbles over, the others find what they can
        log.warning("%s: %s", step.name, error, exc_info=error)
        return {"problem": cause(error)}
    look.found[step.name] = found
    return {"found": found}
