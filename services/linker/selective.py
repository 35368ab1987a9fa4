"""Which keys are worth storing: those that only few products or pictures can share."""

from services.linker.roles import role_word
from services.linker.vocabulary import COLOURS, SIZES, is_noise


def selective(key: str, parts: tuple[str, ...]) -> bool:
    """Whether this key says which product: not a short word, a small number, a date, colours or sizes."""
    for part in parts:
        if not _says_little(part):
            break
    else:
        return False
    if key.replace(".", "").isdigit():
        return len(key) >= 6
    return len(key) >= (5 if key.isalpha() else 4)


def _says_little(part: str) -> bool:
    return part in COLOURS or part in SIZES or is_noise(part) or role_word(part) is not None
