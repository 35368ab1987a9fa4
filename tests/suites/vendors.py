"""PIMs for the suite of connectors: each behind the same few words. A new connector is one class here."""

from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from tests.fakes.akeneo import FakeAkeneo
from tests.fakes.salsify import FakeSalsify
from tests.fakes.vendor import Trouble
from tests.fakes.wisepim import FakeWisepim
from tests.unit.pim.polling import Stage, akeneo, salsify, wisepim


class Vendor(Protocol):
    """One PIM. Its products have ids of two digits; the SKU is S and the id."""

    system: str
    asks_for_changes: bool
    """Whether it can be asked for what has changed; else it says that by webhooks."""
    pim: Any

    def put(self, number: int, name: str) -> None: ...
    def take_away(self, number: int) -> None: ...
    def hide(self, number: int) -> None: ...
    def id(self, number: int) -> str: ...
    def breaks(self, status: int, *, in_the_middle: bool = False, body: str = "") -> None: ...
    def stage(self) -> AbstractAsyncContextManager[Stage]: ...


class OfAkeneo:
    system, asks_for_changes = "akeneo", True

    def __init__(self) -> None:
        self.pim = FakeAkeneo()
        self._hidden: list[object] = []
        found = self.pim._found
        self.pim._found = lambda item, search: item not in self._hidden and found(item, search)  # type: ignore[method-assign]

    def id(self, number: int) -> str:
        return f"u{number:02d}"

    def put(self, number: int, name: str) -> None:
        self.pim.product(self.id(number), f"S{number:02d}", values={"name": name})

    def take_away(self, number: int) -> None:
        del self.pim.products[self.id(number)]

    def hide(self, number: int) -> None:
        self._hidden.append(self.pim.products[self.id(number)])

    def breaks(self, status: int, *, in_the_middle: bool = False, body: str = "") -> None:
        path = "search_after=u19" if in_the_middle else "products-uuid"
        self.pim.page = 20
        self.pim.troubles = [Trouble(path, status, times=100, body=body)]

    def stage(self) -> AbstractAsyncContextManager[Stage]:
        return akeneo(self.pim)


class OfSalsify:
    system, asks_for_changes = "salsify", True

    def __init__(self) -> None:
        self.pim = FakeSalsify()

    def id(self, number: int) -> str:
        return f"S{number:02d}"

    def put(self, number: int, name: str) -> None:
        self.pim.product(self.id(number), Name=name)

    def take_away(self, number: int) -> None:
        self.pim.destroy(self.id(number))

    def hide(self, number: int) -> None:
        self.pim.hidden.add(self.id(number))

    def breaks(self, status: int, *, in_the_middle: bool = False, body: str = "") -> None:
        self.pim.page = 20
        self.pim.troubles = [Trouble("cursor=" if in_the_middle else "products", status, times=100, body=body)]

    def stage(self) -> AbstractAsyncContextManager[Stage]:
        return salsify(self.pim)


class OfWisepim:
    system, asks_for_changes = "wisepim", False

    def __init__(self) -> None:
        self.pim = FakeWisepim()

    def id(self, number: int) -> str:
        return str(number)

    def put(self, number: int, name: str) -> None:
        self.pim.product(number, f"S{number:02d}", name=name)

    def take_away(self, number: int) -> None:
        del self.pim.products[self.id(number)]

    def hide(self, number: int) -> None:
        self.pim.hidden.add(self.id(number))

    def breaks(self, status: int, *, in_the_middle: bool = False, body: str = "") -> None:
        self.pim.page = 20
        self.pim.troubles = [Trouble("page=2" if in_the_middle else "products", status, times=100, body=body)]

    def stage(self) -> AbstractAsyncContextManager[Stage]:
        return wisepim(self.pim)


VENDORS: tuple[type[Vendor], ...] = (OfAkeneo, OfSalsify, OfWisepim)
