"""Akeneo as its settings want it: the service's own, and that of the command line."""

from services.pim.akeneo import mapping
from services.pim.akeneo.client import Client
from services.pim.akeneo.tokens import Login
from services.pim.config import PimSettings


def client_of(settings: PimSettings) -> Client:
    """Nothing is asked yet."""
    return Client(
        Login(
            settings.akeneo_url.rstrip("/"),
            settings.akeneo_client_id,
            settings.akeneo_secret,
            settings.akeneo_user,
            settings.akeneo_password,
        )
    )


def mapping_of(settings: PimSettings) -> mapping.Mapping:
    """Raises MappingError."""
    return mapping.read(settings.akeneo_mapping or mapping.DEFAULT)
