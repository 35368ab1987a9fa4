"""What a file itself says of its licence and of consent: proposed to people, decided by nobody else. Pure."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from schemas.rights import Consent, Licence, Said

LONGEST = 200
FILE_SAYS = "As the file says"
RELEASES = {
    "MR-UMR": Consent(status="yes", note=f"{FILE_SAYS}: unlimited model releases"),
    "MR-NAP": Consent(status="not needed", note=f"{FILE_SAYS}: not applicable"),
    "MR-LMR": Consent(status="unknown", note=f"{FILE_SAYS}: limited or incomplete model releases"),
}
"""Last word of the PLUS vocabulary's URI → what it comes to. MR-NON says that nobody has asked."""


def proposed(file: Mapping[str, Any]) -> Said:
    """Of a `file` facet's data; a side-car stands above what is in the picture."""
    told: dict[str, str] = {}
    for place in ("embedded", "sidecar"):
        for name, value in (file.get(place) or {}).items():
            if isinstance(value, str) and value.strip():
                told[name] = value.strip()[:LONGEST]
    return Said(_licence(told), RELEASES.get(told.get("model_release", "").rstrip("/").rpartition("/")[2]))


def _licence(told: Mapping[str, str]) -> Licence | None:
    said: dict[str, Any] = {
        "name": told.get("usage_terms", ""),
        "holder": told.get("licensor") or told.get("copyright", ""),
        "credit": told.get("credit", ""),
        "valid_from": told.get("license_start"),
        "valid_until": told.get("license_end"),
    }
    if not any(told.get(name) for name in ("usage_terms", "licensor", "license_start", "license_end")):
        return None  # a copyright notice alone is no licence
    for left_out in ((), ("valid_from", "valid_until")):
        try:
            kept = {name: value for name, value in said.items() if value and name not in left_out}
            return Licence.model_validate({**kept, "note": FILE_SAYS})
        except ValidationError:  # a time that is none
            continue
    return None
