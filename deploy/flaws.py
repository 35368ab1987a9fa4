"""`python -m deploy.flaws`: asks OSV, the open database of known flaws, about everything that is pinned.

Exit status 1 where a flaw is known of what runs (not of what only builds or tests), or where the database does not take
our question. Where it cannot be reached it says so and ends with 75, because most places that build and test reach
package indexes only; with PACKSHOT_FLAWS=required it ends with 1 then, too.
"""

import json
import os
import sys
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError

from cli.test import NOT_DONE
from deploy import sbom

WHERE = "https://api.osv.dev/v1/querybatch"
AT_ONCE = 500
PATIENCE_S = 20
Ask = Callable[[dict[str, Any]], dict[str, Any]]


def ask(question: dict[str, Any]) -> dict[str, Any]:
    """Its answer. Raises OSError where it does not come."""
    request = urllib.request.Request(WHERE, json.dumps(question).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 - the address is ours
        return dict(json.load(answer))


def known(parts: list[sbom.Component], by: Ask = ask) -> dict[str, list[str]]:
    """Package URL → ids of its flaws. Raises OSError, ValueError where an answer is not to be read."""
    found: dict[str, list[str]] = {}
    for start in range(0, len(parts), AT_ONCE):
        asked = parts[start : start + AT_ONCE]
        answer = by({"queries": [{"package": {"purl": one["purl"]}} for one in asked]})
        for one, told in zip(asked, answer["results"], strict=True):
            if flaws := [flaw["id"] for flaw in told.get("vulns", [])]:
                found[one["purl"]] = sorted(flaws)
    return found


def main(by: Ask = ask) -> int:
    """See above."""
    parts = sbom.bill()["components"]
    try:
        found = known(parts, by)
    except OSError as error:
        if isinstance(error, HTTPError) and not _passes(error.code):
            print(f"known flaws were not looked up: {WHERE} does not take our question ({error})")
            return 1
        print(f"known flaws were not looked up: {WHERE} cannot be reached ({error})")
        return 1 if os.environ.get("PACKSHOT_FLAWS") == "required" else NOT_DONE
    runs = {one["purl"] for one in parts if one["scope"] != "excluded"}
    for purl, flaws in sorted(found.items()):
        print(f"{purl}: {', '.join(flaws)}{'' if purl in runs else ' (not in what runs)'}")
    print(f"{len(parts)} packages looked up, {len(found)} with known flaws")
    return 1 if runs & found.keys() else 0


def _passes(status: int) -> bool:
    """Whether it is the server's trouble, or that we ask too often, and no fault of the question."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in (
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.REQUEST_TIMEOUT,
    )


if __name__ == "__main__":
    sys.exit(main())
