"""A file that we will not take, said so that the photographer can mend it."""


class Refused(Exception):
    """The bytes are at fault, not we: ends as a facet with status `refused`, never as a dead letter.

    cause: what is wrong, as a plain sentence. cure: what to do about it, as a plain sentence.
    """

    def __init__(self, cause: str, cure: str) -> None:
        super().__init__(f"{cause} {cure}")
        self.cause = cause
        self.cure = cure
