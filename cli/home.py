"""The one folder that holds the state of a copy of Packshot: PACKSHOT_HOME, by default `.packshot` in the checkout."""

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Home:
    """Names of everything below the state folder; nothing is made until `make()`."""

    root: Path

    @property
    def run(self) -> Path:
        """Pid files, the status of the supervisor, stamps of the set-up."""
        return self.root / "run"

    @property
    def logs(self) -> Path:
        """One `<part>.log` each, rotated by size."""
        return self.root / "logs"

    @property
    def kafka(self) -> Path:
        """The broker's jars; its data is under `data`."""
        return self.root / "kafka"

    @property
    def data(self) -> Path:
        """What the servers keep: one folder a server."""
        return self.root / "data"

    @property
    def tmp(self) -> Path:
        """Scratch; may be emptied whenever nothing runs."""
        return self.root / "tmp"

    @property
    def models(self) -> Path:
        """Converted models."""
        return self.root / "models"

    @property
    def npm(self) -> Path:
        """Unpacked npm packages that models are made from."""
        return self.root / "npm"

    @property
    def extras(self) -> frozenset[str]:
        """Names of the extras that the launcher was asked for (`setup --with NAME`)."""
        chosen = self.root / "extras"
        return frozenset(chosen.read_text().split()) if chosen.is_file() else frozenset()

    def make(self) -> "Home":
        """Makes the folders that are missing. Other users may pass through: PostgreSQL runs as a user of its own."""
        for folder in (self.root, self.run, self.logs, self.data, self.tmp):
            folder.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o755)
        return self


def current() -> Home:
    """The home that PACKSHOT_HOME names; the launcher sets it."""
    return Home(Path(os.environ.get("PACKSHOT_HOME") or CHECKOUT / ".packshot").resolve())
