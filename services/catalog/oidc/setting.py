"""The identity provider as it is set, or none."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from services.catalog.config import CatalogSettings
from services.catalog.oidc.port import ByProvider


def check(settings: CatalogSettings) -> None:
    """Raises ValueError that names the setting at fault."""
    if not settings.oidc_client_id or not settings.oidc_roles:
        raise ValueError("PACKSHOT_OIDC_ISSUER is set: set PACKSHOT_OIDC_CLIENT_ID and PACKSHOT_OIDC_ROLES, too.")
    parts = urlsplit(settings.oidc_issuer)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError("PACKSHOT_OIDC_ISSUER begins with https://: by plain HTTP anybody between could sign in.")


@asynccontextmanager
async def signing_in(settings: CatalogSettings) -> AsyncIterator[ByProvider | None]:
    """None where none is set; connections are let go of at the end. Raises ValueError, BadRoles."""
    if not settings.oidc_issuer:
        yield None
        return
    check(settings)
    # Loaded only where it is wanted.
    from services.catalog.oidc.provider import Provider
    from services.catalog.oidc.roles import load_roles
    from services.catalog.oidc.sign_in import SignIn

    assert settings.oidc_roles  # noqa: S101 - checked
    roles, provider = load_roles(settings.oidc_roles), Provider(settings.oidc_issuer)
    try:
        yield SignIn(settings, provider, roles)
    finally:
        await provider.close()
