"""sign addresses of picture sizes that public delivery makes when they are asked for

A size is a preset's picture in other dimensions: put its words behind the preset, and the format last.

  /p/<sku>/<role>/<preset>/<size>.<ext>      /a/<asset>/<preset>/<size>.<ext>

  w400 h300               the box in pixels; one of them is enough, nothing is enlarged
  fit | fill | pad        all of it inside the box (default) | the box is filled, what stands over is cropped |
                          all of it, on a sheet of exactly the box
  auto centre north south east west     with fill, what is kept: the focal point that a person set, else what draws
                          the eye (auto, the default), or a side
  bgffffff                with pad, the sheet's colour
  q70                     quality, 1 to 100
  2x 3x                   pixel density
  .jpg .webp .avif .png   or none: WebP or JPEG, as the browser accepts

Delivery makes them where PACKSHOT_ON_THE_FLY=true is set; without a signature it answers 403. To change keys, put the
new one first: PACKSHOT_SIGN_KEYS=new,old, and drop the old one when no page carries its addresses any more.

examples:
  packshot sign /p/TRAINER-RED/main/web/w400.webp                     400 pixels wide
  packshot sign /p/TRAINER-RED/main/web/w400,h500,fill,2x             a card of 4:5 for sharp screens
  packshot sign /p/TRAINER-RED/back.2/zoom/w900,h900,pad.jpg --days 30   good for thirty days
  packshot sign https://media.example.com/a/6f1d3f0e/web/h200,q60.avif   for that host
"""

import argparse
import http.client
import json
import os
import time
import urllib.error
import urllib.request
from urllib.parse import quote, urlsplit

from cli import home as homes
from cli import ports
from cli.connect import settings_as
from cli.home import Home
from cli.say import say
from cli.trouble import Trouble
from services.delivery.address import Address, NoAddress, parse
from services.delivery.config import DeliverySettings
from services.delivery.signing import BadKeys, signed
from services.delivery.size import BadSize
from services.delivery.sized import PRESETS_ONLY

NAME = "sign"
ASK_S, LONGEST = 3.0, 10_000
STANDS = "/%,:@!$&'()*+;=~"
"""In a path these are not quoted, nor what is quoted already."""


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("address", nargs="+", help="path or whole address of a size")
    parser.add_argument("--days", type=float, help="so long it is good; for ever if not given")


def run(args: argparse.Namespace) -> int:
    """Prints a signed address a line."""
    home = homes.current()
    settings = settings_as(DeliverySettings, home)
    try:
        keys = settings.model_copy(update={"on_the_fly": False}).terms.keys
    except BadKeys as error:
        raise Trouble(str(error), "Mend PACKSHOT_SIGN_KEYS.") from error
    if not keys:
        raise Trouble("There is no key to sign with.", "Set PACKSHOT_SIGN_KEYS as it is set for delivery.")
    expires = int(time.time() + args.days * 86400) if args.days is not None else None
    unsigned = []
    for address in args.address:
        base, path = _parts(address, settings.public_url, home)
        print(f"{base}{signed(path, keys[0], expires)}")
        unsigned.append(f"{base}{path}")
    makes = settings.on_the_fly or _makes(unsigned[0])
    if makes is False:
        say("The delivery that runs there makes no sizes: start it with PACKSHOT_ON_THE_FLY=true.")
    elif makes is None:
        say("Delivery makes them where it runs with PACKSHOT_ON_THE_FLY=true. None answers there; here it is not set.")
    return 0


def _makes(unsigned: str) -> bool | None:
    """Whether the delivery there makes sizes: it says so to whom sends no signature. None: nothing that answers so."""
    if not unsigned.startswith(("http://", "https://")):
        return None
    try:
        with urllib.request.urlopen(unsigned, timeout=ASK_S):  # noqa: S310 - http and https only
            return None
    except urllib.error.HTTPError as answer:
        return _says(answer.read(LONGEST)) if answer.code == 403 else None
    except (OSError, http.client.HTTPException):
        return None


def _says(body: bytes) -> bool | None:
    try:
        return bool(json.loads(body)["title"] != PRESETS_ONLY)
    except (ValueError, LookupError, TypeError):
        return None


def _parts(address: str, public_url: str, home: Home) -> tuple[str, str]:
    """Where delivery is reached, and the quoted path. Raises Trouble for what is no size's address."""
    split = urlsplit(address)
    path = quote(split.path, safe=STANDS)
    try:
        named = parse(path.encode())
    except (NoAddress, BadSize) as error:
        raise Trouble(f"{address} is no address of a size: {error}", "`packshot sign --help` shows some.") from error
    if split.query or not isinstance(named, Address) or named.size is None:
        raise Trouble(
            f"{address} has no size.",
            "Presets need no signature. For a size: …/<preset>/w400.webp, without parameters.",
        )
    local = f"http://127.0.0.1:{ports.load(home.root / 'ports.json', os.environ)['public']}"
    return f"{split.scheme}://{split.netloc}" if split.netloc else public_url.rstrip("/") or local, path
