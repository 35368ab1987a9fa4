"""Which column is which: the words that shops, PIMs and people write over their columns."""

import re
import unicodedata
from collections.abc import Sequence

# The first word that is found wins, so that `sku` beats `id` where a list has both.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "sku": (
        "sku",
        "variantsku",
        "skucode",
        "code",
        "identifier",
        "articlenumber",
        "articleno",
        "artno",
        "artnr",
        "artikelnummer",
        "artikelnr",
        "itemnumber",
        "itemno",
        "productcode",
        "productnumber",
        "materialnumber",
        "reference",
        "ref",
        "productid",
        "itemid",
        "id",
    ),
    "gtin": (
        "gtin",
        "gtin13",
        "gtin14",
        "gtin12",
        "ean",
        "ean13",
        "eancode",
        "upc",
        "upca",
        "barcode",
        "variantbarcode",
        "isbn",
    ),
    "name": ("name", "title", "productname", "producttitle", "label", "bezeichnung", "produktname", "nom"),
    "color": ("color", "colour", "colorname", "colourname", "maincolor", "farbe", "couleur", "kleur"),
    "size": ("size", "sizename", "clothingsize", "shoesize", "grosse", "groesse", "taille", "maat"),
    "category": ("category", "categories", "productcategory", "categorypath", "kategorie", "warengruppe"),
    "parent": (
        "parent",
        "parentsku",
        "parentcode",
        "parentid",
        "model",
        "modelsku",
        "modelcode",
        "style",
        "stylenumber",
        "stylecode",
        "itemgroupid",
        "variationparentsku",
    ),
    "kind": ("producttype", "type", "kind"),
    "additional": ("additionalattributes",),
    "variations": ("configurablevariations",),
}
_FILES = """
    files file filename filenames images image imagename imagenames imagesrc imageurl imageurls imagelink mainimage
    baseimage smallimage thumbnailimage swatchimage additionalimage additionalimages additionalimagelink
    additionalimagelinks variantimage featuredimage picture pictures photo photos media gallery galleryimages
    bild bilder bilddatei bilddateien abbildung photographie afbeelding afbeeldingen imagen imagenes immagine
    immagini
"""
FILES = frozenset(_FILES.split())
"""Headings of columns that name files. Magento numbers them (`image2`), and so do others."""
_NUMBER = re.compile(r"\d{1,2}$")
MODEL_WORDS = frozenset({"configurable", "model", "productmodel", "variable", "parent"})


def plain(word: str) -> str:
    """A heading without case, accents, spaces and signs: `Artikel-Nr.` is `artikelnr`."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return re.sub(r"[\W_]+", "", "".join(c for c in letters if not unicodedata.combining(c)))


def file_columns(header: Sequence[str]) -> list[int]:
    """The positions of those that name files."""
    return [at for at, heading in enumerate(header) if _NUMBER.sub("", plain(heading)) in FILES]


def columns(header: Sequence[str]) -> dict[str, int]:
    """Our name of a field → the position of its column. Fields without a column are left out."""
    places: dict[str, int] = {}
    for at, heading in enumerate(header):
        places.setdefault(plain(heading), at)
    found = {name: next((places[w] for w in words if w in places), -1) for name, words in SYNONYMS.items()}
    return {name: at for name, at in found.items() if at >= 0}
