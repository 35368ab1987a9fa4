"""A request for a size → what is to be made, or why not. Who may have it made is asked before anything is looked up."""

import time
from dataclasses import dataclass
from hashlib import sha256

from runtime.database import Database
from services.delivery import signing
from services.delivery.address import Address
from services.delivery.answers import Answer, file_headers, problem, redirect
from services.delivery.asked import Asked
from services.delivery.choose import File
from services.delivery.find import Found, basis
from services.delivery.order import Order, format_of, order
from services.delivery.sending import Sending, current, known, ranged, whose
from services.delivery.signing import Terms
from services.delivery.size import Size

PRESETS_ONLY = "Presets only"
CLOSED = "Only presets are served here. PACKSHOT_ON_THE_FLY=true has sizes made, for signed addresses."


@dataclass(frozen=True)
class Unmade:
    """What is to be sent once it is there."""

    order: Order
    file: File
    headers: dict[str, str]
    keys: dict[str, str]
    asset: str = ""
    version: int | None = None

    def sent(self, asked: Asked, size: int) -> Answer | Sending:
        """Now that it has `size` bytes."""
        return whose(ranged(self.file._replace(bytes=size), self.headers, asked, self.keys), self.asset, self.version)


def barred(asked: Asked, terms: Terms) -> Answer | None:
    """403 for who may not have sizes made."""
    if not terms.open:
        return problem(403, PRESETS_ONLY, CLOSED)
    why = signing.refusal(asked.path, asked.given, terms.keys, time.time())
    return problem(403, "Not signed", why) if why else None


def moved(found: Found, asked: Asked, terms: Terms, keys: dict[str, str]) -> Answer | None:
    """To the asset that goes on with this one: its address has to be signed, too."""
    if not found.merged_into:
        return None
    expires = asked.given.get(signing.EXPIRES)
    path = signing.signed(f"/a/{found.merged_into}{asked.behind}", terms.keys[0], int(expires) if expires else None)
    return redirect(asked.led(path), keys, 308)


async def sized(
    database: Database, address: Address, size: Size, asked: Asked, found: Found, keys: dict[str, str]
) -> Answer | Unmade | None:
    """found: with all files of the live version. None where the preset has no picture of it."""
    format = format_of(address.ending, asked.accept)
    wanted = order(found.files, address.preset, size, format, await basis(database, found.asset, found.live or 0))
    if wanted is None:
        return None
    etag = sha256(wanted.key.encode()).hexdigest()
    file = File(address.preset, "", format, wanted.key, etag, 0, *size.box, False)
    if led := current(file, address, asked, found.live, keys):
        return led
    ends = [left for left in (found.fresh, signing.left(asked.given, time.time())) if left is not None]
    headers = file_headers(file, keys, min(ends, default=None))
    return known(headers, asked) or Unmade(wanted, file, headers, keys, found.asset, found.live)
