"""An editor who words one finished picture after the other while things break, and remembers what was acknowledged."""

import asyncio

from cli.api import ask
from cli.breaking.ledger import Ledger
from cli.breaking.load import REST_S, Load
from cli.breaking.pictures import poisoned
from cli.home import Home
from cli.trouble import Trouble
from schemas.topics import ASSET_METADATA

EVERY_S = 2.0
STEP = 7
"""From one picture to the next: some are worded again, all are as long as they are few."""
FIELD = "alt:en"


class Editor:
    """`run` until cancelled. `said`: asset → the text that was acknowledged last."""

    def __init__(self, home: Home, load: Load, ledger: Ledger) -> None:
        self._home, self._load, self._ledger = home, load, ledger
        self.said: dict[str, str] = {}
        self._open: tuple[str, str] | None = None
        """Asset and text of a try that nothing was heard of: it may have been taken."""

    async def run(self) -> None:
        """One decision each EVERY_S, again until the API has acknowledged it."""
        number = 0
        while True:
            if assets := self._finished():
                asset, text = assets[number * STEP % len(assets)], f"Wording {number} of a chaotic day"
                self._open = asset, text
                while not await asyncio.to_thread(self._decide, asset, text):  # noqa: ASYNC110 - the API is asked
                    await asyncio.sleep(REST_S)
                self.said[asset], self._open = text, None
                number += 1
            await asyncio.sleep(EVERY_S)

    def undone(self) -> list[str]:
        """Acknowledged words that the asset's record does not have."""
        wrong = []
        for asset, text in self.said.items():
            curation = self._ledger.last[ASSET_METADATA.name].get(f"{asset}/curation") or {"data": {"fields": {}}}
            found = curation["data"]["fields"].get(FIELD)
            if found != text and self._open != (asset, found):
                wrong.append(f"{asset}: {text!r} was acknowledged, its record says {found!r}")
        return wrong

    def _finished(self) -> list[str]:
        unfinished = set(self._load.unfinished())
        keys = [key for key, file in self._load.files.items() if key not in unfinished and not poisoned(file.seed)]
        return [self._ledger.asset_of[key] for key in keys]

    def _decide(self, asset: str, text: str) -> bool:
        try:
            ask(self._home, "POST", f"v1/assets/{asset}/decisions", {"set": {FIELD: text}})
        except Trouble:
            return False  # the API or what it stands on is being broken; whoever decides tries again
        return True
