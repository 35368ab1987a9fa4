"""GTINs: their lengths, and the check digit that all of them end with. Pure."""

LENGTHS = (8, 12, 13, 14)


def check_digit(digits: str) -> int:
    """Of the digits before it: from the right every other one counts three times."""
    total = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(digits)))
    return -total % 10
