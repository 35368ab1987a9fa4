"""A shoot that has settled: what became of the files of one folder of the inbox."""

import hashlib
from typing import Literal

from pydantic import Field

from schemas.base import Contract, Time

MOST_PROBLEMS = 20
"""That a record names; the report has all."""


class ShootCounts(Contract):
    """Files by how they stand."""

    ready: int = Field(default=0, ge=0, description="Done", examples=[38])
    waiting: int = Field(default=0, ge=0, description="For a person", examples=[1])
    rejected: int = Field(default=0, ge=0, description="By a person: they wait for another picture", examples=[0])
    refused: int = Field(default=0, ge=0, description="Not taken", examples=[1])
    failed: int = Field(default=0, ge=0, description="By our own error", examples=[0])


class ShootProblem(Contract):
    """A file that somebody has to do something about."""

    file: str = Field(description="Its name in the folder", examples=["STOOL-OAK_back.jpg"])
    status: Literal["ready", "waiting", "refused", "failed"] = Field(
        description="ready: but linked to no product; waiting: also for another picture, where it was rejected",
        examples=["refused"],
    )
    why: str = Field(description="For people", examples=["The picture is cut off: the last 57 % are missing."])
    cure: str = Field(description="For people", examples=["Export the picture again and drop it again."])


class Shoot(Contract):
    """As it had settled last. Written by the catalogue, after its report was put into the folder."""

    folder: str = Field(description="In the inbox; the files lie in it, not in one below it", examples=["autumn/day-1"])
    revision: int = Field(ge=1, examples=[1], description="Never goes back")
    content: str = Field(description="Hash of its report", examples=["9f86d081884c7d659a2feaa0c55ad015"])
    files: int = Field(ge=0, description="All", examples=[40])
    linked: int = Field(ge=0, description="Those that are linked to a product", examples=[36])
    counts: ShootCounts = Field(description="By how they stand")
    problems: list[ShootProblem] = Field(default_factory=list, description=f"The first {MOST_PROBLEMS}")
    more_problems: int = Field(default=0, ge=0, description="Others that the report names", examples=[0])
    owner: str = Field(default="", description="Of the folder's profile", examples=["anna@example.com"])
    report: str = Field(description="Key of the report in the inbox", examples=["autumn/day-1/packshot-report.csv"])
    changed: Time = Field(description="When something of it changed last")
    written: Time = Field(description="When")

    @property
    def key(self) -> str:
        """The record's key on `shoots`."""
        return self.folder


def shoot_object(folder: str) -> str:
    """Where its record is archived."""
    return f"shoots/{hashlib.sha256(folder.encode()).hexdigest()}.json"
