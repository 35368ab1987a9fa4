"""What may be done with an asset: its licence, the consent of who is seen, and what follows from both. Pure.

A person decides both of an asset; where nobody has, what its folder's profile said when it was dropped counts. What is
not known is not forbidden: the audit tells it.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from schemas.base import Contract, Time
from schemas.limits import Audience, apart, meet, shut_out
from schemas.product import Limits

LICENCE, CONSENT, ARCHIVED = "licence", "consent", "archived"
"""Fields of an asset's curation: a `Licence`, a `Consent`; and the reason why it is out of use, though it is kept."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""End of the time of what nobody may be given, whenever they ask."""


def _begin(value: object) -> object:
    return _midnight(value, 0)


def _end(value: object) -> object:
    return _midnight(value, 1)


def _midnight(value: object, days: int) -> object:
    """A day without a time is a whole day, in UTC."""
    if isinstance(value, str) and len(value) == len("2027-12-31"):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, date) and not isinstance(value, datetime):
        if value == date.max and days:
            return datetime.max.replace(tzinfo=UTC)  # how people write: for ever
        return datetime(value.year, value.month, value.day, tzinfo=UTC) + timedelta(days=days)
    return value


def _told_in_utc(value: datetime) -> datetime:
    """PostgreSQL keeps years that Python cannot tell; such a time ends whoever reads it."""
    try:
        value.astimezone(UTC) - timedelta(days=1)
    except OverflowError as error:
        raise ValueError("a time is of a year from 1 to 9999, in UTC too") from error
    return value


From = Annotated[Time, BeforeValidator(_begin), AfterValidator(_told_in_utc)]
Until = Annotated[Time, BeforeValidator(_end), AfterValidator(_told_in_utc)]
Places = Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=50)]
Status = Literal["yes", "no", "not needed", "unknown"]
STATUSES: tuple[Status, ...] = get_args(Status)


class Licence(Contract):
    """What who holds the rights has granted. Empty lists limit nothing."""

    name: str = Field(default="", max_length=200, examples=["Two years, online"], description="What it is called")
    holder: str = Field(default="", max_length=200, examples=["Studio Anna"], description="Who holds the rights")
    credit: str = Field(default="", max_length=200, examples=["Photo: Anna"], description="To be named beside it")
    valid_from: From | None = Field(default=None, description="Nobody is given it before; a day: from its beginning")
    valid_until: Until | None = Field(default=None, description="Nobody is given it from then on; a day: to its end")
    markets: Places = Field(default_factory=list, examples=[["de", "at"]], description="Where alone it may be shown")
    channels: Places = Field(default_factory=list, examples=[["webshop"]], description="By what alone, as print")
    note: str = Field(default="", max_length=500, examples=["Contract 2026-17"], description="Where that is written")


class Consent(Contract):
    """Whether who is seen on it has agreed (a model release)."""

    status: Status = Field(default="unknown", examples=["yes"], description="not needed: nobody can be told by it")
    valid_until: Until | None = Field(default=None, description="Agreed until then; a day: to its end")
    markets: Places = Field(default_factory=list, examples=[["de", "at"]], description="Agreed there alone")
    note: str = Field(default="", max_length=500, examples=["Release 2026-17"], description="Where that is written")


class Rights(NamedTuple):
    """When and where anybody may be given it. barred: why nobody may, whenever and wherever; archived: that is why."""

    since: datetime | None = None
    until: datetime | None = None
    limits: Limits | None = None
    barred: str | None = None
    archived: bool = False


class Said(NamedTuple):
    """Licence and consent that count, each None where nobody has said anything."""

    licence: Licence | None = None
    consent: Consent | None = None


NOTHING = Said()


def said_of(fields: Mapping[str, Any], folder: Said = NOTHING) -> Said:
    """Of a curation's fields: what was decided of the asset takes the place of what its folder says."""
    licence, consent = fields.get(LICENCE), fields.get(CONSENT)
    return Said(
        Licence.model_validate(licence) if licence is not None else folder.licence,
        Consent.model_validate(consent) if consent is not None else folder.consent,
    )


