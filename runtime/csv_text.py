"""From the bytes of a list to its rows: encoding, delimiter, line numbers."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

DELIMITERS = ",;\t|"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class UnreadableError(Exception):
    """The bytes are no list at all; `cause` and `cure` are plain sentences."""

    def __init__(self, cause: str, cure: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.cure = cure


@dataclass(frozen=True)
class Row:
    """The cells of one record, stripped; `line` is where it begins, counted from 1."""

    line: int
    cells: tuple[str, ...]


def decoded(data: bytes) -> str:
    """UTF-8 and UTF-16 by their marks, else UTF-8, else what Windows writes. Raises UnreadableError."""
    if data.startswith(UTF16_MARKS):
        return data.decode("utf-16", errors="replace")
    if data.startswith(b"PK\x03\x04"):
        raise UnreadableError("This is a workbook, not a text list.", "Save it as “CSV UTF-8” and give that file.")
    if b"\0" in data:
        raise UnreadableError("This is not a text file.", "Give a list saved as CSV.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and not data[: error.start].isascii():
            raise UnreadableError("The list breaks off in the middle of a letter.", "Export it again.") from error
        # Five bytes have no letter in cp1252; they become the sign for "unreadable" and harm one cell only.
        return data.decode("cp1252", errors="replace")


def delimiter(text: str) -> str:
    """The sign that cuts the first line into most cells, quotes respected; a comma if none does."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))


def rows(text: str) -> Iterator[Row]:
    """Records that hold anything, in order. Raises UnreadableError naming the line where the format breaks."""
    sign = delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    begin = last = 1
    try:
        for cells in reader:
            row = Row(begin, tuple(cell.strip() for cell in cells))
            begin, last = reader.line_num + 1, begin
            if any(row.cells):
                yield row
    except csv.Error as error:
        raise UnreadableError(
            f"From line {begin} on the list cannot be read ({error}).", "Look for a quotation mark that is not closed."
        ) from error
    if _is_open(io.StringIO(text, newline="").readlines()[last - 1 :], sign):
        raise UnreadableError(
            f"From line {last} on the list cannot be read: a quotation mark is not closed.",
            "Close the quotation mark or take it away, and give the list again.",
        )


def _is_open(record: list[str], sign: str) -> bool:
    """Whether the last record ends within quotation marks, which the reader takes in silence."""
    try:
        list(csv.reader(record, delimiter=sign, strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False
