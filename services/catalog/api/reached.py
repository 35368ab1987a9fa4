"""How people reach the page: by the address that is set, else by the one that a request came to.

Behind a proxy with TLS on another host we see plain HTTP: only the setting knows better.
"""

from urllib.parse import urlsplit

from fastapi import Request

from services.catalog.api.deps import deps_of


def address(request: Request) -> str:
    """What links that are handed out begin with, without a slash at its end: `https://packshot.example.com`."""
    return (deps_of(request).settings.page_url or str(request.base_url)).rstrip("/")


def by_tls(request: Request) -> bool:
    """Whether cookies are to be sent over TLS alone."""
    return urlsplit(address(request)).scheme == "https"