def wrong(name: str, value: object) -> str | None:
    """Why that cannot be a licence, or a consent, or a reason; or None."""
    if name == ARCHIVED:
        fits = isinstance(value, str) and 0 < len(value.strip()) <= 500
        return None if fits else "it takes a reason, 1 to 500 letters"
    model = Licence if name == LICENCE else Consent
    if not isinstance(value, dict):
        return f"it takes an object with {', '.join(model.model_fields)}"
    if strange := sorted(map(str, set(value) - set(model.model_fields))):
        return f"{strange[0]!r:.60} is none of {', '.join(model.model_fields)}"
    if "\0" in repr(value) or "\\x00" in repr(value):
        return "it holds a NUL"
    try:
        model.model_validate(value)
    except ValidationError as error:
        fault = error.errors()[0]
        return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
    return None


def turned_round(name: str, value: object) -> str | None:
    """Why nobody means that, where it is a licence that ends before it begins; of what is not `wrong`. Not asked of
    what was decided before: it keeps the picture from everybody."""
    said = Licence.model_validate(value) if name == LICENCE else None
    if said is None or said.valid_from is None or said.valid_until is None or said.valid_from < said.valid_until:
        return None
    return "valid_until lies before valid_from, so nobody would ever be given it"


def rights_of(
    fields: Mapping[str, Any], since: datetime | None, until: datetime | None, folder: Said = NOTHING
) -> Rights:
    """What follows from all that is said. since, until: the time that people gave it by itself, see `curation`."""
    licence, consent = said_of(fields, folder)
    agreed = consent if consent and consent.status == "yes" else None
    begins = max((at for at in (since, licence.valid_from if licence else None) if at), default=None)
    bounds = (until, licence.valid_until if licence else None, agreed.valid_until if agreed else None)
    ends = min((at for at in bounds if at), default=None)
    granted = _limits(licence.markets, licence.channels) if licence else None
    allowed = _limits(agreed.markets, []) if agreed else None
    if reason := fields.get(ARCHIVED):
        return Rights(None, NEVER, None, f"It is archived: {reason}", archived=True)
    if consent and consent.status == "no":
        return Rights(None, NEVER, None, "Who is seen on it has not agreed.")
    if apart(granted, allowed):
        return Rights(None, NEVER, None, "Its licence and the consent have no market in common.")
    if begins and ends and ends <= begins:
        return Rights(None, NEVER, None, "Its rights end before they begin.")
    return Rights(begins, ends, meet(granted, allowed))


def reach(said: Said, audience: Audience) -> str | None:
    """Why who asks is not given it, in words; None where licence and consent reach them."""
    agreed = said.consent.markets if said.consent and said.consent.status == "yes" else []
    if where := shut_out(_limits(agreed, []), audience):
        return f"No consent for {where}."
    licence = said.licence
    where = shut_out(_limits(licence.markets, licence.channels), audience) if licence else None
    return f"No licence for {where}." if where else None


def ended(said: Said, now: datetime) -> str:
    """What has ended, in words."""
    if said.licence and said.licence.valid_until and said.licence.valid_until <= now:
        return f"Its licence ended on {_last_day(said.licence.valid_until)}."
    if said.consent and said.consent.valid_until and said.consent.valid_until <= now:
        return f"The consent ended on {_last_day(said.consent.valid_until)}."
    return "It has expired."


def _last_day(until: datetime) -> str:
    """Of what ends with its midnight or during it: a licence until 2026-12-31 ends as 2027-01-01 begins."""
    return f"{until.astimezone(UTC) - timedelta(microseconds=1):%Y-%m-%d}"


def folder_of(profile: Mapping[str, Any] | None) -> Said:
    """What a `file` facet's profile says of both."""
    return said_of({name: (profile or {}).get(name) for name in (LICENCE, CONSENT)})


def _limits(markets: list[str], channels: list[str]) -> Limits | None:
    return Limits(markets=markets, channels=channels) or None
