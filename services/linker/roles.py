"""Which side of the product a picture shows, told by the words and numbers of its name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from schemas.roles import ROLES
from services.linker.names import tokens
from services.linker.vocabulary import COPIES, unedited

WORDS = {
    "main": "main hero primary packshot haupt hauptbild principal cover",
    "front": "front frontal vorne vorderseite face frnt fr vs",
    "back": "back rear hinten ruckseite rueckseite dos achterkant bk rs",
    "side": "side seite profile profil cote angle",
    "left": "left links gauche",
    "right": "right rechts droite",
    "top": "top above oben dessus topp",
    "bottom": "bottom sole unten sohle under bott",
    "detail": "detail details det closeup close macro zoom crop texture label",
    "additional": "alt alternate additional extra add view ansicht pt other",
    "lifestyle": "lifestyle life ambient ambiance mood scene outfit worn onmodel campaign milieu insitu room look",
    "packaging": "packaging pack package box boxed verpackung emballage carton",
    "swatch": "swatch swch fabric colorchip",
    "size-chart": "sizechart sizeguide sizing measurements masstabelle",
    "manual": "manual instructions anleitung datasheet",
    "safety": "safety warning",
    "frame-360": "360 spin",
    "video": "video clip film",
}
OF_ENDINGS = {
    "video": "mp4 m4v mov avi mkv webm mts m2ts 3gp mpg mpeg ogv wmv",
    "model-3d": "glb gltf usdz obj stl ply fbx",
    "manual": "pdf",
}
"""What a film, a 3D model or a document is, whatever side its name says: no picture of the product."""
PAPERS = frozenset({"manual", "size-chart", "safety", "packaging"})
"""What a document may be by its name."""
_ROLE_OF_ENDING = {ending: role for role, endings in OF_ENDINGS.items() for ending in endings.split()}
_ROLE_OF = {word: role for role, words in WORDS.items() for word in words.split()}
_NUMBERED = re.compile(r"([a-z]+?)(\d{0,3})([a-d]?)")
_TWO_WORDS = {("size", "chart"): "size-chart", ("size", "guide"): "size-chart", ("close", "up"): "detail"}


@dataclass(frozen=True)
class Role:
    """`position` orders pictures of one role (0: none was named); `named` is false where the name says nothing.

    rest: words of the name that say neither its product nor a role nor an edition.
    """

    role: str
    position: int = 0
    named: bool = True
    rest: tuple[str, ...] = field(default=(), compare=False)


@lru_cache(maxsize=1 << 12)
def role_word(token: str) -> Role | None:
    """`back`, `alt1`, `sideb`, `pt03` → its role and position; None for any other word."""
    if token in _ROLE_OF:
        return Role(_ROLE_OF[token])
    found = _NUMBERED.fullmatch(token)
    if found and found[1] in _ROLE_OF and len(found[1]) > 1:
        letter = "abcd".find(found[3]) + 1 if found[3] else 0
        return Role(_ROLE_OF[found[1]], int(found[2] or letter))
    return None


def role_told(text: str) -> Role | None:
    """A role that somebody wrote down: `Back`, `size-chart`, `alt 2`; None for a word that we do not know."""
    parts = tokens(text)
    name = "-".join(parts)
    plain = [part for part in parts if part not in ("view", "ansicht", "shot")]  # `back view` is the back
    return Role(name) if name in ROLES else _spoken(plain) or _spoken(parts)


def role_of_file(name: str, named: Role) -> Role:
    """The role that a name tells, as far as its ending leaves it: `RED_front.mp4` is a film."""
    role = _ROLE_OF_ENDING.get(name.rpartition(".")[2].lower())
    if role is None or (role == "manual" and named.named and named.role in PAPERS):
        return named
    return replace(named, role=role, named=True)


def role_ruled(word: str, number: int, named: Role) -> Role:
    """What a naming rule reads as role and number; where it reads only one of them, the name gives the other."""
    told = role_told(word)
    if told:
        return Role(told.role, number or told.position)
    if not number:
        return named
    counted = named.role in ("main", "additional") and not named.named
    return Role(("additional" if number > 1 else "main") if counted else named.role, number, named.named)


def role_of(parts: Sequence[str], spare: Sequence[str] = (), *, strange: bool = False) -> Role:
    """The role that these tokens of a name tell, those of the product's own name taken out.

    `spare` (the folder's tokens) is asked only where the name says nothing. Without any word a picture is the
    main one, unless it bears a number over 1 or a word that nobody understands (`strange`): it may be any view.
    """
    rest = tuple(part for part in unedited(tuple(parts)) if not role_word(part))
    told = _role_of(parts, spare)
    return replace(told, role="additional" if strange and not told.named else told.role, rest=rest)


def _role_of(parts: Sequence[str], spare: Sequence[str]) -> Role:
    for words in (parts, spare):
        found = _spoken(words)
        if found is not None:
            return found
    copied = any(part in COPIES for part in parts)  # the number of a copy counts copies, not views
    numbers = [int(part) for part in parts if part.isdigit() and len(part) <= 3 and not copied]
    if numbers and numbers[-1] > 1:
        return Role("additional", numbers[-1], named=False)
    return Role("main", numbers[-1] if numbers else 0, named=False)


def _spoken(parts: Sequence[str]) -> Role | None:
    for pair in pairwise(parts):
        if pair in _TWO_WORDS:
            return Role(_TWO_WORDS[pair])
    last = None
    for at, part in enumerate(parts):
        role = role_word(part)
        if role is None:
            continue
        after = parts[at + 1] if at + 1 < len(parts) else ""
        number = int(after) if after.isdigit() and len(after) <= 2 else "abcd".find(after) + 1 if after else 0
        last = Role(role.role, role.position or number)
    return last
