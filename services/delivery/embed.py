"""The page that others frame: a 3D model with AR on iOS and Android, a film, or a picture, without a login. Pure.

It loads nothing from elsewhere, and is, with what is wrong in its place, the only answer that may be framed.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from html import escape
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote, urlencode

from services.delivery.answers import OPEN, Answer, asset_key, fresh_for, sku_key, surrogates
from services.delivery.choose import File, Wish, chosen
from services.delivery.find import Collected, Shown

MODEL, IOS, FILM, LADDER, PICTURE = "model", "model-ios", "web-mp4", "hls", "web"
"""Presets that it shows."""
DEFAULT = "en"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src 'self'; connect-src 'self' data: blob:; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *"
)
"""The viewer unpacks geometry in WebAssembly, and makes pictures of textures."""
BARE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *"
SAID = "html{color-scheme:light dark}body{margin:0;height:100vh;display:grid;place-items:center;font:14px system-ui}"
STYLE = (
    "html,body{margin:0;height:100%;background:#fff}"
    "model-viewer,video,body>img{display:block;width:100%;height:100%;object-fit:contain}"
    "model-viewer img{width:100%;height:100%;object-fit:contain}"
)


def in_frame(answer: Answer) -> Answer:
    """What is wrong, as a page that may be framed: a browser shows its own broken face for one that may not."""
    if answer.status < HTTPStatus.BAD_REQUEST:
        return answer
    detail = escape(str(json.loads(answer.body)["detail"]))
    body = f"<!doctype html><meta charset=utf-8><title>Not shown</title><style>{SAID}</style><p>{detail}</p>"
    told = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": BARE}
    return replace(answer, headers={**answer.headers, **told}, body=body.encode())


def best(found: Collected) -> Shown | None:
    """Of a product's media the first model, else the first film, else what leads."""
    for preset in (MODEL, FILM, PICTURE):
        for one in found.shown:
            if _named(one.files, preset):
                return one
    return None


class Words(NamedTuple):
    """What is said to those who do not see it."""

    language: str = DEFAULT
    text: str = ""


NOTHING_SAID = Words()


def spoken(alts: Mapping[str, str], languages: Iterable[str]) -> Words:
    """The text in the first of the languages that there is one in (`de-CH` takes `de`), else in English, else in any.

    alts: language → text.
    """
    own = {language.lower(): Words(language, text) for language, text in alts.items()}
    wanted = [name for one in languages for name in (one, one.partition("-")[0])]
    return next((own[name] for name in [*wanted, DEFAULT, *sorted(own)] if name in own), Words())


def page(shown: Shown, sku: str, fresh: float | None, words: Words = NOTHING_SAID) -> Answer | None:
    """None where there is nothing to show. fresh: seconds until nobody may see it."""
    title = words.text or sku or "Product"
    body = _body(shown, title)
    if body is None:
        return None
    viewer = _named(shown.files, MODEL) is not None
    scripts = '<script src="/s/viewer.js"></script><script type="module" src="/s/model-viewer.js"></script>'
    text = (
        f'<!doctype html><html lang="{escape(words.language)}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>"
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style>'
        f"{scripts if viewer else ''}</head><body>{body}</body></html>"
    ).encode()
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "ETag": f'"{sha256(text).hexdigest()[:32]}"',
        "Cache-Control": fresh_for(fresh),
        "Content-Security-Policy": POLICY,
        "Vary": "Accept-Language",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), xr-spatial-tracking=*, fullscreen=*",
        "Referrer-Policy": "no-referrer",
        **OPEN,
        **surrogates(*([sku_key(sku)] if sku else []), asset_key(shown.asset)),
    }
    return Answer(200, headers, text)


def _body(shown: Shown, title: str) -> str | None:
    model, ios, film = (_named(shown.files, preset) for preset in (MODEL, IOS, FILM))
    poster = chosen(shown.files, Wish(PICTURE, "", ""))
    picture = f'<img src="{_url(shown, poster)}" alt="{escape(title)}">' if poster else ""
    if model:
        return _model(shown, model, ios, picture, title)
    if film:
        ladder = _named(shown.files, LADDER)
        sources = [(ladder, "application/vnd.apple.mpegurl")] if ladder else []
        listed = "".join(
            f'<source src="{_url(shown, file)}" type="{kind}">' for file, kind in [*sources, (film, "video/mp4")]
        )
        shows = f' poster="{_url(shown, poster)}"' if poster else ""
        return f'<video controls playsinline preload="metadata"{shows} aria-label="{escape(title)}">{listed}</video>'
    return picture or None


def _model(shown: Shown, model: File, ios: File | None, picture: str, title: str) -> str:
    """Scene Viewer and WebXR take the GLB, Quick Look the USDZ; without scripts an iPhone still opens that."""
    for_ios = f' ios-src="{_url(shown, ios)}"' if ios else ""
    slot = picture.replace("<img ", '<img slot="poster" ', 1)
    plain = f'<noscript><a rel="ar" href="{_url(shown, ios)}">{picture}</a></noscript>' if ios and picture else ""
    return (
        f'<model-viewer src="{_url(shown, model)}"{for_ios} alt="{escape(title)}" ar '
        f'ar-modes="webxr scene-viewer quick-look" camera-controls touch-action="pan-y" '
        f'shadow-intensity="1">{slot}</model-viewer>{plain}'
    )


def _named(files: Sequence[File], preset: str) -> File | None:
    return next((file for file in files if file.preset == preset), None)


def _url(shown: Shown, file: File) -> str:
    """Quoted for an attribute. By asset: what is shown stays together, whatever a slot shows next."""
    place = f"/a/{quote(shown.asset, safe='')}/{file.preset}"
    first = "/".join(file.key.split("/")[-2:])
    path = f"{place}/{quote(first)}" if file.several else f"{place}.{file.key.rpartition('.')[2]}"
    return escape(f"{path}?{urlencode({'v': file.content})}")
