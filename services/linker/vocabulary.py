"""Words that file names are full of and that name no product by themselves."""

import re
from functools import lru_cache
from itertools import pairwise

from services.linker.times import is_stamp


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SAME_COLOUR = """
black blk schwarz noir nero negro zwart svart czarny
white wht weiss blanc bianco blanco wit vit hvid bialy
gray gry grau gris grigio grijs gra szary
red rot rouge rosso rojo rood rod czerwony
blue blau bleu blu azul blauw bla niebieski
green grn grun gruen vert verde groen gron zielony
yellow ylw gelb jaune giallo amarillo geel gul zolty
orange orng arancione naranja oranje pomaranczowy
purple prp lila violett violet viola morado paars fioletowy
pink pnk rosa rose roze rozowy
brown brn braun marron marrone bruin brun brazowy
silver slv silber argent argento plata zilver
gold gld or oro goud dorado doree
turquoise trq turkis tuerkis turchese turquesa
beige bge beis
navy nvy marine marineblau
"""
"""One colour a line, as shops and studios write it in the languages of Europe, and in three letters."""
SHORT_COLOURS = {
    "bl": ("black", "blue"), "bu": ("blue",), "wh": ("white",), "rd": ("red",), "gy": ("gray",), "gn": ("green",),
    "nv": ("navy",), "pk": ("pink",), "yl": ("yellow",),
}  # fmt: skip
"""Two letters are a colour only where a product has one that they may mean: they are a view or a country as well."""
_COLOUR_OF = {word: line.split()[0] for line in _SAME_COLOUR.strip().splitlines() for word in line.split()}
COLOURS = frozenset(_COLOUR_OF) - {"or", "marine", "bla", "rod", "gra"} | _words(
    """cream ivory khaki olive teal burgundy bordeaux lavender mint coral charcoal anthracite tan camel multicolor"""
)
"""Words that are colours wherever they stand; those taken out mean other things, too."""
SIZES = _words("xxs xs s m l xl xxl xxxl 2xl 3xl 4xl 5xl os onesize size grosse groesse taille")
SIZE_WORDS = SIZES | _words("small medium large xlarge xxlarge klein mittel")
"""Those that say no size before they are found in a list, like `box-large`, and no view either."""
NOISE = _words(
    """copy kopie copie copia final finale edit edited bearbeitet retouched retusche retouch neu new old alt export
    web print highres hires lowres hr lr srgb rgb cmyk cutout freigestellt clipped original orig draft wip rev
    version image img picture pic photo foto bild jpg jpeg png tif tiff webp heic psd raw the and for und mit
    product produkt products produkte images photos fotos pictures shooting studio upload shop of de"""
)
COPIES = frozenset({"copy", "kopie", "copie", "copia"})
CAMERAS = _words(
    """img dsc dscf dscn dscs mg imgp pict mvi vid gopr gx gh dji pxl sam cimg hpim kif pano scan image photo
    screenshot capture"""
)
_COUNTER = re.compile(r"(?:img|dsc|dscf|dscn|imgp|pict|mvi|gopr|dji|pxl|cimg|hpim|scan|image|photo)\d{3,8}|wa\d{4}")
_MEASURE = re.compile(r"\d+(?:x\d+|dpi|px|mm|cm|k|p|mp|bit)|v\d{1,2}|rev\d{1,2}|x\d+")
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


_EDITION = re.compile(r"(?:v|rev|version)(\d{1,3})")


def edition(parts: tuple[str, ...]) -> int:
    """Which edition of a picture its name says: 2 of `main_v2`, 3 of `rev 3`; 0 where it says none."""
    pairs = [f"{one}{other}" for one, other in pairwise(parts) if other.isdigit()]
    return max((int(found[1]) for word in (*parts, *pairs) if (found := _EDITION.fullmatch(word))), default=0)


def unedited(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name without those that say which edition it is, which size or day: `main_v2_final` is `main`."""
    kept = []
    for before, part in pairwise(("", *parts)):
        numbers_it = part.isdigit() and _EDITION.fullmatch(before + part)
        if not (numbers_it or part in NOISE or _MEASURE.fullmatch(part) or _DATE.fullmatch(part)):
            kept.append(colour_of(part))
    return tuple(kept)


def colour_of(word: str) -> str:
    """The English name of a colour in another language: `schwarz` is `black`; other words as they are."""
    return _COLOUR_OF.get(word, word)


@lru_cache(maxsize=1 << 12)
def is_noise(token: str) -> bool:
    """Says nothing of the product: a copy mark, a version, a size in pixels, a date or time, a camera's counter."""
    forms = (_COUNTER, _MEASURE, _DATE)
    return token in NOISE or is_stamp(token) or any(form.fullmatch(token) for form in forms)


def without_counters(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Tokens with a camera's prefix and the number after it taken as one: `img 1234 mh01` → `img1234 mh01`.

    So a counter alone is never a key, while an article that is really called MG-1234 is still found.
    """
    kept: list[str] = []
    for part in parts:
        follows = kept and (kept[-1] in CAMERAS or _COUNTER.fullmatch(kept[-1]))
        if follows and part.isdigit() and 3 <= len(part) <= 8:
            kept[-1] += part
        else:
            kept.append(part)
    return tuple(kept)
