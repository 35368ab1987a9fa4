"""All taught tags of a folder, read again when somebody has taught: no restart is needed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.tagger.models.registry import TAUGHT
from services.tagger.taught.folder import read
from services.tagger.taught.head import Head
from services.tagger.taught.linked import PALETTE, PALETTE_VERSION

Stamp = tuple[tuple[str, int], ...]


def stamp_of(folder: Path) -> Stamp:
    """Differs whenever a taught card came, changed or went."""
    return tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.glob(f"{TAUGHT}*.json")))


@dataclass
class Heads:
    """The heads of a folder that go with these models. broken: one sentence for each that cannot be used."""

    folder: Path
    models: Mapping[str, str]
    loaded: tuple[Head, ...] = ()
    broken: tuple[str, ...] = ()
    _stamp: Stamp | None = field(default=None, repr=False)

    def fresh(self) -> tuple[Head, ...]:
        """As they are on disk now."""
        stamp = stamp_of(self.folder)
        if stamp != self._stamp:
            heads, broken = [], []
            for name, _ in stamp:
                try:
                    heads.append(self._fitting(read(self.folder / name)))
                except (OSError, ValueError, KeyError) as error:
                    broken.append(f"the taught tags of {name} are left out: {error}")
            self.loaded, self.broken, self._stamp = tuple(heads), tuple(broken), stamp
        return self.loaded

    def _fitting(self, head: Head) -> Head:
        models = {PALETTE: PALETTE_VERSION, **self.models}
        for name, version in head.card.needs.items():
            if models.get(name) != version:
                here = f"is version {models[name]} here" if name in models else "is not here"
                raise ValueError(f"they were taught on {name} {version}, which {here}: run `packshot teach` again")
        return head

    @property
    def versions(self) -> dict[str, str]:
        """Name → version."""
        return {head.card.name: head.card.version for head in self.loaded}


class Versions(Mapping[str, str]):
    """Versions of all models and taught tags as they are now: what a new facet will say that it was made with."""

    def __init__(self, folder: Path, models: Mapping[str, str], broken: Sequence[str] = ()) -> None:
        """broken: one sentence for each model that is left out."""
        self.models = dict(models)
        """Without what was taught."""
        self._broken = tuple(broken)
        self._heads = Heads(folder, models)

    def heads(self) -> tuple[Head, ...]:
        """As they are on disk now."""
        return self._heads.fresh()

    @property
    def broken(self) -> tuple[str, ...]:
        """One sentence for each model and each taught card that is left out now."""
        self._heads.fresh()
        return self._broken + self._heads.broken

    @property
    def taught(self) -> dict[str, str]:
        """Of the taught tags alone."""
        self._heads.fresh()
        return self._heads.versions

    def __getitem__(self, name: str) -> str:
        return self._now()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def _now(self) -> dict[str, str]:
        return self.models | self.taught
