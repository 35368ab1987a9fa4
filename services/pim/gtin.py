"""A GTIN as people keep it in lists: with blanks, without zeros, shortened by a spreadsheet."""

import re

from schemas.gtin import LENGTHS, check_digit

_SHORTENED = re.compile(r"^\d[.,]\d+e\+?\d+$", re.IGNORECASE)


def checked(written: str) -> tuple[str, str, str]:
    """(digits, cause, cure): digits are "" where there is no usable GTIN; cause is "" where all is well."""
    if not written.strip():
        return "", "", ""
    if _SHORTENED.match(written.strip()):
        cure = "Format the column as text in the spreadsheet and export again."
        return "", f"The GTIN {written} was shortened by a spreadsheet.", cure
    digits = re.sub(r"[\s\-]", "", written.removesuffix(".0"))
    if not (digits.isascii() and digits.isdigit()):
        return "", f"The GTIN {written} is not a number.", "Give 8, 12, 13 or 14 digits."
    if len(digits) in (10, 11):
        digits = digits.zfill(12)  # spreadsheets drop the leading zeros of a UPC
    if len(digits) not in LENGTHS:
        return "", f"The GTIN {written} has {len(digits)} digits.", "Give 8, 12, 13 or 14 digits."
    right = check_digit(digits[:-1])
    if right != int(digits[-1]):
        cure = "The product is taken without it. Compare the number with the label."
        return "", f"The check digit of GTIN {written} is {digits[-1]} and should be {right}.", cure
    return digits, "", ""
