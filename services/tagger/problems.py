"""What of the work on a picture could not be done, and why: the rest is there."""

import logging

import pyvips

from services.tagger.models.session import Model, Seen

log = logging.getLogger(__name__)
LONGEST = 500  # characters of a cause: a graph's runtime quotes itself at length


def cause(error: Exception) -> str:
    """In the exception's words."""
    return f"{error}"[:LONGEST] or type(error).__name__


class Looks:
    """Looks of one picture's models. problems: as the facet has them, one for each model that failed."""

    def __init__(self) -> None:
        self.problems: list[dict[str, str]] = []

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
