"""A part of a text, as LIKE looks for it."""


def within(text: str) -> str:
    """The pattern of what has it in it, whatever signs it is made of."""
    plain = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"
