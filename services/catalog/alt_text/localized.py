"""A product's field by language: PIMs put the language behind the field's name. Pure."""

import re
from collections.abc import Iterable, Mapping

Texts = Mapping[str, str]
"""Language → text; "" is the one whose language nobody stated."""
LANGUAGE = r"[-_\[( ]([a-z]{2})(?:[-_][A-Z]{2}(?:-\w+)?)?[\])]?$"
"""`name-de_DE`, `name-de_DE-webshop`, `name_de`, `name[de-DE]`, `Name (de)`. PostgreSQL reads it too."""
_NAMED = re.compile(rf"(.+?)[-_ ]?{LANGUAGE}")


def localized(fields: Iterable[str], plain: str, attributes: Mapping[str, str]) -> dict[str, str]:
    """plain: what the product's own field says; attributes: what else the PIM says, of which those names count."""
    wanted = {field.casefold() for field in fields}
    found = {"": text} if (text := " ".join(plain.split())) else {}
    for name, value in attributes.items():
        told = _NAMED.fullmatch(name.strip())
        if told and told[1].casefold() in wanted and (text := " ".join(str(value).split())):
            found.setdefault(told[2], text)
    return found


def spoken(texts: Texts, language: str) -> str:
    """In that language; else the one whose language nobody stated; else nothing."""
    return texts.get(language) or texts.get("", "")
