"""A PIM that pictures are written back to: as much of Akeneo's REST API as that takes. It notes every write."""

import json
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from itertools import pairwise
from pathlib import Path
from typing import Any

API = "/api/rest/v1/"
MAPPING = """write:
  - {attribute: main, kind: image, of: main, preset: web, owner: packshot}
  - {attribute: second, kind: link, of: 2, preset: web, owner: packshot, url: "https://media/{asset}/{sha256}.{format}"}
"""
TARGET = "akeneo"
Item = dict[str, Any]


class Pim:
    """Products with two places for pictures. mute: what is written is done, and not answered."""

    def __init__(self, skus: Sequence[str]) -> None:
        self.url, self.mute, self.unanswered = "", False, 0
        """unanswered: writes that were done while it was mute."""
        self.writes: list[tuple[str, str, str]] = []
        """Product, attribute and what was put there, "" where it was emptied; in their order."""
        self._began = datetime.now(UTC).isoformat(timespec="seconds")
        self._values: dict[str, dict[str, str]] = {sku: {} for sku in skus}
        self._lock = threading.Lock()

    def settings(self, folder: Path) -> dict[str, str]:
        """Settings that lead the pim service here; the mapping file is written into the folder."""
        mapping = folder / "chaos-pim.yaml"
        mapping.write_text(MAPPING)
        login = {"CLIENT_ID": "chaos", "SECRET": "chaos", "USER": "chaos", "PASSWORD": "chaos"}
        said = {"URL": self.url, "MAPPING": str(mapping), "POLL_S": "5", **login}
        return {f"PACKSHOT_AKENEO_{name}": value for name, value in said.items()}

    def twice(self) -> list[str]:
        """What was written again though nothing had changed."""
        places: dict[str, list[str]] = {}
        for sku, attribute, what in self.writes:
            places.setdefault(f"{sku} {attribute}", []).append(what)
        return [f"{place}: {now}" for place, said in places.items() for was, now in pairwise(said) if was == now]

    def differs(self, deliveries: Mapping[str, Item]) -> list[str]:
        """Products that it holds otherwise than our last record says. deliveries: key → record."""
        wrong = []
        for sku, held in self._values.items():
            said = deliveries.get(f"{TARGET}/{sku}") or {"status": "done", "places": {}}
            ours = {place.strip("/"): one["value"] for place, one in said["places"].items()}
            if said["status"] != "done" or ours != held:
                wrong.append(f"{sku} holds {held}, recorded is {said['status']} {ours}")
        return wrong

    # ── requests ──────────────────────────────────────────────────────────────────────────────────────────────
    def asked(self, path: str) -> Any:
        """A GET; None where there is nothing."""
        what, _, named = path.partition("?")[0].removeprefix(API).partition("/")
        if named:
            return self._item(named) if what in ("products-uuid", "products") and named in self._values else None
        items = [self._item(sku) for sku in sorted(self._values)] if what == "products-uuid" else []
        return {"_links": {}, "current_page": 1, "_embedded": {"items": items}}

    def patched(self, body: bytes) -> str:
        """Many products, a line each; the answer to each."""
        told = []
        for number, line in enumerate(map(json.loads, body.splitlines()), 1):
            for attribute, [entry] in line["values"].items():
                self._write(line["uuid"], attribute, entry["data"] or "")
            told.append(json.dumps({"line": number, "uuid": line["uuid"], "status_code": 204}))
        return "\n".join(told)

    def uploaded(self, body: bytes, content_type: str) -> str:
        """A file of an attribute; returns its code. The same bytes have another code each time, as in Akeneo."""
        form = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
        parts = {_name(part): part for part in form.walk() if not part.is_multipart()}
        meant = json.loads(parts["product"].get_payload(decode=True))  # type: ignore[arg-type]
        code = f"{len(self.writes)}_{parts['file'].get_filename()}"
        self._write(meant["identifier"], meant["attribute"], code)
        return code

    def _write(self, sku: str, attribute: str, value: str) -> None:
        with self._lock:
            self.writes.append((sku, attribute, value.partition("_")[2] if attribute == "main" else value))
            self.unanswered += self.mute
            self._values[sku][attribute] = value
            if not value:
                del self._values[sku][attribute]

    def _item(self, sku: str) -> Item:
        with self._lock:
            values = {"sku": sku, "name": f"Mug {sku}", **self._values[sku]}
        entries = {code: [{"locale": None, "scope": None, "data": data}] for code, data in values.items()}
        about: Item = {"family": None, "parent": None, "categories": [], "enabled": True, "updated": self._began}
        return {"uuid": sku, "identifier": sku, "values": entries, **about}


def _name(part: Message) -> str:
    return str(part.get_param("name", header="content-disposition"))
