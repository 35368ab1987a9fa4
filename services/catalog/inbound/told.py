"""What became of a file that came by an upload link, as its sender is told. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from schemas.upload_link import Came

Became = Literal["arriving", "waiting", "taken", "rejected", "refused"]


class Marked(BaseModel):
    """A place on the picture, in shares of its width and height."""

    left: float
    top: float
    width: float
    height: float


class SentFile(BaseModel):
    """One file, and what became of it."""

    file: str = Field(description="What it is called here", examples=["shoe.jpg"])
    named: str = Field(description="As its sender had called it", examples=["IMG_0001.JPG"])
    at: datetime = Field(description="When it came first")
    state: Became = Field(
        description="rejected: by somebody, who says why; send it again under its name. refused: it is no file that "
        "can be used. taken: it is in use"
    )
    why: str = ""
    cure: str = ""
    mark: Marked | None = Field(default=None, description="The place that the rejection means")
    width: int = Field(default=0, description="Pixels; 0: not known yet")
    height: int = Field(default=0, description="Pixels")
    version: int | None = Field(default=None, description="Of its thumbnail; null: there is none yet")


def told(name: str, came: Came, found: Mapping[str, Any] | None) -> SentFile:
    """found: what the view knows of it, if anything."""
    first = SentFile(file=name, named=came.named, at=came.at, state="arriving")
    if found is None:
        return first
    said = found["said"] if isinstance(found["said"], dict) else None
    update: dict[str, Any] = {"state": _became(found, said), "width": found["width"], "height": found["height"]}
    update["version"] = found["newest"] if found["shown"] else None
    if said:
        update |= {"why": str(said.get("reason", "")), "cure": "Send it again, under the same name."}
        update["mark"] = Marked.model_validate(said["mark"]) if said.get("mark") else None
    elif update["state"] == "refused":
        update |= {"why": found["cause"] or "", "cure": found["cure"] or ""}
    return first.model_copy(update=update)


def _became(found: Mapping[str, Any], said: Mapping[str, Any] | None) -> Became:
    if said:
        return "rejected"
    if found["state"] == "refused":
        return "refused"
    return "taken" if found["live"] == found["newest"] else "waiting"
