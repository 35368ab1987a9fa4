"""What of the work on a picture could not be done, and why: the rest is there."""

import logging
from collections.abc import Iterable, Mapping

import pyvips

from services.tagger.models.registry import LeftOut
from services.tagger.models.session import Model, Seen

log = logging.getLogger(__name__)
LEFT_OUT = "It is left out: "
LONGEST = 500  # characters of a cause: a graph's runtime quotes itself at length


def cause(error: Exception) -> str:
    """In the exception's words."""
    return f"{error}"[:LONGEST] or type(error).__name__


def failed_on_it(steps: Iterable[str], models: Mapping[str, str]) -> bool:
    """Whether any model that is loaded stumbled over the picture, so that another look may find more.

    steps: those of a facet's problems; models: its models. One that is left out finds no more at the next look either:
    once it is back, the versions differ.
    """
    return any(step in models for step in steps)


class Looks:
    """Looks of one picture's models. problems: as the facet has them, one for each model that failed or is left out."""

    def __init__(self, left_out: Iterable[LeftOut] = ()) -> None:
        self.problems = [{"step": one.name, "cause": f"{LEFT_OUT}{one.cause}"[:LONGEST]} for one in left_out]

    def see(self, model: Model, picture: pyvips.Image) -> Seen:
        """What it sees; nothing, where it stumbles over this picture."""
        try:
            return model.see(picture)
        except Exception as error:  # of onnxruntime and numpy, each has a class for each fault
            log.warning("%s: %s", model.card.name, error, exc_info=error)
            if not self.failed(model):
                self.problems.append({"step": model.card.name, "cause": cause(error)})
            return Seen()

    def failed(self, model: Model) -> bool:
        """Whether it did, at any look."""
        return any(problem["step"] == model.card.name for problem in self.problems)
