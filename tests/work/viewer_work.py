"""An obliging viewer of PDFs: it does what the links of the first page ask. In a cage, and without one."""

import ctypes
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

LONGEST = 2000


def work(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """job: {"document": its name in the folder}. Yields {"read" | "fetched" | "launched": what came of it}."""
    document = pypdfium2.PdfDocument(folder / job["document"])
    for kind, address in _asked(document, document[0]):
        yield _obey(kind, address)


def _obey(kind: int, address: str) -> dict[str, str]:
    acts: dict[int, tuple[str, Callable[[], str]]] = {
        pdfium.PDFACTION_REMOTEGOTO: ("read", Path(address).read_text),
        pdfium.PDFACTION_URI: ("fetched", lambda: _fetch(address)),
        pdfium.PDFACTION_LAUNCH: ("launched", lambda: subprocess.check_output([address], text=True)),
    }
    name, act = acts[kind]
    try:
        return {name: act()}
    except OSError as error:
        return {name: type(error).__name__}


def _fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - that is what is tried
        return str(answer.read())


def _asked(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> Iterator[tuple[int, str]]:
    position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    while pdfium.FPDFLink_Enumerate(page.raw, position, link):
        action = pdfium.FPDFLink_GetAction(link)
        kind, said = pdfium.FPDFAction_GetType(action), ctypes.create_string_buffer(LONGEST)
        if kind == pdfium.PDFACTION_URI:
            pdfium.FPDFAction_GetURIPath(document.raw, action, said, LONGEST)
        else:
            pdfium.FPDFAction_GetFilePath(action, said, LONGEST)
        yield kind, said.value.decode()
