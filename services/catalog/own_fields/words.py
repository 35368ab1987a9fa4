"""What stands in a field that people defined, as people read it. Pure."""


def own_words(value: object) -> str:
    """`Yes`, `cotton, wool`; nothing is `–`."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
