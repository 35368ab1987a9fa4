"""A file that is to be sent: all of it, a part, or word that it is known already. Pure."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from runtime.ranges import matches, part
from services.delivery.address import Address
from services.delivery.answers import Answer, problem, redirect
from services.delivery.asked import Asked
from services.delivery.choose import File


@dataclass(frozen=True)
class Sending:
    """A file is to be sent: these headers, then these of its bytes. asset, version: whose it is."""

    status: int
    headers: dict[str, str]
    file: File
    part: range
    asset: str = ""
    version: int = 0


def current(file: File, address: Address, asked: Asked, live: int | None, keys: dict[str, str]) -> Answer | None:
    """Where an address leads that was made for other content than the current; None where it is that.

    live: number of the live version: `product.media` carries that. It is the same for all formats: where the format is
    chosen by what is accepted, the content of one would lead who takes another in a circle.
    """
    if asked.content in ("", str(live), file.content):
        return None
    now = {**asked.given, "v": str(live) if address.negotiated else file.content}
    return redirect(f"{asked.path.decode('ascii', 'replace')}?{urlencode(now)}", keys)


def whose(answer: Answer | Sending, asset: str, version: int | None) -> Answer | Sending:
    """The same, where it is a file with the word whose it is."""
    return replace(answer, asset=asset, version=version or 0) if isinstance(answer, Sending) else answer


def known(headers: dict[str, str], asked: Asked) -> Answer | None:
    """304 for who has these bytes."""
    if not matches(headers["ETag"], asked.headers.get("if-none-match")):
        return None
    return Answer(304, {name: value for name, value in headers.items() if name != "Content-Type"})


def ranged(file: File, headers: dict[str, str], asked: Asked, keys: dict[str, str]) -> Answer | Sending:
    """The bytes that were asked for."""
    wanted = part(asked.headers.get("range"), asked.headers.get("if-range"), headers["ETag"], file.bytes)
    if wanted is None:
        return Sending(200, headers, file, range(file.bytes))
    if not wanted:
        refused = problem(416, "No such bytes", f"The file has {file.bytes} bytes.", keys)
        return Answer(416, {**refused.headers, "Content-Range": f"bytes */{file.bytes}"}, refused.body)
    told = {**headers, "Content-Range": f"bytes {wanted.start}-{wanted.stop - 1}/{file.bytes}"}
    return Sending(206, told, file, wanted)
