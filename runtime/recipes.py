"""Names of derived files: a function of the content that they are made from and of the recipe, and of nothing else."""

import hashlib
import json
from collections.abc import Mapping


def recipe_hash(fields: Mapping[str, object]) -> str:
    """16 hex digits: hash of a recipe's fields, whatever order they come in: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()[:16]


def rendition_key(sha256: str, recipe: str, extension: str) -> str:
    """Where a rendition lies in the library bucket. `recipe` is the hash of one."""
    return f"renditions/{sha256}/{recipe}.{extension}"


def size_key(sha256: str, recipe: str, extension: str) -> str:
    """Where a size that delivery makes lies: apart, so that whoever may write these cannot write over a rendition."""
    return f"sizes/{sha256}/{recipe}.{extension}"
