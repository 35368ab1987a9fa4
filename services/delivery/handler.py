"""One request → its answer: where it stands, whether it may be seen, and which bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlencode

from runtime.database import Database
from runtime.ranges import matches, part
from schemas.limits import Audience
from services.delivery import answers
from services.delivery.address import Address, Gallery, NoAddress, Slot, parse
from services.delivery.answers import Answer, asset_key, problem, redirect, sku_key, surrogates
from services.delivery.choose import DENSITIES, File, Wish, chosen
from services.delivery.find import Found, find, gallery, roles

WIDEST = 10_000
GONE = {"purged": "It was deleted."}


@dataclass(frozen=True)
class Asked:
    """A GET or HEAD. path: as it came, still quoted; headers by their names in small letters."""

    path: bytes
    query: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Sending:
    """A file is to be sent: these headers, then these of its bytes."""

    status: int
    headers: dict[str, str]
    file: File
    part: range


class BadQuery(ValueError):
    """A parameter that means nothing; the text says which are known."""


async def answer(database: Database, asked: Asked, public_url: str) -> Answer | Sending:
    """What to send. Raises Unavailable."""
    try:
        address = parse(asked.path)
        if isinstance(address, Gallery):
            return await _gallery(database, address.sku, asked, public_url)
        wish, content = _wish(address, asked)
        audience = _audience(asked)
    except NoAddress as error:
        return problem(404, "No such address", str(error))
    except BadQuery as error:
        return problem(400, "Unknown parameter", str(error))
    found = await find(database, address, audience, wide=bool(wish.width))
    keys = _keys(address, found)
    if found is None:
        return await _nothing(database, address, keys)
    if refused := _refused(found, asked.path, keys):
        return refused
    file = _of_set(found.files, address.digest) if address.file else chosen(found.files, wish)
    if file is None:
        there = await find(database, address, audience, wide=True)
        return problem(404, "No such rendition", _missing(there or found, address), keys)
    content = "" if content == str(found.live) else content  # `product.media` carries the version
    return _sent(file, address, asked, content, found.fresh, keys)


def _wish(address: Address, asked: Asked) -> tuple[Wish, str]:
    """What is asked for, and the content that the address was made for ("" for whatever is current)."""
    given = _given(asked)
    content = given.get("v", "")
    width, density = given.get("w", "0"), given.get("dpr", "1")
    if not (width.isascii() and width.isdigit() and int(width) <= WIDEST):
        raise BadQuery(f"`w` is a width in pixels, at most {WIDEST}.")
    if density not in [str(one) for one in DENSITIES]:
        raise BadQuery("`dpr` is 1, 2 or 3.")
    # Other parameters are left alone: shops and CDNs put their own behind every address.
    return Wish(address.preset, address.ending, asked.headers.get("accept", ""), int(width), int(density)), content


def _given(asked: Asked) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(asked.query, keep_blank_values=True).items()}


def _audience(asked: Asked) -> Audience:
    """Whom the shop asks for."""
    given = _given(asked)
    return Audience(*(given.get(name, "")[:100] for name in Audience._fields))


def _keys(address: Address, found: Found | None) -> dict[str, str]:
    keys = [sku_key(address.of.sku)] if isinstance(address.of, Slot) else [asset_key(address.of)]
    if found:
        keys.append(asset_key(found.asset))
    return surrogates(*dict.fromkeys(keys))


async def _nothing(database: Database, address: Address, keys: dict[str, str]) -> Answer:
    if not isinstance(address.of, Slot):
        return problem(404, "No such asset", "Nothing by this id is, or ever was, live.", keys)
    state, live = await roles(database, address.of.sku)
    if state is None:
        return problem(404, "No such product", f"No product has the SKU {address.of.sku}.", keys)
    if state == "removed":
        return problem(410, "Product removed", f"The PIM has removed {address.of.sku}.", keys)
    there = answers.listed(live.items()) or "nothing yet"
    return problem(404, "No such medium", f"{address.of.sku} has no {_slot(address.of)}. Live: {there}.", keys)


def _slot(slot: Slot) -> str:
    return slot.role if slot.nth == 1 else f"{slot.role}.{slot.nth}"


def _refused(found: Found, path: bytes, keys: dict[str, str]) -> Answer | None:
    """Why nobody may see it now; None where everybody may."""
    if found.merged_into:
        rest = path.split(b"/", 3)[3].decode("ascii", "replace")
        return redirect(f"/a/{found.merged_into}/{rest}", keys, 308)
    if found.state in GONE:
        return problem(410, "Gone", GONE[found.state], keys)
    if found.live is None:
        return problem(404, "Not live", f"No version of it is live yet; its newest is {found.state}.", keys)
    if not found.open and found.fresh is not None and found.fresh <= 0:
        return problem(410, "Expired", "It may not be shown any more: its time has ended.", keys)
    if not found.open and found.opens:
        return problem(403, "Under embargo", f"It may be shown from {found.opens:%Y-%m-%d %H:%M %Z} on.", keys)
    return None


def _of_set(files: Sequence[File], digest: str) -> File | None:
    """Of the set that was begun with; of one that has been replaced since nothing is given away."""
    return next((file for file in files if file.key.split("/")[-2] == digest), None)


def _missing(found: Found, address: Address) -> str:
    there = ", ".join(sorted({f"{file.preset} ({file.format})" for file in found.files}))
    ending = f" as {address.ending}" if address.ending else ""
    return f"There is no {address.preset}{ending} of it" + (f", but {there}." if there else ".")


def _sent(
    file: File, address: Address, asked: Asked, content: str, fresh: float | None, keys: dict[str, str]
) -> Answer | Sending:
    """fresh: seconds until nobody may see it any more."""
    path = asked.path.decode("ascii", "replace")
    if file.several and not address.file:
        first = quote("/".join(file.key.split("/")[-2:]))
        return redirect(f"{path.removesuffix(f'.{address.ending}') if address.ending else path}/{first}", keys)
    if content and content != file.content and not address.file:
        now = {**_given(asked), "v": file.content}
        return redirect(f"{path}?{urlencode(now)}", keys)
    headers = answers.file_headers(file, keys, chosen=not address.ending and not address.file, fresh=fresh)
    if matches(headers["ETag"], asked.headers.get("if-none-match")):
        return Answer(304, {name: value for name, value in headers.items() if name != "Content-Type"})
    wanted = part(asked.headers.get("range"), asked.headers.get("if-range"), headers["ETag"], file.bytes)
    if wanted is None:
        return Sending(200, headers, file, range(file.bytes))
    if not wanted:
        refused = problem(416, "No such bytes", f"The file has {file.bytes} bytes.", keys)
        return Answer(416, {**refused.headers, "Content-Range": f"bytes */{file.bytes}"}, refused.body)
    headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{file.bytes}"
    return Sending(206, headers, file, wanted)


async def _gallery(database: Database, sku: str, asked: Asked, public_url: str) -> Answer:
    audience = _audience(asked)
    found = await gallery(database, sku, audience)
    if found is None:
        return await _nothing(database, Address(Slot(sku, "main"), ""), surrogates(sku_key(sku)))
    place = answers.Placed(public_url, quote(sku, safe=""), {k: v for k, v in audience._asdict().items() if v})
    made = answers.gallery(sku, found, place)
    if matches(made.headers["ETag"], asked.headers.get("if-none-match")):
        return Answer(304, made.headers)
    return made
