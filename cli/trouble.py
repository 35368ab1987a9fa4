"""An error that the person at the terminal can mend."""


class Trouble(Exception):
    """What is wrong, and the cure; both are plain sentences. The command line prints them without a traceback."""

    def __init__(self, cause: str, cure: str) -> None:
        super().__init__(f"{cause} {cure}")
        self.cause = cause
        self.cure = cure
