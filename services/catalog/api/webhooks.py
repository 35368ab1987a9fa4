"""Webhooks: endpoints outside that are told what changes. An admin makes them; each is a fact without its secret."""

from datetime import UTC, datetime

from fastapi import APIRouter, Depends, HTTPException

from runtime import webhook_secret
from runtime.outbound import NotAllowed, check
from schemas.webhook import KIND, Endpoint, Replay
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Admin, at_least
from services.catalog.api.models_webhooks import ReplayWanted, WebhookChange, WebhookItem, WebhookMade, WebhookWanted
from services.catalog.api.saying import say
from services.catalog.once.ids import short_id
from services.catalog.queries.webhooks import Known, known

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], dependencies=[Depends(at_least("admin"))])
MOST = 50
"""Endpoints. Each has connections, and a line in the queue for whatever changes."""
NONE = "There is no webhook of this id. GET /v1/webhooks tells them."


@router.post("", status_code=201)
async def make_webhook(deps: Given, who: Admin, wanted: WebhookWanted) -> WebhookMade:
    """An endpoint. It is told what changes from now on; a replay sends what was before. Keep the secret."""
    url = _checked(deps, wanted.url)
    if len(await known(deps.database)) >= MOST:
        raise HTTPException(409, f"There are {MOST} webhooks. Remove one first.")
    own, now = short_id(), datetime.now(UTC)
    endpoint = Endpoint(url=url, events=list(dict.fromkeys(wanted.events)), made=now)
    secret = _secret(deps, own, 0)
    await say(deps, who.name, f"{KIND}/{own}", endpoint.model_dump(mode="json", exclude_none=True))
    return WebhookMade(**_item(Known(own, endpoint), now).model_dump(), secret=secret)


@router.get("")
async def list_webhooks(deps: Given) -> list[WebhookItem]:
    """All endpoints, the newest first, with how far each is behind and why."""
    now = datetime.now(UTC)
    return [_item(one, now) for one in await known(deps.database)]


@router.patch("/{webhook_id}", status_code=202)
async def change_webhook(deps: Given, who: Admin, webhook_id: Text, wanted: WebhookChange) -> None:
    """Another address, other events, switched off or on. What changed meanwhile is sent once it is on."""
    await _known(deps, webhook_id)
    fields = wanted.model_dump(mode="json", exclude_none=True)
    if wanted.url is not None:
        fields["url"] = _checked(deps, wanted.url)
    if not fields:
        raise HTTPException(422, "Name what to change: url, events or enabled.")
    await say(deps, who.name, f"{KIND}/{webhook_id}", fields)


@router.post("/{webhook_id}/rotations", status_code=201)
async def rotate(deps: Given, who: Admin, webhook_id: Text) -> WebhookMade:
    """Another secret. For a day each message is signed by both, then by the new one alone."""
    found, now = await _known(deps, webhook_id), datetime.now(UTC)
    rotation = found.endpoint.rotation + 1
    secret = _secret(deps, webhook_id, rotation)
    fields = {"rotation": rotation, "rotated": now.isoformat()}
    await say(deps, who.name, f"{KIND}/{webhook_id}", fields, expects={"rotation": found.endpoint.rotation})
    return WebhookMade(**_item(found, now).model_dump(), secret=secret)


@router.post("/{webhook_id}/replays", status_code=202)
async def replay(deps: Given, who: Admin, webhook_id: Text, wanted: ReplayWanted) -> None:
    """Send again, as it is now, whatever changed since a time, or one entity. Who was given up is tried again."""
    await _known(deps, webhook_id)
    since = wanted.since or datetime.fromtimestamp(0, UTC)
    asked = Replay(asked=datetime.now(UTC), since=since, entity=wanted.entity)
    await say(deps, who.name, f"{KIND}/{webhook_id}", {"replay": asked.model_dump(mode="json", exclude_none=True)})


@router.delete("/{webhook_id}", status_code=202)
async def remove_webhook(deps: Given, who: Admin, webhook_id: Text) -> None:
    """It is told nothing more, within seconds, and cannot be taken back."""
    await _known(deps, webhook_id)
    await say(deps, who.name, f"{KIND}/{webhook_id}", {"removed": True})


def _checked(deps: Deps, url: str) -> str:
    try:
        return check(url, private=deps.settings.webhook_private)
    except NotAllowed as error:
        raise HTTPException(422, f"url: {error}") from error


def _secret(deps: Deps, own: str, rotation: int) -> str:
    try:
        return webhook_secret.shown(webhook_secret.secret_of(deps.settings.admin_key, own, rotation))
    except ValueError as error:
        raise HTTPException(409, str(error)) from error


async def _known(deps: Deps, own: str) -> Known:
    for one in await known(deps.database):
        if one.id == own:
            return one
    raise HTTPException(404, NONE)


def _item(one: Known, now: datetime) -> WebhookItem:
    lag = one.lag
    state = "ok"
    if not one.endpoint.enabled:
        state = "disabled"
    elif lag and lag.given_up:
        state = "given up"
    elif lag and lag.failing_since:
        state = "failing"
    return WebhookItem.model_validate(
        {
            **one.endpoint.model_dump(include={"url", "events", "enabled", "made"}),
            "id": one.id,
            "state": state,
            "waiting": lag.waiting if lag else 0,
            "lag_seconds": max(0.0, round((now - lag.oldest).total_seconds(), 1)) if lag and lag.oldest else 0.0,
            "failing_since": lag.failing_since if lag else None,
            "cause": one.cause,
            "cure": one.cure,
        }
    )
