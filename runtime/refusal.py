"""A file that we will not take, said so that the photographer can mend it."""

from typing import Literal

Kind = Literal["file", "time", "memory", "processes", "crash"]


class Refused(Exception):
    """The bytes are at fault, not we: ends as a facet with status `refused`, never as a dead letter.

    cause: what is wrong, as a plain sentence. cure: what to do about it, as a plain sentence. kind: as what it is
    counted: `file` (what it is or holds), or what became of the child that opened it.
    """

    def __init__(self, cause: str, cure: str, *, kind: Kind = "file") -> None:
        super().__init__(f"{cause} {cure}")
        self.cause = cause
        self.cure = cure
        self.kind = kind
