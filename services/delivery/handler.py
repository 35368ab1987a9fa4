"""One request → its answer: where it stands, whether it may be seen, and which bytes."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode

from runtime.database import Database
from runtime.ranges import matches
from schemas.limits import shut_out
from services.delivery import answers
from services.delivery.address import Address, Embed, Gallery, NoAddress, Script, Slot, parse
from services.delivery.answers import NEGOTIATED, Answer, asset_key, problem, redirect, sku_key, surrogates
from services.delivery.asked import Asked, BadQuery
from services.delivery.choose import File, chosen
from services.delivery.closed import GONE, closed
from services.delivery.embed import best, in_frame, page, spoken
from services.delivery.find import EVERYBODY, Found, Shown, alts, find, gallery, roles
from services.delivery.scripts import script
from services.delivery.sending import Sending, current, known, ranged, whose
from services.delivery.signing import Terms
from services.delivery.size import BadSize
from services.delivery.sized import Unmade, barred, moved, sized
from services.delivery.spelling import spelt


async def answer(database: Database, asked: Asked, public_url: str, terms: Terms) -> Answer | Sending | Unmade:
    """What to send. Raises Unavailable."""
    try:
        match parse(asked.path):
            case Gallery() as wanted:
                return await _gallery(database, wanted.sku, asked, public_url)
            case Embed() as wanted:
                return await _embed(database, wanted, asked)
            case Script() as wanted:
                return script(wanted, asked)
            case address:
                return await _file(database, address, asked, terms)
    except NoAddress as error:
        return problem(404, "No such address", str(error))
    except BadQuery as error:
        return problem(400, "Unknown parameter", str(error))
    except BadSize as error:
        return problem(400, "No such size", str(error))


async def _file(database: Database, address: Address, asked: Asked, terms: Terms) -> Answer | Sending | Unmade:
    wish, size = asked.wish(address), address.size
    if size and (refused := barred(asked, terms)):
        return refused
    found = await find(database, address, asked.audience, wide=bool(wish.width or size))
    keys = _keys(address, found)
    if found is None:
        return await _nothing(database, address, asked, keys)
    if refused := (size and moved(found, asked, terms, keys)) or _refused(found, asked, keys):
        return refused
    if size:
        made = await sized(database, address, size, asked, found, keys)
        return made or problem(404, "No such rendition", _missing(found, address), keys)
    file = _of_set(found.files, address.digest) if address.file else chosen(found.files, wish)
    if file is None and address.file and (led := await _to_live_set(database, address, asked, keys)):
        return led
    if file is None:
        there = await find(database, address, asked.audience, wide=True)
        return problem(404, "No such rendition", _missing(there or found, address), keys)
    return _sent(file, address, asked, found, keys)


def _keys(address: Address, found: Found | None) -> dict[str, str]:
    keys = [sku_key(address.of.sku)] if isinstance(address.of, Slot) else [asset_key(address.of)]
    if found:
        keys.append(asset_key(found.asset))
    return {**surrogates(*dict.fromkeys(keys)), **(NEGOTIATED if address.negotiated else {})}


async def _nothing(database: Database, address: Address, asked: Asked, keys: dict[str, str]) -> Answer:
    if not isinstance(address.of, Slot):
        return problem(404, "No such asset", "Nothing by this id is, or ever was, live.", keys)
    state, live = await roles(database, address.of.sku)
    if state is None:
        return await spelt(database, address.of, asked, keys, signed=address.size is not None)
    if state == "removed":
        return problem(410, "Product removed", f"The PIM has removed {address.of.sku}.", keys)
    if (shut := await closed(database, address.of, asked.audience)) and (
        refused := _refused(shut, asked, _keys(address, shut))
    ):
        return refused
    there = answers.listed(live.items()) or "nothing yet"
    return problem(404, "No such medium", f"{address.of.sku} has no {_slot(address.of)}. Live: {there}.", keys)


def _slot(slot: Slot) -> str:
    return slot.role if slot.nth == 1 else f"{slot.role}.{slot.nth}"


def _refused(found: Found, asked: Asked, keys: dict[str, str]) -> Answer | None:
    """Why nobody may see it now; None where everybody may."""
    if found.merged_into:
        return redirect(asked.led(f"/a/{found.merged_into}{asked.behind}"), keys, 308)
    if found.state in GONE:
        return problem(410, "Gone", GONE[found.state], keys)
    if found.live is None:
        return problem(404, "Not live", f"No version of it is live yet; its newest is {found.state}.", keys)
    if not found.open and found.fresh is not None and found.fresh <= 0:
        return problem(410, "Expired", "It may not be shown any more: its time or its rights have ended.", keys)
    if not found.open and found.opens:
        return problem(403, "Under embargo", f"It may be shown from {found.opens:%Y-%m-%d %H:%M %Z} on.", keys)
    if where := shut_out(found.limits, asked.audience):
        return problem(451, "No rights", f"It may not be shown for {where}.", keys)
    return None


def _of_set(files: Sequence[File], digest: str) -> File | None:
    """Of the set that was begun with; of one that has been replaced since nothing is given away."""
    return next((file for file in files if file.key.split("/")[-2] == digest), None)


async def _to_live_set(database: Database, address: Address, asked: Asked, keys: dict[str, str]) -> Answer | None:
    """From the first file of a set that was replaced to that of the live one; None for a file that is not the first."""
    there = await find(database, replace(address, digest="", file=""), asked.audience, wide=False)
    sets = [file for file in there.files if file.several and file.preset == address.preset] if there else []
    if not sets or sets[0].key.rpartition("/")[2] != address.file:
        return None
    place = asked.path.decode("ascii", "replace").rsplit("/", 2)[0]
    given = {**asked.given, **({"v": sets[0].content} if asked.content else {})}
    first = quote("/".join(sets[0].key.split("/")[-2:]))
    return redirect(f"{place}/{first}{'?' if given else ''}{urlencode(given)}", keys)


def _missing(found: Found, address: Address) -> str:
    there = ", ".join(sorted({f"{file.preset} ({file.format})" for file in found.files}))
    ending = f" as {address.ending}" if address.ending else ""
    return f"There is no {address.preset}{ending} of it" + (f", but {there}." if there else ".")


def _sent(file: File, address: Address, asked: Asked, found: Found, keys: dict[str, str]) -> Answer | Sending:
    path = asked.path.decode("ascii", "replace")
    if file.several and not address.file:
        first = quote("/".join(file.key.split("/")[-2:]))
        place = path.removesuffix(f".{address.ending}") if address.ending else path
        return redirect(asked.led(f"{place}/{first}"), keys)
    if not address.file and (led := current(file, address, asked, found.live, keys)):
        return led
    headers = answers.file_headers(file, keys, found.fresh)
    return known(headers, asked) or whose(ranged(file, headers, asked, keys), found.asset, found.live)


async def _gallery(database: Database, sku: str, asked: Asked, public_url: str) -> Answer:
    audience = asked.audience
    found = await gallery(database, sku, audience)
    if found is None:
        return await _nothing(database, Address(Slot(sku, "main"), ""), asked, surrogates(sku_key(sku)))
    place = answers.Placed(public_url, quote(sku, safe=""), {k: v for k, v in audience._asdict().items() if v})
    made = answers.gallery(sku, found, place)
    if matches(made.headers["ETag"], asked.headers.get("if-none-match")):
        return Answer(304, made.headers)
    return made


async def _embed(database: Database, wanted: Embed, asked: Asked) -> Answer:
    """The page to be framed, of what is live now."""
    return in_frame(await _framed(database, wanted, asked))


async def _framed(database: Database, wanted: Embed, asked: Asked) -> Answer:
    of = Slot(wanted.sku, "main") if wanted.sku else wanted.asset
    address = Address(of, "")
    if isinstance(of, Slot):
        keys = surrogates(sku_key(of.sku))
        media = await gallery(database, of.sku, asked.audience)
        if media is None or (shown := best(media)) is None:
            return await _nothing(database, address, asked, keys)
        words = spoken(await alts(database, shown.asset), asked.languages)
        made = page(shown, of.sku, media.fresh, words)
    else:
        keys = surrogates(asset_key(of))
        found = await find(database, address, EVERYBODY, wide=True)
        if found is None:
            return await _nothing(database, address, asked, keys)
        if refused := _refused(found, asked, keys):
            return refused
        words = spoken(await alts(database, found.asset), asked.languages)
        made = page(Shown("main", 1, found.asset, found.files), "", found.fresh, words)
    if made is None:
        return problem(404, "Nothing to show", "It has no model, film or picture for the web.", keys)
    return known(made.headers, asked) or made
