"""Naming rules: those in use, a trial of others on the library's names, and, after it, their use.

Rules are the linker's: it reads the trial in the library, reports there, and follows the rules in use.
"""

import hashlib
import logging
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Response
from pydantic import BaseModel, Field, ValidationError

from runtime.folders import place_of
from runtime.naming import LONGEST, faults, is_name
from runtime.objects import Bucket
from schemas.rules import NAMING, REPORT, TRIAL, USED, FolderTrial, RulesTrial
from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import Manager, gate
from services.catalog.api.saying import say
from services.catalog.inbound.profiles import profiles
from services.catalog.inbound.rule_names import listed

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1", tags=["rules"], dependencies=[Depends(gate)])
MOST_TEXT = 200_000
YAML = "application/yaml"
ENTITY = "rules/naming"
"""Of the decisions about the rules in use."""


class RulesInUse(BaseModel):
    """The text as it was given, and its rules in their order."""

    text: str
    rules: list[dict[str, Any]]


class TrialWanted(BaseModel):
    """A file of naming rules; empty: none."""

    text: str = Field(max_length=MOST_TEXT, examples=["rules:\n- name: studio\n  pattern: '(?P<sku>[A-Z0-9-]+)_.*'\n"])


class FolderTrialWanted(BaseModel):
    """What a folder's profile would say of naming: the name of a rule in use, or a pattern; empty: none."""

    folder: Annotated[Text, Field(min_length=1, max_length=400, examples=["autumn/studio"])]
    naming: Annotated[Text, Field(max_length=LONGEST, examples=["studio"])] = ""


class Trying(BaseModel):
    """The linker looks at it within seconds: GET /v1/rules/trials/{id}."""

    id: str


@router.get("/rules")
async def get_rules(deps: Given) -> RulesInUse:
    """Those in use."""
    stored = await deps.library.get(NAMING)
    text = stored.body.decode("utf-8", "replace") if stored else ""
    return RulesInUse(text=text, rules=listed(text))


@router.post("/rules/trials", status_code=202)
async def try_rules(deps: Given, _: Manager, wanted: TrialWanted) -> Trying:
    """Have these rules tried on the library's names, which changes nothing. A next trial replaces it."""
    body = wanted.text.encode()
    await deps.library.put(TRIAL, body, content_type=YAML)
    return Trying(id=hashlib.sha256(body).hexdigest())


@router.post("/rules/folder-trials", status_code=202)
async def try_folder(deps: Given, _: Manager, wanted: FolderTrialWanted) -> Trying:
    """Have it tried on the names of that folder, which changes nothing: GET /v1/rules/trials/{id}, as of any trial."""
    naming = wanted.naming.strip()
    if wrong := faults(naming):
        raise HTTPException(422, " ".join(wrong))
    asked = FolderTrial(folder=place_of(wanted.folder), naming=naming, asked=datetime.now(UTC))
    body = asked.model_dump_json().encode()
    await deps.library.put(TRIAL, body, content_type="application/json")
    return Trying(id=hashlib.sha256(body).hexdigest())


@router.get("/rules/trials/{trial}", responses={202: {"description": "It is not done yet: ask again"}})
async def get_trial(deps: Given, trial: Text, response: Response) -> RulesTrial | Trying:
    """How many names these rules match, how many not, and how many with a doubt, with examples and reasons."""
    await _text(deps.library, trial)
    report = await _report(deps.library, trial)
    if report is None:
        response.status_code = 202
        return Trying(id=trial)
    return report


@router.post("/rules/trials/{trial}/apply", status_code=202)
async def use_rules(deps: Given, who: Manager, trial: Text) -> Trying:
    """Use the rules of a trial that is done and holds. What they read otherwise is linked anew within seconds."""
    body = await _text(deps.library, trial)
    if _is_folders(body):
        raise HTTPException(409, "This was tried for a folder. Save it in the folder's profile: PUT /v1/folders/….")
    report = await _report(deps.library, trial)
    if report is None:
        raise HTTPException(409, "Their trial is not done yet. GET /v1/rules/trials/{id} tells when it is.")
    if report.faults:
        raise HTTPException(409, f"These rules do not hold. {report.faults[0]}")
    await _with_all_named(deps.library, body.decode())
    before = await deps.library.get(NAMING)
    now, was = [await _archived(deps.library, one) for one in (body, before.body if before else None)]
    await say(deps, who.name, ENTITY, {"rules": now, "was": was})
    await deps.library.put(NAMING, body, content_type=YAML)
    log.info("naming rules %s are in use, by %s", trial[:12], who.name)
    return Trying(id=trial)


def _is_folders(body: bytes) -> bool:
    try:
        FolderTrial.model_validate_json(body)
    except ValidationError:
        return False
    return True


async def _with_all_named(library: Bucket, text: str) -> None:
    """Raises 409 where a folder's profile names a rule that these do not have."""
    names = [str(one.get("name", "")) for one in listed(text)]
    for folder, said in (await profiles(library)).said.items():
        name = said.get("naming") or ""
        if is_name(name) and name not in names:
            raise HTTPException(
                409, f"The profile of the folder {folder} names the rule {name}, which these do not have. Keep that "
                "rule, or change the profile first."
            )  # fmt: skip


async def _archived(library: Bucket, body: bytes | None) -> str | None:
    """The object that keeps that text, whatever is in use by then."""
    if body is None:
        return None
    key = USED.format(hashlib.sha256(body).hexdigest())
    await library.put(key, body, content_type=YAML)
    return key


async def _text(library: Bucket, trial: str) -> bytes:
    """What is on trial. Raises 404 where it is something else by now."""
    stored = await library.get(TRIAL)
    if stored is None or hashlib.sha256(stored.body).hexdigest() != trial:
        raise HTTPException(404, "These rules are not on trial, or others have been tried since. Try them again.")
    return stored.body


async def _report(library: Bucket, trial: str) -> RulesTrial | None:
    stored = await library.get(REPORT)
    report = RulesTrial.model_validate_json(stored.body) if stored else None
    return report if report and report.of == trial else None
