"""Workbooks, written by hand: what Excel saves, and what no honest program would."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape

Cell = str | int | float | bool | None
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
FORMATS = '<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/>'
STYLES = f'<styleSheet {MAIN}><cellXfs count="2">{FORMATS}</cellXfs></styleSheet>'


class Formula(str):
    """`value|formula`: the value that was saved with it, which may be empty."""


class Day(int):
    """A date, as Excel counts days."""


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]], hidden: Sequence[str] = ()) -> bytes:
    """Rows of cells a sheet; None leaves a cell out."""
    made = {f"xl/worksheets/sheet{number}.xml": _sheet(rows) for number, rows in enumerate(sheets.values(), 1)}
    names = ""
    for number, name in enumerate(sheets, 1):
        state = "hidden" if name in hidden else "visible"
        names += f'<sheet name="{escape(name)}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
    return packed(made, names, len(sheets))


def packed(parts: Mapping[str, str], names: str, count: int) -> bytes:
    """The parts that every workbook has, around these."""
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, count + 1)
    )
    every = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{REL}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}'
        f'<Relationship Id="rId99" Type="{REL}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (every | dict(parts)).items():
            archive.writestr(name, text)
    return file.getvalue()


def sparse(far: str = "XFD1048576") -> bytes:
    """Two cells, so far apart that all between them would be 17 thousand million."""
    cells = f'<row r="1">{_cell("A1", "sku")}</row><row r="{far[3:]}">{_cell(far, "x")}</row>'
    sheet = f"<worksheet {MAIN}><sheetData>{cells}</sheetData></worksheet>"
    return packed({"xl/worksheets/sheet1.xml": sheet}, '<sheet name="S" sheetId="1" r:id="rId1"/>', 1)


def _sheet(rows: Sequence[Sequence[object]]) -> str:
    lines = []
    for number, row in enumerate(rows, 1):
        cells = [_cell(f"{chr(65 + at)}{number}", cell) for at, cell in enumerate(row) if cell is not None]
        if cells:
            lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return f"<worksheet {MAIN}><sheetData>{''.join(lines)}</sheetData></worksheet>"


def _cell(at: str, cell: object) -> str:
    if isinstance(cell, Formula):
        value, formula = cell.split("|")
        kept = f"<v>{escape(value)}</v>" if value else ""
        return f'<c r="{at}" t="str"><f>{escape(formula)}</f>{kept}</c>'
    if isinstance(cell, bool):
        return f'<c r="{at}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, Day):
        return f'<c r="{at}" s="1"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{at}"><v>{cell!r}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t>{escape(str(cell))}</t></is></c>'
