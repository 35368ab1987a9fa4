"""Licence and consent of one asset, as the API shows them."""

from typing import Any

from schemas.rights import CONSENT, LICENCE, folder_of, said_of
from services.catalog.api.models import RightsItem
from services.catalog.proposed import proposed
from services.catalog.queries.asset import Whole


def rights_item(found: Whole, fields: dict[str, Any]) -> RightsItem:
    """fields: of the curation. The folder's word is that of the version that counts: the live one, else the newest."""
    profiled = found.facets.get(found.card["live"] or found.card["newest"], {}).get("file", {}).get("data", {})
    profile = profiled.get("profile") or {}
    said, file = said_of(fields, folder_of(profile)), proposed(found.shown.get("file", {}).get("data", {}))
    by = {
        f"{name}_by": "asset" if fields.get(name) is not None else "folder" if profile.get(name) is not None else ""
        for name in (LICENCE, CONSENT)
    }
    note = str(profile.get("rights") or "")
    told = {"proposed_licence": file.licence, "proposed_consent": file.consent}
    return RightsItem.model_validate({"licence": said.licence, "consent": said.consent, "note": note, **by, **told})
